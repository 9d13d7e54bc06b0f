//! Losses that somebody accepted: `[[accept]]` of the settings file.

use std::path::Path;

use globset::GlobMatcher;
use novita_migrate::json::Value;
use novita_migrate::{Code, Finding};

use super::path;

/// One `[[accept]]`.
#[derive(Debug, Clone)]
pub(crate) struct Accept {
    pub(crate) code: Code,
    /// The V2 field; any without it.
    pub(crate) field: Option<String>,
    /// The field's value; any without it.
    pub(crate) value: Option<Wanted>,
    /// Which inputs, by their paths as the audit shows them; all without it.
    pub(crate) glob: Option<(String, GlobMatcher)>,
    pub(crate) reason: String,
    pub(crate) owner: String,
    /// Where the settings file says so.
    pub(crate) line: usize,
}

/// The value of an acceptance, as the settings file spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A text; also the JSON text of any other value.
    Text(String),
    /// A number or a boolean, by its text.
    Bare(String),
}

impl Wanted {
    fn is(&self, value: Value<'_, '_>) -> bool {
        match (self, value.text()) {
            (Wanted::Text(wanted), Some(text)) => text == wanted.as_str(),
            (Wanted::Bare(_), Some(_)) => false,
            (Wanted::Text(wanted) | Wanted::Bare(wanted), None) => value.raw() == wanted.as_bytes(),
        }
    }
}

impl std::fmt::Display for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Wanted::Text(text) => write!(f, "\"{text}\""),
            Wanted::Bare(text) => f.write_str(text),
        }
    }
}

impl Accept {
    /// Whether it is about an input. A glob without a slash is about the file's name, in any folder.
    pub(super) fn is_about(&self, input: &Path) -> bool {
        self.glob.as_ref().is_none_or(|(glob, matcher)| {
            let name = input
                .file_name()
                .map(Path::new)
                .filter(|_| !glob.contains('/'));
            matcher.is_match(name.unwrap_or(input))
        })
    }

    /// Whether it accepts a finding of the payload `root`.
    pub(super) fn takes(
        &self,
        finding: &Finding<'_>,
        field: &str,
        root: Option<Value<'_, '_>>,
    ) -> bool {
        self.code == finding.code()
            && self
                .field
                .as_ref()
                .is_none_or(|wanted| wanted.replace("[]", "") == field.replace("[]", ""))
            && self.value.as_ref().is_none_or(|wanted| {
                let value = root.and_then(|root| path::at(root, finding.pointer()));
                value.is_some_and(|value| wanted.is(value))
            })
    }
}
