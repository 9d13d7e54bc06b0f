//! Flags over settings file over defaults, remembering which of them spoke.

use std::path::{Path, PathBuf};

use novita_migrate::Options;

use super::preserve::{NamesError, Preserve};
use super::section::Entry;
use super::{ConfigError, read};
use crate::args::{
    ConfigArgs, FilterArgs, LevelArgs, LevelRule, OptionArgs, OutOfRangeArg, PlanArg, UnknownArg,
};
use crate::audit::Accept;

/// Who said a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A flag, by its name.
    Flag(&'static str),
    /// A line of the settings file.
    File(usize),
    /// Nobody.
    Default,
}

/// A value and who said it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Set<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

impl<T> Set<T> {
    /// Whether the settings file says it.
    pub(crate) fn is_of_file(&self) -> bool {
        matches!(self.origin, Origin::File(_))
    }
}

/// Every setting in effect.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The settings file that was read, as people know it, and the folder that its globs start from.
    pub(crate) file: Option<(String, PathBuf)>,
    pub(crate) hires_strength: Set<Option<f64>>,
    pub(crate) out_of_range: Set<OutOfRangeArg>,
    pub(crate) unknown: Set<UnknownArg>,
    pub(crate) plan: Set<PlanArg>,
    /// Those that keep the pictures, `n-iter` among them.
    pub(super) preserve: Preserve,
    pub(crate) include: Vec<Set<String>>,
    pub(crate) exclude: Vec<Set<String>>,
    pub(crate) hidden: Set<bool>,
    pub(crate) no_ignore: Set<bool>,
    pub(crate) follow: Set<bool>,
    /// In the order in which they apply, with the reasons that the settings file gives.
    pub(crate) levels: Vec<(Set<LevelRule>, Option<String>)>,
    /// What somebody accepts; only the settings file can say so.
    pub(crate) accepts: Vec<Accept>,
}

impl Settings {
    /// Reads the settings file that applies and lays the flags over it. Levels and excludes of both count (the flags'
    /// later); everything else that a flag says replaces what the file says.
    pub(crate) fn load(
        config: &ConfigArgs,
        options: &OptionArgs,
        levels: &LevelArgs,
        filter: &FilterArgs,
    ) -> Result<Self, ConfigError> {
        let file = read(config)?;
        let file = file.as_ref();
        let name = file.map(|file| (file.name(), folder(&file.path)));
        let include = if filter.include.is_empty() {
            texts(file.map(|file| &file.include))
        } else {
            flags("--include", &filter.include)
        };
        let mut exclude = texts(file.map(|file| &file.exclude));
        exclude.extend(flags("--exclude", &filter.exclude));
        let mut all: Vec<_> = file
            .into_iter()
            .flat_map(|file| &file.levels)
            .map(|level| {
                (
                    Set {
                        value: level.value.rule.clone(),
                        origin: Origin::File(level.line),
                    },
                    Some(level.value.reason.clone()),
                )
            })
            .collect();
        all.extend(levels.rules.iter().map(|rule| {
            (
                Set {
                    value: rule.clone(),
                    origin: Origin::Flag(rule.flag()),
                },
                None,
            )
        }));
        let switch = |flag: bool, name, entry: Option<&Entry<bool>>| {
            pick(flag.then_some(true), name, entry, false)
        };
        Ok(Settings {
            file: name,
            hires_strength: optional(
                options.hires_strength,
                "--hires-strength",
                file.and_then(|file| file.hires_strength.as_ref()),
            ),
            out_of_range: pick(
                options.out_of_range,
                "--out-of-range",
                file.and_then(|file| file.out_of_range.as_ref()),
                OutOfRangeArg::Clamp,
            ),
            unknown: pick(
                options.unknown,
                "--unknown",
                file.and_then(|file| file.unknown.as_ref()),
                UnknownArg::Drop,
            ),
            plan: pick(
                options.plan,
                "--plan",
                file.and_then(|file| file.plan.as_ref()),
                PlanArg::Standard,
            ),
            preserve: Preserve::new(&options.preserve, options.n_iter, file),
            include,
            exclude,
            hidden: switch(
                filter.hidden,
                "--hidden",
                file.and_then(|file| file.hidden.as_ref()),
            ),
            no_ignore: switch(
                filter.no_ignore,
                "--no-ignore",
                file.and_then(|file| file.no_ignore.as_ref()),
            ),
            follow: switch(
                filter.follow,
                "--follow",
                file.and_then(|file| file.follow.as_ref()),
            ),
            levels: all,
            accepts: file.map(|file| file.accepts.clone()).unwrap_or_default(),
        })
    }

    /// The library's options.
    ///
    /// # Errors
    /// Where a file of names cannot be read.
    pub(crate) fn options(&self) -> Result<Options, NamesError> {
        let options = Options::default()
            .out_of_range(self.out_of_range.value.into())
            .unknown(self.unknown.value.into())
            .plan(self.plan.value.into());
        let options = match self.hires_strength.value {
            Some(strength) => options.hires_strength(strength),
            None => options,
        };
        let options = self.preserve.apply(options)?;
        let levels = self.levels.iter();
        Ok(levels.fold(options, |options, (level, _)| level.value.apply(options)))
    }
}

fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn pick<T: Copy>(
    flag: Option<T>,
    name: &'static str,
    file: Option<&Entry<T>>,
    default: T,
) -> Set<T> {
    match (flag, file) {
        (Some(value), _) => Set {
            value,
            origin: Origin::Flag(name),
        },
        (None, Some(entry)) => Set {
            value: entry.value,
            origin: Origin::File(entry.line),
        },
        (None, None) => Set {
            value: default,
            origin: Origin::Default,
        },
    }
}

fn optional<T: Copy>(
    flag: Option<T>,
    name: &'static str,
    file: Option<&Entry<T>>,
) -> Set<Option<T>> {
    let file = file.map(|entry| Entry {
        value: Some(entry.value),
        line: entry.line,
    });
    pick(flag.map(Some), name, file.as_ref(), None)
}

fn texts(entries: Option<&Vec<Entry<String>>>) -> Vec<Set<String>> {
    let entries = entries.into_iter().flatten();
    entries
        .map(|entry| Set {
            value: entry.value.clone(),
            origin: Origin::File(entry.line),
        })
        .collect()
}

fn flags(name: &'static str, values: &[String]) -> Vec<Set<String>> {
    values
        .iter()
        .map(|value| Set {
            value: value.clone(),
            origin: Origin::Flag(name),
        })
        .collect()
}
