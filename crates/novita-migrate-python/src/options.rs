//! The keywords: every option of the library under the name that the command gives its flag.

use std::collections::BTreeMap;

use novita_migrate::{
    Code, Document, Embeddings, IpAdapter, Level, Mask, NIter, Options, OutOfRange, Plan, Samplers,
    Unknown,
};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::catalog::Catalog;

/// A keyword's value, put into the options. The text of an error goes behind the keyword's name.
type Set = fn(Options, &Bound<'_, PyAny>) -> Result<Options, Wrong>;

/// One line an option. `_types.py` has the same names with their types; a test compares the two.
#[rustfmt::skip]
const KEYWORDS: &[(&str, Set)] = &[
    ("catalog", |_, value| catalog(value)),
    ("preserve", |options, value| Ok(if flag(value)? { options.preserve() } else { options })),
    ("hires_strength", |options, value| Ok(options.hires_strength(strength(value)?))),
    ("n_iter", |options, value| Ok(options.n_iter(choice(value, &[("drop", NIter::Drop), ("multiply", NIter::Multiply)])?))),
    ("mask", |options, value| Ok(options.mask(choice(value, &[("drop", Mask::Drop), ("inpainting", Mask::Inpainting)])?))),
    ("ip_adapter", |options, value| Ok(options.ip_adapter(choice(value, &[("keep", IpAdapter::Keep), ("move", IpAdapter::Move)])?))),
    ("samplers", |options, value| Ok(options.samplers(choice(value, &[("keep", Samplers::Keep), ("nearest", Samplers::Nearest)])?))),
    ("plan", |options, value| Ok(options.plan(choice(value, &[("standard", Plan::Standard), ("enterprise", Plan::Enterprise)])?))),
    ("embeddings", |options, value| Ok(options.embeddings(embeddings(value)?))),
    ("out_of_range", |options, value| Ok(options.out_of_range(choice(value, &[("clamp", OutOfRange::Clamp), ("keep", OutOfRange::Keep)])?))),
    ("unknown", |options, value| Ok(options.unknown(choice(value, &[("drop", Unknown::Drop), ("keep", Unknown::Keep)])?))),
    ("deny", |options, value| levels(options, value, Level::Deny)),
    ("warn", |options, value| levels(options, value, Level::Warn)),
    ("allow", |options, value| levels(options, value, Level::Allow)),
];

/// The options that all others are added to, in whatever order they are written: a catalog comes with options of its
/// own (its copy would take milliseconds), and `preserve` is a default for the options that it is short for.
const FIRST: [&str; 2] = ["catalog", "preserve"];

/// The names of all keywords.
pub(crate) fn names() -> Vec<&'static str> {
    KEYWORDS.iter().map(|(name, _)| *name).collect()
}

/// What a caller chose.
pub(crate) struct Choices {
    /// `None`: each payload tells.
    pub(crate) document: Option<Document>,
    pub(crate) options: Options,
}

impl Choices {
    /// Reads `endpoint` and the keywords, in the order in which they were written: as with the command's flags, the
    /// last level that fits a finding wins. `None` is as good as no keyword.
    pub(crate) fn read(
        endpoint: Option<&str>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let document = match endpoint {
            None | Some("auto") => None,
            Some(name) => Some(name.parse().map_err(|_| {
                let names = Document::ALL.map(Document::name).join("', '");
                PyValueError::new_err(format!(
                    "endpoint: expected 'auto', '{names}', not '{name}'"
                ))
            })?),
        };
        let mut written: Vec<(String, Bound<'_, PyAny>)> = Vec::new();
        for (name, value) in keywords.into_iter().flatten() {
            written.push((name.extract()?, value));
        }
        written.sort_by_key(|(name, _)| {
            FIRST
                .iter()
                .position(|first| first == name)
                .unwrap_or(FIRST.len())
        });
        let mut options = Options::default();
        for (name, value) in &written {
            let Some((_, set)) = KEYWORDS.iter().find(|(known, _)| *known == name) else {
                return Err(PyTypeError::new_err(format!(
                    "unknown option '{name}'; the options are {}",
                    names().join(", ")
                )));
            };
            if !value.is_none() {
                options = set(options, value).map_err(|wrong| wrong.of(name))?;
            }
        }
        Ok(Choices { document, options })
    }

    pub(crate) fn of_document(mut self, document: Document) -> Self {
        self.document = Some(document);
        self
    }
}

/// Why a keyword's value cannot be used.
enum Wrong {
    Type(String),
    Value(String),
}

impl Wrong {
    fn of(self, keyword: &str) -> PyErr {
        match self {
            Wrong::Type(text) => PyTypeError::new_err(format!("{keyword}: {text}")),
            Wrong::Value(text) => PyValueError::new_err(format!("{keyword}: {text}")),
        }
    }
}

/// A number in 0..=1.
fn strength(value: &Bound<'_, PyAny>) -> Result<f64, Wrong> {
    let expected = || "expected a number from 0 to 1, such as 0.7".to_owned();
    match value.extract::<f64>() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
        Ok(_) => Err(Wrong::Value(expected())),
        Err(_) => Err(Wrong::Type(expected())),
    }
}

/// One of a few names.
fn choice<T: Copy>(value: &Bound<'_, PyAny>, names: &[(&str, T)]) -> Result<T, Wrong> {
    let expected = || {
        let names: Vec<_> = names.iter().map(|(name, _)| format!("'{name}'")).collect();
        format!("expected {}, not {value:?}", names.join(" or "))
    };
    let text = value
        .extract::<String>()
        .map_err(|_| Wrong::Type(expected()))?;
    names
        .iter()
        .find(|(name, _)| *name == text)
        .map(|(_, choice)| *choice)
        .ok_or_else(|| Wrong::Value(expected()))
}

fn flag(value: &Bound<'_, PyAny>) -> Result<bool, Wrong> {
    value
        .extract()
        .map_err(|_| Wrong::Type("expected True or False".to_owned()))
}

fn catalog(value: &Bound<'_, PyAny>) -> Result<Options, Wrong> {
    let catalog = value
        .cast::<Catalog>()
        .map_err(|_| Wrong::Type("expected a novita_migrate.Catalog".to_owned()))?;
    Ok(catalog.get().options())
}

/// Names in prompts with V3's names, as a `dict`; a list where the names are the same.
fn embeddings(value: &Bound<'_, PyAny>) -> Result<Embeddings, Wrong> {
    let pairs = match value.extract::<Vec<String>>() {
        Ok(names) => names.into_iter().map(|name| (name.clone(), name)).collect(),
        Err(_) => value.extract::<BTreeMap<String, String>>().map_err(|_| {
            Wrong::Type(
                "expected a list of names, or a dict of names in prompts and in V3".to_owned(),
            )
        })?,
    };
    Ok(pairs
        .iter()
        .fold(Embeddings::default(), |names, (in_prompts, in_v3)| {
            names.with(in_prompts, in_v3)
        }))
}

/// `"warnings"`, `"CODE"`, `"CODE=FIELD"`, or several of them.
fn levels(options: Options, value: &Bound<'_, PyAny>, level: Level) -> Result<Options, Wrong> {
    let expected = || Wrong::Type("expected a string or several, such as \"warnings\"".to_owned());
    if let Ok(text) = value.extract::<String>() {
        return one_level(options, &text, level);
    }
    let mut options = options;
    for text in value.try_iter().map_err(|_| expected())? {
        let text = text.and_then(|text| text.extract::<String>());
        options = one_level(options, &text.map_err(|_| expected())?, level)?;
    }
    Ok(options)
}

fn one_level(options: Options, text: &str, level: Level) -> Result<Options, Wrong> {
    let (name, field) = match text.split_once('=') {
        Some((name, field)) => (name, Some(field)),
        None => (text, None),
    };
    match (name, field) {
        ("warnings", None) => Ok(options.warnings(level)),
        ("warnings", Some(_)) => Err(Wrong::Value(
            "`warnings` takes no field; name a finding class: deprecated-field=n_iter".to_owned(),
        )),
        (_, Some("")) => Err(Wrong::Value(format!("a field is missing after `{name}=`"))),
        _ => match name.parse::<Code>() {
            Ok(code) => Ok(options.level(code, field, level)),
            Err(_) => Err(Wrong::Value(format!(
                "no finding class has the name `{name}`; explain() lists them"
            ))),
        },
    }
}
