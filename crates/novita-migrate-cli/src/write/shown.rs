//! Names of files as a terminal may safely see them.

use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The path as text for messages: line breaks, terminal escapes, other control characters and
/// the marks that turn the direction of text are written as escapes, and so are bytes that are
/// not UTF-8. Two different names may look the same only if one holds a literal backslash.
#[must_use]
pub(crate) fn shown(path: &Path) -> String {
    let mut text = String::with_capacity(path.as_os_str().len());
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        push_plain(&mut text, chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a String cannot fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

/// Appends text with everything escaped that a terminal would act upon; a tab stays.
pub(crate) fn push_plain(to: &mut String, text: &str) {
    for char in text.chars() {
        match char {
            '\n' => to.push_str("\\n"),
            '\r' => to.push_str("\\r"),
            '\t' => to.push('\t'),
            _ if char.is_control() => {
                let _ = write!(to, "\\x{:02x}", u32::from(char));
            }
            _ if acts(char) => {
                let _ = write!(to, "\\u{{{:x}}}", u32::from(char));
            }
            _ => to.push(char),
        }
    }
}

/// Whether a terminal would act upon a character: control characters, and the marks that turn the direction of text
/// ("Trojan source").
pub(crate) fn acts(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

#[cfg(test)]
mod tests {
    use super::shown;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;

    #[test]
    fn ordinary_names_stay() {
        assert_eq!(shown(Path::new("data/ünï 図.json")), "data/ünï 図.json");
    }

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_act_upon() {
        let name = Path::new(OsStr::from_bytes(b"a\nb\x1b[2J\x7f\xff\xc2\x9b.json"));
        assert_eq!(shown(name), "a\\nb\\x1b[2J\\x7f\\xff\\x9b.json");
        assert_eq!(shown(Path::new("\u{202e}nosj.exe")), "\\u{202e}nosj.exe");
    }
}
