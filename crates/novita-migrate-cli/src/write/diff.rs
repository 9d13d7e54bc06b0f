//! `--diff`: what would change in a file, as a unified diff.

use std::fmt::Write as _;
use std::path::Path;

use similar::{Algorithm, ChangeTag, TextDiff};

use super::shorten::shorten;
use super::shown::{push_plain, shown};

/// Lines of context around a change.
const CONTEXT: usize = 3;

const BOLD: &str = "\x1b[1m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const CYAN: &str = "\x1b[36m";
const OFF: &str = "\x1b[0m";

/// The unified diff of a file's old and new bytes. For people: base64 is shortened, and
/// characters that a terminal would act upon are escaped.
#[must_use]
pub(crate) fn unified(name: &Path, old: &[u8], new: &[u8], colour: bool) -> String {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let (old, new) = (shorten(&old), shorten(&new));
    let mut out = String::new();
    let mut line = |style: &str, sign: &str, text: &str| {
        let (style, off) = if colour && !style.is_empty() {
            (style, OFF)
        } else {
            ("", "")
        };
        out.push_str(style);
        out.push_str(sign);
        push_plain(&mut out, text);
        out.push_str(off);
        out.push('\n');
    };
    let name = shown(name);
    line(BOLD, "--- ", &name);
    line(BOLD, "+++ ", &name);
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Myers)
        .diff_lines(&*old, &*new);
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        let mut header = String::new();
        // Writing to a String cannot fail.
        let _ = write!(header, "{}", hunk.header());
        line(CYAN, "", header.trim_end());
        for change in hunk.iter_changes() {
            let (style, sign) = match change.tag() {
                ChangeTag::Delete => (RED, "-"),
                ChangeTag::Insert => (GREEN, "+"),
                ChangeTag::Equal => ("", " "),
            };
            let text = change.value();
            line(
                style,
                sign,
                text.strip_suffix('\n')
                    .map_or(text, |text| text.strip_suffix('\r').unwrap_or(text)),
            );
            if change.missing_newline() {
                line("", "", "\\ No newline at end of file");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::unified;
    use std::path::Path;

    fn diff(old: &str, new: &str) -> String {
        unified(Path::new("a.json"), old.as_bytes(), new.as_bytes(), false)
    }

    #[test]
    fn changes_stand_in_their_context() {
        assert_eq!(
            diff(
                "{\n  \"seed\": 1,\n  \"n\": 2\n}\n",
                "{\n  \"seed\": 1,\n  \"m\": 2\n}"
            ),
            "--- a.json\n+++ a.json\n@@ -1,4 +1,4 @@\n {\n   \"seed\": 1,\n-  \"n\": 2\n-}\n+  \"m\": 2\n+}\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn line_ends_of_windows_are_not_shown_and_escapes_do_no_harm() {
        let shown = diff("a\r\nb\r\n", "a\r\n\x1b[2Jc\r\n");
        assert_eq!(
            shown,
            "--- a.json\n+++ a.json\n@@ -1,2 +1,2 @@\n a\n-b\n+\\x1b[2Jc\n"
        );
    }

    #[test]
    fn colours_surround_whole_lines() {
        let shown = unified(Path::new("a"), b"x\n", b"y\n", true);
        assert!(
            shown.contains("\x1b[31m-x\x1b[0m\n\x1b[32m+y\x1b[0m\n"),
            "{shown:?}"
        );
    }

    #[test]
    fn pictures_are_short_and_bytes_that_are_not_text_are_no_obstacle() {
        let picture = "iVBOR".repeat(1000);
        let shown = diff(
            &format!("{{\"a\":\"{picture}\"}}"),
            &format!("{{\"b\":\"{picture}\"}}"),
        );
        assert!(shown.len() < 400, "{shown}");
        assert!(unified(Path::new("a"), b"\xff\n", b"\xfe!\n", false).contains('\u{fffd}'));
    }
}
