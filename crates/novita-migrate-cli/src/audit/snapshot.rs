//! One snapshot: its name, and its text in the format of the `insta` crate, so that `cargo insta` can review it.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use novita_migrate::fnv1a;

/// What snapshots of an audit have in their header; no others are ever removed.
const MARK: &str = "novita-migrate audit";
/// The ending of a snapshot.
pub(super) const SNAP: &str = ".snap";
/// The ending of a snapshot that waits for somebody's review.
pub(super) const NEW: &str = ".snap.new";
/// The most bytes of an input's name that a snapshot's name takes over: file systems allow 255 for all of it.
const LONGEST: usize = 200;

/// The name that the snapshots of an input have in common.
pub(super) fn stem(input: &Path) -> PathBuf {
    let name = input.file_name().unwrap_or_default().as_bytes();
    let Some(head) = name.get(..LONGEST).filter(|_| name.len() > LONGEST) else {
        return input.to_owned();
    };
    let short = format!(
        "{}~{:016x}",
        String::from_utf8_lossy(head).trim_end_matches('\u{fffd}'),
        fnv1a(name)
    );
    input.with_file_name(short)
}

/// The name of the snapshot of a record.
pub(super) fn name(input: &Path, record: u64) -> PathBuf {
    with_ending(&stem(input), &format!("@{record}{SNAP}"))
}

/// A path with something behind its name.
pub(super) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The input's stem and the record that a snapshot's name stands for.
pub(super) fn parse_name(name: &Path) -> Option<(PathBuf, u64)> {
    let bytes = name.as_os_str().as_bytes();
    let bytes = bytes
        .strip_suffix(NEW.as_bytes())
        .or_else(|| bytes.strip_suffix(SNAP.as_bytes()))?;
    let at = memchr::memrchr(b'@', bytes)?;
    let record = std::str::from_utf8(bytes.get(at + 1..)?)
        .ok()?
        .parse()
        .ok()?;
    Some((
        PathBuf::from(OsString::from_vec(bytes.get(..at)?.to_vec())),
        record,
    ))
}

/// The file's text.
pub(super) fn format(input: &Path, record: u64, text: &str) -> String {
    // A JSON text is a YAML text too, whatever the name has in it.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let source = quoted(&input.to_string_lossy());
    let expression = quoted(&format!("{MARK}, record {record}"));
    format!(
        "---\nsource: {source}\nexpression: {expression}\n---\n{}\n",
        text.trim_end()
    )
}

/// The text of a snapshot without its header, as `insta` compares it: the ends of lines are alike, and what is blank at
/// the end does not count.
pub(super) fn contents(file: &str) -> String {
    let file = file.replace("\r\n", "\n");
    let body = split(&file).map_or(file.as_str(), |(_, body)| body);
    body.trim_end().to_owned()
}

/// Whether an audit wrote it.
pub(super) fn is_ours(file: &str) -> bool {
    split(&file.replace("\r\n", "\n")).is_some_and(|(header, _)| header.contains(MARK))
}

fn split(file: &str) -> Option<(&str, &str)> {
    file.strip_prefix("---\n")?.split_once("\n---\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_records() {
        for (input, record) in [("a.json", 1), ("logs/a@b.ndjson", 42), ("x.snap", 7)] {
            let name = name(Path::new(input), record);
            assert_eq!(parse_name(&name), Some((PathBuf::from(input), record)));
            assert_eq!(
                parse_name(&with_ending(&name, ".new")),
                Some((PathBuf::from(input), record))
            );
        }
        assert_eq!(parse_name(Path::new("a.json")), None);
        assert_eq!(parse_name(Path::new("other.snap")), None);
    }

    #[test]
    fn long_names_stay_apart_and_fit() {
        let (one, other) = ("é".repeat(120) + "1", "é".repeat(120) + "2");
        let (one, other) = (name(Path::new(&one), 1), name(Path::new(&other), 1));
        assert_ne!(one, other);
        assert!(one.as_os_str().len() < 250, "{}", one.display());
        let long = PathBuf::from("é".repeat(120) + "1");
        assert_eq!(parse_name(&one), Some((stem(&long), 1)));
    }

    #[test]
    fn a_text_is_the_same_after_the_file() {
        let text = "no findings\n\n---\n{\n}";
        let file = format(Path::new("a \"b\"\n.json"), 1, text);
        assert_eq!(contents(&file), text);
        assert_eq!(contents(&file.replace('\n', "\r\n")), text);
        assert!(
            is_ours(&file)
                && !is_ours(text)
                && !is_ours("---\nsource: tests/a.rs\n---\nnovita-migrate audit\n")
        );
        assert_eq!(file.lines().nth(1), Some(r#"source: "a \"b\"\n.json""#));
    }
}
