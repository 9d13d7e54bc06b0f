//! The vendor's list of models, read once.

use novita_migrate::Options;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::error;
use crate::payload::Payload;

/// The vendor's models, from saved answers of its Get Model API (`GET /v3/model`), for the option `catalog`.
///
/// Each page is an answer as JSON text (`str`, `bytes`) or as a `dict`. Make one catalog and use it for all payloads.
#[pyclass(frozen, module = "novita_migrate")]
pub(crate) struct Catalog {
    /// Options with this catalog and nothing else: those can be copied without copying the names.
    options: Options,
    count: usize,
}

impl Catalog {
    pub(crate) fn options(&self) -> Options {
        self.options.clone()
    }
}

#[pymethods]
impl Catalog {
    #[new]
    #[pyo3(signature = (*pages))]
    fn new(pages: &Bound<'_, PyTuple>) -> PyResult<Self> {
        let mut catalog = novita_migrate::Catalog::default();
        for page in pages {
            let page = Payload::read(&page)?;
            let text = page.bytes()?;
            let text = String::from_utf8_lossy(text);
            catalog
                .add_page(&text)
                .map_err(|error| error::failed(pages.py(), &error, text.as_bytes()))?;
        }
        let count = catalog.len();
        Ok(Catalog {
            options: Options::default().catalog(catalog),
            count,
        })
    }

    /// How many models it holds.
    fn __len__(&self) -> usize {
        self.count
    }

    fn __repr__(&self) -> String {
        format!("<Catalog of {} models>", self.count)
    }
}
