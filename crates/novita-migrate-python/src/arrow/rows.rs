//! The rows of a string array as bytes.

use arrow_array::{BinaryArray, BinaryViewArray, LargeBinaryArray};
use arrow_buffer::NullBuffer;
use arrow_data::ArrayData;
use arrow_schema::{ArrowError, DataType};

/// An array of strings that is read as bytes, so that nobody has to believe that they are UTF-8: the library looks.
pub(super) enum Rows {
    Small(BinaryArray),
    Large(LargeBinaryArray),
    View(BinaryViewArray),
}

/// The type that has to be one of strings: the array's own, or that of a table's only column.
pub(super) fn strings(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Struct(fields) if fields.len() == 1 => fields[0].data_type(),
        own => own,
    }
}

/// The only column of a table, null where the table's row is.
fn only_column(table: &ArrayData) -> Result<ArrayData, ArrowError> {
    let (offset, length) = (table.offset(), table.len());
    let column = table.child_data().first();
    let Some(column) = column.filter(|column| column.len() >= offset + length) else {
        return Err(ArrowError::InvalidArgumentError(
            "a table's column is shorter than the table".to_owned(),
        ));
    };
    let column = column.slice(offset, length);
    let nulls = NullBuffer::union(table.nulls(), column.nulls());
    column.into_builder().nulls(nulls).build()
}

impl Rows {
    /// Checks every offset, once.
    pub(super) fn of(data: ArrayData) -> Result<Self, ArrowError> {
        let data = match data.data_type() {
            DataType::Struct(fields) if fields.len() == 1 => only_column(&data)?,
            _ => data,
        };
        let as_bytes =
            |data: ArrayData, data_type| data.into_builder().data_type(data_type).build();
        Ok(match data.data_type() {
            DataType::Utf8 => Rows::Small(as_bytes(data, DataType::Binary)?.into()),
            DataType::LargeUtf8 => Rows::Large(as_bytes(data, DataType::LargeBinary)?.into()),
            DataType::Utf8View => Rows::View(as_bytes(data, DataType::BinaryView)?.into()),
            other => {
                return Err(ArrowError::InvalidArgumentError(format!(
                    "an array of {other} among strings"
                )));
            }
        })
    }

    /// Calls `take` for every row.
    pub(super) fn each(
        &self,
        take: impl FnMut(Option<&[u8]>) -> Result<(), ArrowError>,
    ) -> Result<(), ArrowError> {
        match self {
            Rows::Small(array) => array.iter().try_for_each(take),
            Rows::Large(array) => array.iter().try_for_each(take),
            Rows::View(array) => array.iter().try_for_each(take),
        }
    }
}
