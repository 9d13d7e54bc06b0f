//! `novita-migrate.toml`: defaults of a team, found from the working folder upward. Flags win over it.

mod accept;
mod file;
mod preserve;
mod section;
mod settings;
mod show;

use std::io;
use std::path::{Path, PathBuf};

pub(crate) use preserve::NamesError;
pub(crate) use settings::{Set, Settings};
pub(crate) use show::show;

use crate::args::ConfigArgs;
use file::SettingsFile;

/// The name that is looked for.
pub(crate) const NAME: &str = "novita-migrate.toml";

/// A settings file that cannot be used.
#[derive(Debug)]
pub(crate) struct ConfigError {
    /// The file.
    pub(crate) path: PathBuf,
    /// Line and column, from 1, where the trouble is in the text.
    pub(crate) at: Option<(usize, usize)>,
    /// What is wrong.
    pub(crate) message: String,
}

/// Reads the settings file that applies, if there is one.
fn read(args: &ConfigArgs) -> Result<Option<SettingsFile>, ConfigError> {
    if args.no_config {
        return Ok(None);
    }
    let path = match &args.config {
        Some(path) => path.clone(),
        None => match find(Path::new(NAME)) {
            Some(path) => path,
            None => return Ok(None),
        },
    };
    let failed = |error: io::Error| ConfigError {
        path: path.clone(),
        at: None,
        message: crate::write::plain(&error),
    };
    let text = std::fs::read_to_string(&path).map_err(failed)?;
    SettingsFile::parse(&path, &text).map(Some)
}

/// The nearest file of that name: in the working folder (then under its bare name), else in a folder above it.
fn find(name: &Path) -> Option<PathBuf> {
    if name.is_file() {
        return Some(name.to_owned());
    }
    let here = std::env::current_dir().ok()?;
    here.ancestors()
        .skip(1)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}
