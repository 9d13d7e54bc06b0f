//! The exceptions of `_errors.py`, raised from here.

use novita_migrate::json::{Position, SyntaxErrorKind, position};
use novita_migrate::{Error, ErrorKind};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

mod pointer;

use pointer::pointer;

/// An exception for a payload of which no output is possible.
pub(crate) fn failed(py: Python<'_>, error: &Error, input: &[u8]) -> PyErr {
    let class = match error.kind() {
        ErrorKind::Syntax(_) => JSON_SYNTAX,
        _ => NOT_A_PAYLOAD,
    };
    class.raise(py, Place::of(error, input), &message(error, input))
}

/// What went wrong, in the words of the command.
pub(crate) fn message(error: &Error, input: &[u8]) -> String {
    match error.kind() {
        ErrorKind::Syntax(kind @ SyntaxErrorKind::DuplicateKey { first }) => {
            let Position { line, column } = position(input, *first);
            format!("{kind}; the first one is at {line}:{column}")
        }
        kind => kind.to_string(),
    }
}

/// An exception for a `dict` that JSON cannot hold.
pub(crate) fn not_json(py: Python<'_>, cause: &PyErr) -> PyErr {
    let text = format!("a dict that JSON cannot hold: {}", cause.value(py));
    let error = JSON_SYNTAX.raise(py, Place::default(), &text);
    error.set_cause(py, Some(cause.clone_ref(py)));
    error
}

/// An exception for a bug in here.
pub(crate) fn internal(py: Python<'_>, text: &str) -> PyErr {
    let text = format!("a bug in novita-migrate, please report it: {text}");
    INTERNAL.raise(py, Place::default(), &text)
}

/// An exception for a payload that was kept, for callers that want one.
pub(crate) fn kept(py: Python<'_>, place: Place, text: &str) -> PyErr {
    PAYLOAD_KEPT.raise(py, place, text)
}

/// Whether it is one of ours.
pub(crate) fn is_ours(py: Python<'_>, error: &PyErr) -> PyResult<bool> {
    Ok(error.is_instance(py, BASE.get(py)?))
}

/// Where in the input something stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// Bytes from the start.
    pub(crate) offset: usize,
    pub(crate) pointer: String,
}

impl Default for Place {
    fn default() -> Self {
        Place {
            line: 1,
            column: 1,
            offset: 0,
            pointer: String::new(),
        }
    }
}

impl Place {
    /// The place of an error.
    pub(crate) fn of(error: &Error, input: &[u8]) -> Self {
        let pointer = match error.kind() {
            ErrorKind::Syntax(_) => pointer(input, error.offset()),
            _ => String::new(),
        };
        Place::at(input, error.offset(), pointer)
    }

    /// A byte offset with its line and column.
    pub(crate) fn at(input: &[u8], offset: usize, pointer: String) -> Self {
        let at = position(input, offset);
        Place {
            line: at.line,
            column: at.column,
            offset,
            pointer,
        }
    }
}

/// A class of `_errors.py`, imported once.
struct Class {
    name: &'static str,
    cell: &'static PyOnceLock<Py<PyType>>,
}

macro_rules! classes {
    ($($constant:ident $name:literal)*) => {
        $(const $constant: Class = {
            static CELL: PyOnceLock<Py<PyType>> = PyOnceLock::new();
            Class { name: $name, cell: &CELL }
        };)*
    };
}

classes! {
    BASE "MigrationError"
    JSON_SYNTAX "JsonSyntaxError"
    NOT_A_PAYLOAD "NotAPayloadError"
    PAYLOAD_KEPT "PayloadKeptError"
    INTERNAL "InternalError"
}

impl Class {
    fn get<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyType>> {
        self.cell.import(py, "novita_migrate._errors", self.name)
    }

    fn raise(&self, py: Python<'_>, place: Place, text: &str) -> PyErr {
        let Place {
            line,
            column,
            offset,
            pointer,
        } = place;
        match self.get(py) {
            Ok(class) => PyErr::from_type(
                class.clone(),
                (text.to_owned(), line, column, offset, pointer),
            ),
            Err(error) => error,
        }
    }
}
