//! `migrate_arrow`: a whole column at once, between any two libraries that speak the Arrow PyCapsule interface.

mod columns;
mod import;
mod rows;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{Array, RecordBatch, RecordBatchIterator, StructArray};
use arrow_data::ffi::FFI_ArrowArray;
use arrow_schema::ArrowError;
use arrow_schema::ffi::FFI_ArrowSchema;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};

use crate::guard::detached;
use crate::options::Choices;
use columns::Columns;
use import::Source;
use rows::Rows;

/// Migrates a column of payloads: any object with `__arrow_c_array__` or `__arrow_c_stream__` (of pyarrow, polars,
/// duckdb, arro3 …) whose type is string, large_string or string_view, or a table with one such column and no other (a
/// relation of duckdb has no columns to take out).
///
/// The result is one struct array, row by row: `text` (the output, of the column's own type), `endpoint`, `status`
/// ("converted", "already-v3", "kept" or "failed"), `findings` (a list of {code, severity, pointer, to, message}) and
/// `error` ({message, line, column, pointer}, null unless the status is "failed"). A payload that failed keeps its text.
/// Null stays null. Hand it to `pyarrow.array`, `polars.Series` or whatever reads Arrow.
#[pyfunction]
#[pyo3(signature = (array, *, endpoint=None, **options))]
pub(crate) fn migrate_arrow<'py>(
    array: &Bound<'py, PyAny>,
    endpoint: Option<&str>,
    options: Option<&Bound<'py, PyDict>>,
) -> PyResult<MigrationArray> {
    let choices = Choices::read(endpoint, options)?;
    let mut source = Source::of(array)?;
    let mut columns = Columns::new(rows::strings(source.data_type())).ok_or_else(|| {
        PyTypeError::new_err(format!(
            "expected an Arrow array of strings, or a table of one such column, not of {}",
            source.data_type()
        ))
    })?;
    // A chunk can be the result of a query, whose threads may need the GIL for what they read.
    while let Some(chunk) = detached(array.py(), || source.next_chunk())?.map_err(arrow_error)? {
        let rows = Rows::of(chunk).map_err(arrow_error)?;
        detached(array.py(), || rows.each(|row| columns.push(row, &choices)))?
            .map_err(arrow_error)?;
    }
    let result = detached(array.py(), || columns.finish())?.map_err(arrow_error)?;
    Ok(MigrationArray(result))
}

fn arrow_error(error: ArrowError) -> PyErr {
    PyValueError::new_err(match error {
        // The one error that a correct array of strings can lead to.
        ArrowError::OffsetOverflowError(_) => {
            "more than 2 GiB of text in one array; cast it to large_string, or pass it in parts"
                .to_owned()
        }
        error => error.to_string(),
    })
}

/// What `migrate_arrow` returns: a struct array for the Arrow PyCapsule interface.
#[pyclass(frozen, module = "novita_migrate")]
pub(crate) struct MigrationArray(StructArray);

#[pymethods]
impl MigrationArray {
    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        format!("<MigrationArray of {} rows>", self.0.len())
    }

    /// The type: what the Arrow PyCapsule interface calls a schema.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.0.data_type()).map_err(arrow_error)?;
        PyCapsule::new_with_value(py, schema, import::SCHEMA)
    }

    /// Type and values. A `requested_schema` is not followed, which the interface allows.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        let _ = requested_schema;
        let array = FFI_ArrowArray::new(&self.0.to_data());
        Ok((
            self.__arrow_c_schema__(py)?,
            PyCapsule::new_with_value(py, array, import::ARRAY)?,
        ))
    }

    /// The same as a table of one batch with the fields as columns; a row that is null is null in each of them.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let (fields, columns, _) = self.0.clone().into_parts();
        let table = StructArray::try_new(fields, columns, None).map_err(arrow_error)?;
        let batch = RecordBatch::from(table);
        let schema = batch.schema();
        let stream =
            FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new([Ok(batch)], schema)));
        PyCapsule::new_with_value(py, stream, import::STREAM)
    }
}
