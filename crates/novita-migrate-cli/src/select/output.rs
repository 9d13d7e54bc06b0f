//! Where a file goes below `--out-dir`.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use super::error::SelectErrorKind;
use super::{SelectError, Selected};
use crate::write::shown;

/// The path below `base`, or below the root.
pub(super) fn below(path: &Path, base: Option<&Path>) -> PathBuf {
    mirrored(
        base.and_then(|base| path.strip_prefix(base).ok())
            .unwrap_or(path),
    )
}

/// The path without anything that leads out of a folder: no root, no `.`, no `..`.
pub(super) fn mirrored(path: &Path) -> PathBuf {
    path.components()
        .filter(|part| matches!(part, Component::Normal(_)))
        .collect()
}

/// Makes sure that no two inputs have one output, before anything is written.
///
/// # Errors
/// Names the first two inputs that would meet.
pub(crate) fn check_relative(files: &[Selected]) -> Result<(), SelectError> {
    let mut taken: HashMap<&Path, &Path> = HashMap::with_capacity(files.len());
    for file in files {
        if let Some(other) = taken.insert(&file.relative, &file.path) {
            let message = format!(
                "would be written to {} like {}",
                shown(&file.relative),
                shown(other)
            );
            return Err(SelectError::new(
                SelectErrorKind::SameOutput,
                &file.path,
                message,
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{below, check_relative, mirrored};
    use crate::select::Selected;
    use std::path::{Path, PathBuf};

    fn file(path: &str, relative: &str) -> Selected {
        Selected {
            path: path.into(),
            named: true,
            relative: relative.into(),
        }
    }

    #[test]
    fn a_mirrored_path_never_leads_out() {
        assert_eq!(
            mirrored(Path::new("/etc/../a/./b.json")),
            PathBuf::from("etc/a/b.json")
        );
        assert_eq!(mirrored(Path::new("../../b.json")), PathBuf::from("b.json"));
    }

    #[test]
    fn a_named_file_keeps_its_name_only() {
        let path = Path::new("x/y/b.json");
        assert_eq!(below(path, path.parent()), PathBuf::from("b.json"));
        assert_eq!(below(path, Some(Path::new("x"))), PathBuf::from("y/b.json"));
    }

    #[test]
    fn two_inputs_with_one_output_are_refused_by_name() {
        assert!(check_relative(&[file("a/x", "x"), file("a/y", "y")]).is_ok());
        let error = check_relative(&[file("a/x", "x"), file("b/x", "x")]).unwrap_err();
        assert_eq!(error.to_string(), "b/x: would be written to x like a/x");
    }
}
