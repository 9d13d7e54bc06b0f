//! What a caller may pass as a payload.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyString};

use crate::error;

/// A payload as JSON text, in an immutable object of Python: its bytes can be read without the GIL.
pub(crate) enum Payload<'py> {
    /// The output is the same object where nothing is converted.
    Text(Bound<'py, PyString>),
    Bytes(Bound<'py, PyBytes>),
}

impl<'py> Payload<'py> {
    /// Takes `str`, `bytes` and `dict`.
    pub(crate) fn read(payload: &Bound<'py, PyAny>) -> PyResult<Self> {
        if let Ok(text) = payload.cast::<PyString>() {
            return Self::text(text);
        }
        if let Ok(bytes) = payload.cast::<PyBytes>() {
            return Ok(Payload::Bytes(bytes.clone()));
        }
        if let Ok(dict) = payload.cast::<PyDict>() {
            return Self::dict(dict);
        }
        Err(PyTypeError::new_err(format!(
            "a payload is a str, bytes or dict, not {}",
            payload.get_type().name()?
        )))
    }

    /// A `str` can hold half a surrogate pair, which has no UTF-8: the library then says where it stands.
    fn text(text: &Bound<'py, PyString>) -> PyResult<Self> {
        if text.to_str().is_ok() {
            return Ok(Payload::Text(text.clone()));
        }
        let bytes = text.call_method1("encode", ("utf-8", "surrogatepass"))?;
        Ok(Payload::Bytes(bytes.cast_into()?))
    }

    /// As `json.dumps` writes it: integers keep all their digits, floats get Python's shortest spelling.
    fn dict(dict: &Bound<'py, PyDict>) -> PyResult<Self> {
        static DUMPS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let py = dict.py();
        let dumps = DUMPS.import(py, "json", "dumps")?;
        let write = |is_ascii: bool| -> PyResult<_> {
            let options = PyDict::new(py);
            options.set_item("ensure_ascii", is_ascii)?;
            options.set_item("allow_nan", false)?;
            Ok(dumps
                .call((dict,), Some(&options))?
                .cast_into::<PyString>()?)
        };
        // Not a number, a circle, an integer of more digits than Python prints.
        let text =
            write(false).map_err(|error| match error.is_instance_of::<PyValueError>(py) {
                true => error::not_json(py, &error),
                false => error,
            })?;
        // Half a surrogate pair, as `json.loads` makes it of "\ud800", becomes that escape again.
        let is_utf8 = text.to_str().is_ok();
        Ok(Payload::Text(if is_utf8 { text } else { write(true)? }))
    }

    /// The JSON text.
    pub(crate) fn bytes(&self) -> PyResult<&[u8]> {
        match self {
            Payload::Text(text) => Ok(text.to_str()?.as_bytes()),
            Payload::Bytes(bytes) => Ok(bytes.as_bytes()),
        }
    }

    /// The text as an object, where there is one.
    pub(crate) fn object(&self) -> Option<&Bound<'py, PyString>> {
        match self {
            Payload::Text(text) => Some(text),
            Payload::Bytes(_) => None,
        }
    }
}
