//! Work without the GIL, from which nothing escapes but a result.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::prelude::*;

use crate::error;

/// Runs `work` with the GIL released. A panic in it is an `InternalError`: a service must outlive a bug in here.
pub(crate) fn detached<T: Send, F: Send + FnOnce() -> T>(py: Python<'_>, work: F) -> PyResult<T> {
    // Nothing that `work` has touched is used after a panic: results are built by it, and inputs are immutable.
    py.detach(|| catch_unwind(AssertUnwindSafe(work)).map_err(|panic| text(&*panic)))
        .map_err(|text| error::internal(py, &text))
}

fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
        .to_owned()
}

/// Panics where the library would: lets the package's tests see that the wheel, as built, survives it.
#[pyfunction]
#[allow(clippy::panic, reason = "that is what it is for")]
pub(crate) fn _panic(py: Python<'_>, text: String) -> PyResult<()> {
    detached(py, || panic!("{text}"))
}
