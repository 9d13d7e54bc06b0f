//! The results as Python sees them.

use std::borrow::Cow;

use novita_migrate::{Error, Severity, Status};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyTuple};

use crate::error::{self, Place};
use crate::guard::detached;
use crate::options::Choices;
use crate::payload::Payload;

/// One thing a person should know about one payload.
#[pyclass(frozen, eq, hash, get_all, module = "novita_migrate")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Finding {
    /// The finding class, such as "deprecated-field"; `explain` tells more about it.
    code: Cow<'static, str>,
    /// "note" (nothing is lost), "warning" (something is lost, changed or refused by V3) or "error" (not converted).
    severity: Cow<'static, str>,
    /// Where in the V2 payload, as a JSON Pointer.
    pointer: String,
    /// The place in the V3 body that it is about, as a JSON Pointer, if it has one.
    to: Option<String>,
    /// What happened, in one sentence.
    message: String,
    /// What to do about it.
    help: Cow<'static, str>,
}

impl From<&novita_migrate::Finding<'_>> for Finding {
    fn from(finding: &novita_migrate::Finding<'_>) -> Self {
        Finding {
            code: Cow::Borrowed(finding.code().name()),
            severity: Cow::Borrowed(finding.severity().name()),
            pointer: finding.pointer().to_string(),
            to: finding.to().map(|to| to.to_string()),
            message: finding.message().to_string(),
            help: Cow::Borrowed(finding.help()),
        }
    }
}

#[pymethods]
impl Finding {
    #[new]
    #[pyo3(signature = (code, severity, pointer, to, message, help=""))]
    fn new(
        code: String,
        severity: String,
        pointer: String,
        to: Option<String>,
        message: String,
        help: &str,
    ) -> Self {
        Finding {
            code: code.into(),
            severity: severity.into(),
            pointer,
            to,
            message,
            help: Cow::Owned(help.to_owned()),
        }
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let Finding {
            code,
            severity,
            pointer,
            to,
            message,
            help,
        } = slf.get();
        let fields = (
            &**code,
            &**severity,
            pointer,
            to.as_deref(),
            message,
            &**help,
        )
            .into_pyobject(slf.py())?;
        Ok((slf.get_type().into_any(), fields))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let quoted = |text: &str| PyString::new(py, text).repr().map(|text| text.to_string());
        let to = self.to.as_deref().map_or(Ok("None".to_owned()), quoted)?;
        Ok(format!(
            "Finding(code={}, severity={}, pointer={}, to={to}, message={})",
            quoted(&self.code)?,
            quoted(&self.severity)?,
            quoted(&self.pointer)?,
            quoted(&self.message)?
        ))
    }

    fn __str__(&self) -> String {
        format!(
            "{}[{}] {}: {}",
            self.severity, self.code, self.pointer, self.message
        )
    }
}

/// The result for one payload.
#[pyclass(frozen, module = "novita_migrate")]
pub(crate) struct Migration {
    text: Py<PyString>,
    endpoint: Option<Cow<'static, str>>,
    status: Cow<'static, str>,
    findings: Py<PyTuple>,
    /// The first finding of severity error.
    blocked: Option<Place>,
    body: PyOnceLock<Py<PyAny>>,
}

/// The library's result, copied out of the input's lifetime while the GIL is released.
struct Owned {
    /// `None`: the input as it is.
    text: Option<String>,
    endpoint: Option<&'static str>,
    status: &'static str,
    findings: Vec<Finding>,
    blocked: Option<Place>,
}

impl Owned {
    fn of(input: &[u8], choices: &Choices) -> Result<Self, Error> {
        let migration = novita_migrate::migrate(input, choices.document, &choices.options)?;
        let is_changed = migration.status() == Status::Converted;
        let blocked = migration
            .findings()
            .iter()
            .find(|finding| finding.severity() == Severity::Error);
        Ok(Owned {
            text: is_changed.then(|| text(migration.to_vec())),
            endpoint: migration.endpoint().map(|endpoint| endpoint.path()),
            status: migration.status().name(),
            blocked: blocked
                .map(|finding| Place::at(input, finding.offset(), finding.pointer().to_string())),
            findings: migration.findings().iter().map(Finding::from).collect(),
        })
    }
}

/// The library reads and writes nothing but UTF-8, so nothing is ever replaced.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

impl Migration {
    /// Migrates one payload.
    pub(crate) fn of(py: Python<'_>, payload: &Payload<'_>, choices: &Choices) -> PyResult<Self> {
        let input = payload.bytes()?;
        let owned = detached(py, || Owned::of(input, choices))?
            .map_err(|error| error::failed(py, &error, input))?;
        let text = match (owned.text, payload.object()) {
            (Some(text), _) => PyString::new(py, &text),
            (None, Some(text)) => text.clone(),
            (None, None) => PyString::from_bytes(py, input)?,
        };
        Ok(Migration {
            text: text.unbind(),
            endpoint: owned.endpoint.map(Cow::Borrowed),
            status: Cow::Borrowed(owned.status),
            findings: PyTuple::new(py, owned.findings)?.unbind(),
            blocked: owned.blocked,
            body: PyOnceLock::new(),
        })
    }

    fn parts<'a, 'py>(
        &'a self,
        py: Python<'py>,
    ) -> (
        &'a Bound<'py, PyString>,
        Option<&'a str>,
        &'a str,
        &'a Bound<'py, PyTuple>,
    ) {
        (
            self.text.bind(py),
            self.endpoint.as_deref(),
            &self.status,
            self.findings.bind(py),
        )
    }
}

#[pymethods]
impl Migration {
    #[new]
    #[pyo3(signature = (text, endpoint, status, findings, place=None))]
    fn new(
        text: Py<PyString>,
        endpoint: Option<String>,
        status: String,
        findings: Py<PyTuple>,
        place: Option<(usize, usize, usize, String)>,
    ) -> Self {
        let blocked = place.map(|(line, column, offset, pointer)| Place {
            line,
            column,
            offset,
            pointer,
        });
        let (endpoint, status) = (endpoint.map(Cow::Owned), Cow::Owned(status));
        Migration {
            text,
            endpoint,
            status,
            findings,
            blocked,
            body: PyOnceLock::new(),
        }
    }

    /// The output as exact JSON: the V3 body with every number, escape and blank as the payload had it, or the payload
    /// itself where nothing was converted. Send this.
    #[getter]
    fn text<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        self.text.bind(py).clone()
    }

    /// `text` as `json.loads` reads it, once: 7.50 becomes 7.5 and a float of more than 17 digits is rounded.
    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static LOADS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let body = self.body.get_or_try_init(py, || {
            let text = self.text.bind(py).to_str()?;
            // Python's reader refuses a byte order mark.
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            LOADS
                .import(py, "json", "loads")?
                .call1((text,))
                .map(Bound::unbind)
        })?;
        Ok(body.bind(py).clone())
    }

    /// The path to send the V3 body to, such as "/v3/async/txt2img"; None for responses and for what was kept.
    #[getter]
    fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    /// "converted", "already-v3" (the payload as it was) or "kept" (the same, because a finding is an error).
    #[getter]
    fn status(&self) -> &str {
        &self.status
    }

    /// What a person should know, in the order of the payload.
    #[getter]
    fn findings<'py>(&self, py: Python<'py>) -> Bound<'py, PyTuple> {
        self.findings.bind(py).clone()
    }

    /// Raises `PayloadKeptError` if the payload was kept, and does nothing otherwise.
    fn raise_for_status(&self, py: Python<'_>) -> PyResult<()> {
        if self.status != "kept" {
            return Ok(());
        }
        let findings: Vec<Bound<'_, Finding>> = self.findings.extract(py)?;
        let first = findings
            .iter()
            .find(|finding| finding.get().severity == "error");
        let text = first.map_or_else(
            || "the payload was kept as it was".to_owned(),
            |one| one.get().message.clone(),
        );
        Err(error::kept(
            py,
            self.blocked.clone().unwrap_or_default(),
            &text,
        ))
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let (text, endpoint, status, findings) = slf.get().parts(slf.py());
        let place = slf
            .get()
            .blocked
            .clone()
            .map(|place| (place.line, place.column, place.offset, place.pointer));
        Ok((
            slf.get_type().into_any(),
            (text, endpoint, status, findings, place).into_pyobject(slf.py())?,
        ))
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Ok(other) = other.cast::<Self>() else {
            return Ok(false);
        };
        let parts = |one: &Self| one.parts(py).into_pyobject(py);
        parts(self)?.eq(parts(other.get())?)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        self.parts(py).into_pyobject(py)?.hash()
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let count = self.findings.bind(py).len();
        let endpoint = self
            .endpoint
            .as_deref()
            .map(|path| format!(" {path}"))
            .unwrap_or_default();
        format!(
            "<Migration {}{endpoint}, {count} finding{}>",
            self.status,
            if count == 1 { "" } else { "s" }
        )
    }

    fn __str__<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        self.text(py)
    }
}
