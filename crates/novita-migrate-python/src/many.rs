//! `migrate_many`: payload after payload.

use pyo3::prelude::*;
use pyo3::types::PyIterator;

use crate::error;
use crate::migration::Migration;
use crate::options::Choices;
use crate::payload::Payload;

/// What `migrate_many` returns: an iterator of `Migration` and `MigrationError`, one for each payload.
#[pyclass(frozen, module = "novita_migrate")]
pub(crate) struct Migrations {
    payloads: Py<PyIterator>,
    choices: Choices,
}

impl Migrations {
    pub(crate) fn new(payloads: Py<PyIterator>, choices: Choices) -> Self {
        Migrations { payloads, choices }
    }
}

#[pymethods]
impl Migrations {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(payload) = self.payloads.bind(py).clone().next() else {
            return Ok(None);
        };
        // What the caller's own iterator raises is not about a payload, and stops the iteration.
        let payload = payload?;
        let result =
            Payload::read(&payload).and_then(|payload| Migration::of(py, &payload, &self.choices));
        match result {
            Ok(migration) => Ok(Some(Bound::new(py, migration)?.into_any())),
            Err(error) if error::is_ours(py, &error)? => {
                Ok(Some(error.into_value(py).into_bound(py).into_any()))
            }
            Err(error) => Err(error),
        }
    }
}
