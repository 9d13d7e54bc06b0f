//! `[[accept]]`: losses that somebody has looked at and stands for. Only `audit` reads them; what a payload turns into
//! does not depend on them.

use globset::GlobBuilder;
use novita_migrate::Code;
use toml::Spanned;
use toml::de::DeValue;

use super::ConfigError;
use super::section::{Entry, Section};
use crate::args::About;
use crate::audit::{Accept, Wanted};

/// The keys of an `[[accept]]`.
pub(super) const KEYS: &[&str] = &["code", "field", "value", "glob", "reason", "owner"];

/// Reads one.
pub(super) fn accept(entry: &Entry<Section<'_>>) -> Result<Accept, ConfigError> {
    let Entry {
        value: section,
        line,
    } = entry;
    let code = section
        .required(
            "code",
            *line,
            "name a finding class, such as deprecated-field",
        )?
        .value;
    let reason = section
        .required(
            "reason",
            *line,
            "say why, so that others can judge whether it still holds",
        )?
        .value;
    let owner = section
        .required("owner", *line, "say who accepts it")?
        .value;
    let glob = match section.text("glob")? {
        None => None,
        Some(Entry { value: glob, .. }) => {
            let built = GlobBuilder::new(&glob).literal_separator(true).build();
            let built = built.map_err(|error| {
                wrong(
                    section,
                    "glob",
                    format!("`glob` is no pattern: {}", error.kind()),
                )
            })?;
            Some((glob, built.compile_matcher()))
        }
    };
    Ok(Accept {
        code: class(section, &code)?,
        field: section.text("field")?.map(|entry| entry.value),
        value: value(section)?,
        glob,
        reason,
        owner,
        line: *line,
    })
}

fn class(section: &Section<'_>, name: &str) -> Result<Code, ConfigError> {
    match About::parse(name) {
        Ok(About::Code(code, None)) => Ok(code),
        Ok(_) => Err(wrong(section, "code", "`code` must be one finding class here: an acceptance of everything would hide what comes".to_owned())),
        Err(message) => Err(wrong(section, "code", message)),
    }
}

fn value(section: &Section<'_>) -> Result<Option<Wanted>, ConfigError> {
    let Some(value) = section.get("value") else {
        return Ok(None);
    };
    Ok(Some(match value.get_ref() {
        DeValue::String(text) => Wanted::Text(text.to_string()),
        DeValue::Integer(number) => Wanted::Bare(number.as_str().to_owned()),
        DeValue::Float(number) => Wanted::Bare(number.as_str().to_owned()),
        DeValue::Boolean(boolean) => Wanted::Bare(boolean.to_string()),
        _ => return Err(wrong(section, "value", "`value` must be a text, a number, true or false; write other values as their JSON text".to_owned())),
    }))
}

fn wrong(section: &Section<'_>, key: &str, message: String) -> ConfigError {
    section
        .source
        .error(section.get(key).map(Spanned::span), message)
}
