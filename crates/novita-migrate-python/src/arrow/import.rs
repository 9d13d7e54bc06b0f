//! Takes arrays over from other libraries. The only file of the package with unsafe code.
//!
//! What is relied on: a capsule with one of the names below holds a pointer to an initialised C structure of that name,
//! as the Arrow PyCapsule interface demands, and the structure describes its buffers correctly. Neither can be checked.
//! What can be: the name of the capsule, whether it was consumed before, and (in `rows.rs`) every offset.
#![allow(unsafe_code)]

use std::ffi::CStr;
use std::ptr::NonNull;

use arrow_array::ffi::from_ffi_and_data_type;
use arrow_array::ffi_stream::{ArrayStreamReader, FFI_ArrowArrayStream};
use arrow_array::{Array, ArrayReader, ArrayRef};
use arrow_data::ArrayData;
use arrow_data::ffi::FFI_ArrowArray;
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{ArrowError, DataType};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

pub(super) const SCHEMA: &CStr = c"arrow_schema";
pub(super) const ARRAY: &CStr = c"arrow_array";
pub(super) const STREAM: &CStr = c"arrow_array_stream";

/// Where chunks come from.
pub(super) enum Source {
    One(DataType, Option<ArrayData>),
    Stream(ArrayStreamReader),
}

impl Source {
    /// Asks an object for its array, or for its stream of arrays.
    pub(super) fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        if object.hasattr("__arrow_c_array__")? {
            let pair = object.call_method0("__arrow_c_array__")?;
            return Self::array(&pair.extract()?);
        }
        if object.hasattr("__arrow_c_stream__")? {
            let capsule: Bound<'_, PyCapsule> =
                object.call_method0("__arrow_c_stream__")?.extract()?;
            return Self::stream(&capsule);
        }
        Err(PyTypeError::new_err(format!(
            "expected an object with __arrow_c_array__ or __arrow_c_stream__, not {}",
            object.get_type().name()?
        )))
    }

    fn array((schema, array): &(Bound<'_, PyCapsule>, Bound<'_, PyCapsule>)) -> PyResult<Self> {
        // SAFETY: the capsule's name says that it points to an initialised ArrowSchema, which stays where it is while
        // the capsule lives; it is read, not moved.
        let schema = unsafe { pointer::<FFI_ArrowSchema>(schema, SCHEMA)?.as_ref() };
        let data_type =
            DataType::try_from(schema).map_err(|error| PyTypeError::new_err(error.to_string()))?;
        // SAFETY: likewise an ArrowArray. Moving it out marks it as released, so that the capsule does not free it and
        // a second consumer finds it empty.
        let array = unsafe { FFI_ArrowArray::from_raw(pointer(array, ARRAY)?.as_ptr()) };
        if array.is_released() {
            return Err(PyValueError::new_err("the Arrow array was consumed before"));
        }
        // SAFETY: the producer promises that the array has the layout of its schema.
        let data = unsafe { from_ffi_and_data_type(array, data_type.clone()) };
        Ok(Source::One(
            data_type,
            Some(data.map_err(super::arrow_error)?),
        ))
    }

    fn stream(capsule: &Bound<'_, PyCapsule>) -> PyResult<Self> {
        // SAFETY: the capsule's name says that it points to an initialised ArrowArrayStream. Moving it out marks it as
        // released; the reader refuses one that was released before.
        let reader = unsafe {
            ArrayStreamReader::from_raw(pointer::<FFI_ArrowArrayStream>(capsule, STREAM)?.as_ptr())
        };
        reader.map(Source::Stream).map_err(super::arrow_error)
    }

    pub(super) fn data_type(&self) -> &DataType {
        match self {
            Source::One(data_type, _) => data_type,
            Source::Stream(reader) => reader.field().data_type(),
        }
    }

    /// The next chunk; `None` after the last.
    pub(super) fn next_chunk(&mut self) -> Result<Option<ArrayData>, ArrowError> {
        match self {
            Source::One(_, data) => Ok(data.take()),
            Source::Stream(reader) => Ok(reader
                .next()
                .transpose()?
                .map(|array: ArrayRef| array.to_data())),
        }
    }
}

/// The pointer in a capsule of the expected name.
fn pointer<T>(capsule: &Bound<'_, PyCapsule>, name: &CStr) -> PyResult<NonNull<T>> {
    Ok(capsule.pointer_checked(Some(name))?.cast())
}
