//! The characters of prompts as they are escaped in JSON.

/// The characters of an escaped text, each as it is spelled.
pub(crate) fn spelled(inner: &str) -> Vec<&str> {
    let mut rest = inner;
    let mut units = Vec::new();
    while !rest.is_empty() {
        let length = match rest.as_bytes() {
            [b'\\', b'u', ..] => 6,
            [b'\\', ..] => 2,
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
        let (unit, after) = rest.split_at(length);
        units.push(unit);
        rest = after;
    }
    units
}

/// Whether a spelled character is a comma or a blank.
pub(crate) fn separates(unit: &str) -> bool {
    let hex = unit
        .strip_prefix("\\u")
        .and_then(|hex| u8::from_str_radix(hex, 16).ok());
    matches!(unit, "," | " " | "\\n" | "\\t" | "\\r")
        || matches!(hex, Some(b',' | b' ' | b'\n' | b'\t' | b'\r'))
}

/// Whether `part` is `whole` with some of its units left out.
pub(crate) fn is_subsequence(part: &[&str], whole: &[&str]) -> bool {
    let mut whole = whole.iter();
    part.iter().all(|unit| whole.any(|other| other == unit))
}
