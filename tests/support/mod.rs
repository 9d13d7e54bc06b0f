//! What several tests of the library share.

use std::path::{Path, PathBuf};

/// The folder of the fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// The `.json` files of a folder of fixtures, sorted by name.
pub(crate) fn cases(folder: &str) -> Vec<PathBuf> {
    let path = fixtures().join(folder);
    let entries =
        std::fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    files
}

/// The file's name without its ending.
#[allow(dead_code, reason = "not every test needs it")]
pub(crate) fn name(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Codes that only fire with options that are off by default.
#[allow(dead_code, reason = "not every test needs it")]
pub(crate) const OPTIONAL: &[novita_migrate::Code] = &[
    novita_migrate::Code::RenamedModel,
    novita_migrate::Code::UnknownModel,
    novita_migrate::Code::UnavailableModel,
    novita_migrate::Code::UnsuitedModel,
];
