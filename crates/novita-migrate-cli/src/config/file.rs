//! What a settings file says.

use std::path::{Path, PathBuf};

use novita_migrate::Level;
use toml::de::DeTable;

use super::accept::{self, accept};
use super::preserve::{self, FilePreserve};
use super::section::{Entry, Section, Source};
use super::{ConfigError, NAME};
use crate::args::{About, LevelRule, NIterArg, OutOfRangeArg, PlanArg, UnknownArg};
use crate::audit::Accept;
use crate::suggest::suggest;

/// The contents of a settings file, each with its line.
#[derive(Debug)]
pub(super) struct SettingsFile {
    pub(super) path: PathBuf,
    pub(super) hires_strength: Option<Entry<f64>>,
    pub(super) n_iter: Option<Entry<NIterArg>>,
    pub(super) out_of_range: Option<Entry<OutOfRangeArg>>,
    pub(super) unknown: Option<Entry<UnknownArg>>,
    pub(super) plan: Option<Entry<PlanArg>>,
    pub(super) preserve: FilePreserve,
    pub(super) include: Vec<Entry<String>>,
    pub(super) exclude: Vec<Entry<String>>,
    pub(super) hidden: Option<Entry<bool>>,
    pub(super) no_ignore: Option<Entry<bool>>,
    pub(super) follow: Option<Entry<bool>>,
    pub(super) levels: Vec<Entry<FileLevel>>,
    pub(super) accepts: Vec<Accept>,
}

/// One `[[levels]]`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FileLevel {
    pub(super) rule: LevelRule,
    pub(super) reason: String,
}

const SECTIONS: &[&str] = &["options", "files", "levels", "accept"];
/// Those of [`preserve::KEYS`] come in addition.
const OPTIONS: &[&str] = &[
    "hires-strength",
    "n-iter",
    "out-of-range",
    "unknown",
    "plan",
];
const FILES: &[&str] = &["include", "exclude", "hidden", "no-ignore", "follow"];
const LEVELS: &[&str] = &["code", "field", "level", "reason"];

impl SettingsFile {
    /// Reads the text of a settings file.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let source = Source { path, text };
        let root = DeTable::parse(text).map_err(|error| {
            source.error(
                error.span(),
                format!("not TOML: {}", error.message().replace('\n', ", ")),
            )
        })?;
        let root = Section::new(source, "", Some(root.get_ref()), SECTIONS)?;
        let options = root.table("options", &[OPTIONS, preserve::KEYS].concat())?;
        let files = root.table("files", FILES)?;
        let levels = root.tables("levels", LEVELS)?;
        let accepts = root.tables("accept", accept::KEYS)?;
        Ok(SettingsFile {
            path: path.to_owned(),
            hires_strength: options.strength("hires-strength")?,
            n_iter: options.choice("n-iter")?,
            out_of_range: options.choice("out-of-range")?,
            unknown: options.choice("unknown")?,
            plan: options.choice("plan")?,
            preserve: FilePreserve::parse(&options)?,
            include: files.texts("include")?,
            exclude: files.texts("exclude")?,
            hidden: files.boolean("hidden")?,
            no_ignore: files.boolean("no-ignore")?,
            follow: files.boolean("follow")?,
            levels: levels.iter().map(level).collect::<Result<_, _>>()?,
            accepts: accepts.iter().map(accept).collect::<Result<_, _>>()?,
        })
    }

    /// How people know the file: its bare name in the working folder, else its path.
    pub(super) fn name(&self) -> String {
        if self.path == Path::new(NAME) {
            NAME.to_owned()
        } else {
            crate::write::shown(&self.path)
        }
    }
}

fn level(entry: &Entry<Section<'_>>) -> Result<Entry<FileLevel>, ConfigError> {
    let Entry {
        value: section,
        line,
    } = entry;
    let code = section.required(
        "code",
        *line,
        "name a finding class, or \"warnings\" for all that are warnings",
    )?;
    let field = section.text("field")?;
    let level = section.required("level", *line, "say allow, warn or deny")?;
    let reason = section
        .required(
            "reason",
            *line,
            "say why, so that others can judge whether it still holds",
        )?
        .value;
    let text = field.map_or_else(
        || code.value.clone(),
        |field| format!("{}={}", code.value, field.value),
    );
    let about = About::parse(&text).map_err(|message| {
        section
            .source
            .error(section.get("code").map(toml::Spanned::span), message)
    })?;
    let level = match level.value.as_str() {
        "allow" => Level::Allow,
        "warn" => Level::Warn,
        "deny" => Level::Deny,
        other => {
            let hint = suggest(other, ["allow", "warn", "deny"])
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            let message = format!("`level` must be one of allow, warn, deny, not `{other}`{hint}");
            return Err(section
                .source
                .error(section.get("level").map(toml::Spanned::span), message));
        }
    };
    Ok(Entry {
        value: FileLevel {
            rule: LevelRule { about, level },
            reason,
        },
        line: *line,
    })
}
