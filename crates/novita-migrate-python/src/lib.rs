//! novita-migrate for Python: the package `novita_migrate`, whose `_native` module this crate is.
//!
//! The engine is the library; what is here turns Python's values into text and options, and results into objects. The
//! GIL is released while the library works, and a panic there becomes an exception.

mod arrow;
mod catalog;
mod error;
mod guard;
mod many;
mod migration;
mod options;
mod payload;
mod table;

use pyo3::prelude::*;

/// What `novita_migrate` is made of; import that instead.
#[pymodule(gil_used = false)]
mod _native {
    use novita_migrate::Document;
    use pyo3::prelude::*;
    use pyo3::types::{PyAny, PyDict};

    use crate::options::{self, Choices};
    use crate::payload::Payload;

    #[pymodule_export]
    use crate::arrow::{MigrationArray, migrate_arrow};
    #[pymodule_export]
    use crate::catalog::Catalog;
    #[pymodule_export]
    use crate::guard::_panic;
    #[pymodule_export]
    use crate::many::Migrations;
    #[pymodule_export]
    use crate::migration::{Finding, Migration};
    #[pymodule_export]
    use crate::table::{explain, rules};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        // For the test that holds the type stub against this table.
        module.add("_OPTIONS", options::names())
    }

    /// Migrates one payload: a V2 request body, or a V2 response.
    ///
    /// `payload` is JSON text (`str`, or UTF-8 as `bytes`) or a `dict`, which is read as `json.dumps` writes it.
    /// `endpoint` says which tables of the guide apply: "txt2img", "img2img", "response" or "progress"; without it (or with "auto")
    /// the payload tells. The options have the names of the command's flags: `n_iter="multiply"` is `--n-iter multiply`,
    /// `deny=["warnings"]` is `--deny warnings`.
    ///
    /// Raises `JsonSyntaxError` if the payload is not JSON, and `NotAPayloadError` if it is no payload of this API. A
    /// payload that cannot be converted as a whole comes back as it was, with the status "kept".
    #[pyfunction]
    #[pyo3(signature = (payload, *, endpoint=None, **options))]
    fn migrate<'py>(
        payload: &Bound<'py, PyAny>,
        endpoint: Option<&str>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Migration> {
        let choices = Choices::read(endpoint, options)?;
        Migration::of(payload.py(), &Payload::read(payload)?, &choices)
    }

    /// Migrates what a V2 endpoint answered: `migrate` with `endpoint="response"`.
    ///
    /// A response that reports a failure is kept as it was (status "kept"): it never becomes a V3 success.
    #[pyfunction]
    #[pyo3(signature = (payload, **options))]
    fn migrate_response<'py>(
        payload: &Bound<'py, PyAny>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Migration> {
        let choices = Choices::read(None, options)?.of_document(Document::Response);
        Migration::of(payload.py(), &Payload::read(payload)?, &choices)
    }

    /// Migrates payloads one after the other, as the iterator that comes back is asked for them.
    ///
    /// One bad payload does not stop the others: in the place of its `Migration` comes the `MigrationError` that
    /// `migrate` would raise, whose status is "failed". Counts and order are those of `payloads`.
    #[pyfunction]
    #[pyo3(signature = (payloads, *, endpoint=None, **options))]
    fn migrate_many<'py>(
        payloads: &Bound<'py, PyAny>,
        endpoint: Option<&str>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Migrations> {
        Ok(Migrations::new(
            payloads.try_iter()?.unbind(),
            Choices::read(endpoint, options)?,
        ))
    }
}
