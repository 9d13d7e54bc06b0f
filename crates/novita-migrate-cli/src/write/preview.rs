//! What is printed about a file that would change, by the ways to run that write nothing.

use std::io::{self, IsTerminal, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::diff::unified;
use super::shown::shown;

/// What to print on stdout for each file that would change. `--check` and `--dry-run` print
/// nothing there.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Preview {
    /// A unified diff, and whether in colour.
    pub(crate) diff: Option<bool>,
    /// The file's name.
    pub(crate) list: bool,
    /// Whether names end in NUL instead of a line break.
    pub(crate) nul: bool,
}

impl Preview {
    /// Prints about one file whose bytes would change from `old` to `new`.
    ///
    /// # Errors
    /// Those of `out`.
    pub(crate) fn show(
        &self,
        out: &mut dyn Write,
        path: &Path,
        old: &[u8],
        new: &[u8],
    ) -> io::Result<()> {
        if self.list {
            // For programs the name's own bytes; nothing that a terminal would act upon for people.
            let plain = !self.nul && io::stdout().is_terminal();
            match plain {
                true => out.write_all(shown(path).as_bytes())?,
                false => out.write_all(path.as_os_str().as_bytes())?,
            }
            out.write_all(if self.nul { b"\0" } else { b"\n" })?;
        }
        if let Some(colour) = self.diff {
            out.write_all(unified(path, old, new, colour).as_bytes())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Preview;
    use std::path::Path;

    fn shown(preview: Preview) -> String {
        let mut out = Vec::new();
        preview
            .show(&mut out, Path::new("a b.json"), b"x\n", b"y\n")
            .unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_preview_prints_its_own_thing() {
        assert_eq!(shown(Preview::default()), "");
        assert_eq!(
            shown(Preview {
                list: true,
                nul: true,
                diff: None
            }),
            "a b.json\0"
        );
        assert!(
            shown(Preview {
                diff: Some(false),
                ..Preview::default()
            })
            .starts_with("--- a b.json\n+++ a b.json\n@@")
        );
    }
}
