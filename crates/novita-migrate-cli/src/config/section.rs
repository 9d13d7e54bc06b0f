//! One table of the settings file, read key by key with the place of each.

use std::ops::Range;
use std::path::Path;

use clap::ValueEnum;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ConfigError;
use crate::suggest::suggest;

/// A value and the line of the settings file that it stands in, from 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry<T> {
    pub(super) value: T,
    pub(super) line: usize,
}

/// The text that spans refer to.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

impl Source<'_> {
    fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (
            before.matches('\n').count() + 1,
            before[line_start..].chars().count() + 1,
        )
    }

    pub(super) fn error(
        &self,
        span: Option<Range<usize>>,
        message: impl Into<String>,
    ) -> ConfigError {
        let at = span.map(|span| self.position(span.start));
        ConfigError {
            path: self.path.to_owned(),
            at,
            message: message.into(),
        }
    }
}

/// One table: `[name]`, an entry of `[[name]]`, or (with an empty name) the file itself.
pub(super) struct Section<'a> {
    pub(super) source: Source<'a>,
    pub(super) name: &'a str,
    table: Option<&'a DeTable<'a>>,
}

type Value<'a> = &'a Spanned<DeValue<'a>>;

impl<'a> Section<'a> {
    /// Takes a table and refuses keys that nobody reads.
    pub(super) fn new(
        source: Source<'a>,
        name: &'a str,
        table: Option<&'a DeTable<'a>>,
        known: &[&str],
    ) -> Result<Self, ConfigError> {
        for key in table.into_iter().flat_map(|table| table.keys()) {
            let word: &str = key.get_ref();
            if !known.contains(&word) {
                let place = if name.is_empty() {
                    String::new()
                } else {
                    format!(" in `{name}`")
                };
                let hint = suggest(word, known.iter().copied()).map_or_else(
                    || format!("known here: {}", known.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(source.error(
                    Some(key.span()),
                    format!("unknown key `{word}`{place}: {hint}"),
                ));
            }
        }
        Ok(Section {
            source,
            name,
            table,
        })
    }

    pub(super) fn get(&self, key: &str) -> Option<Value<'a>> {
        self.table?.get(key)
    }

    fn wrong(&self, key: &str, value: Value<'_>, wanted: &str) -> ConfigError {
        self.source.error(
            Some(value.span()),
            format!("`{key}` must be {wanted}, not {}", kind(value.get_ref())),
        )
    }

    fn entry<T>(&self, at: Value<'_>, value: T) -> Entry<T> {
        Entry {
            value,
            line: self.source.position(at.span().start).0,
        }
    }

    /// A table inside this one.
    pub(super) fn table(&self, key: &'a str, known: &[&str]) -> Result<Section<'a>, ConfigError> {
        let table = match self.get(key) {
            None => None,
            Some(value) => Some(
                value
                    .get_ref()
                    .as_table()
                    .ok_or_else(|| self.wrong(key, value, &format!("a table, [{key}]")))?,
            ),
        };
        Section::new(self.source, key, table, known)
    }

    /// The entries of `[[key]]`, with the line of each.
    pub(super) fn tables(
        &self,
        key: &'a str,
        known: &[&str],
    ) -> Result<Vec<Entry<Section<'a>>>, ConfigError> {
        let Some(value) = self.get(key) else {
            return Ok(Vec::new());
        };
        let wanted = format!("a list of tables, [[{key}]]");
        let array = value
            .get_ref()
            .as_array()
            .ok_or_else(|| self.wrong(key, value, &wanted))?;
        array
            .iter()
            .map(|item| {
                let table = item
                    .get_ref()
                    .as_table()
                    .ok_or_else(|| self.wrong(key, item, &wanted))?;
                Ok(self.entry(item, Section::new(self.source, key, Some(table), known)?))
            })
            .collect()
    }

    pub(super) fn boolean(&self, key: &str) -> Result<Option<Entry<bool>>, ConfigError> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let boolean = value
            .get_ref()
            .as_bool()
            .ok_or_else(|| self.wrong(key, value, "true or false"))?;
        Ok(Some(self.entry(value, boolean)))
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<Entry<String>>, ConfigError> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let text = value
            .get_ref()
            .as_str()
            .ok_or_else(|| self.wrong(key, value, "a text in quotes"))?;
        Ok(Some(self.entry(value, text.to_owned())))
    }

    pub(super) fn texts(&self, key: &str) -> Result<Vec<Entry<String>>, ConfigError> {
        let Some(value) = self.get(key) else {
            return Ok(Vec::new());
        };
        let array = value
            .get_ref()
            .as_array()
            .ok_or_else(|| self.wrong(key, value, "a list of texts"))?;
        array
            .iter()
            .map(|item| {
                let text = item
                    .get_ref()
                    .as_str()
                    .ok_or_else(|| self.wrong(key, item, "a list of texts"))?;
                Ok(self.entry(item, text.to_owned()))
            })
            .collect()
    }

    /// A number in 0..=1.
    pub(super) fn strength(&self, key: &str) -> Result<Option<Entry<f64>>, ConfigError> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let text = match value.get_ref() {
            DeValue::Integer(number) => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => return Err(self.wrong(key, value, "a number from 0 to 1")),
        };
        match text.parse::<f64>() {
            Ok(number) if (0.0..=1.0).contains(&number) => Ok(Some(self.entry(value, number))),
            _ => Err(self.source.error(
                Some(value.span()),
                format!("`{key}` must be a number from 0 to 1, not {text}"),
            )),
        }
    }

    /// One of the words that the flag of the same name takes.
    pub(super) fn choice<T: ValueEnum>(&self, key: &str) -> Result<Option<Entry<T>>, ConfigError> {
        let Some(Entry { value: text, line }) = self.text(key)? else {
            return Ok(None);
        };
        match T::from_str(&text, false) {
            Ok(value) => Ok(Some(Entry { value, line })),
            Err(_) => {
                let words: Vec<_> = T::value_variants()
                    .iter()
                    .filter_map(T::to_possible_value)
                    .collect();
                let words: Vec<&str> = words.iter().map(|word| word.get_name()).collect();
                let hint = suggest(&text, words.iter().copied())
                    .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                let message = format!(
                    "`{key}` must be one of {}, not `{text}`{hint}",
                    words.join(", ")
                );
                Err(self.source.error(self.get(key).map(Spanned::span), message))
            }
        }
    }

    /// A text that must be there.
    pub(super) fn required(
        &self,
        key: &str,
        line: usize,
        why: &str,
    ) -> Result<Entry<String>, ConfigError> {
        match self.text(key)? {
            Some(entry) if !entry.value.trim().is_empty() => Ok(entry),
            _ => {
                let at = Some((line, 1));
                let message = format!("`{key}` is missing in [[{}]]: {why}", self.name);
                Err(ConfigError {
                    path: self.source.path.to_owned(),
                    at,
                    message,
                })
            }
        }
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
