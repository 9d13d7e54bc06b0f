//! Long strings of base64, made short enough to be looked at.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Runs of base64 from this many characters on are shortened. Words and names are shorter.
const LONG: usize = 200;
/// How much of the beginning stays: the first bytes tell the kind of picture.
const HEAD: usize = 24;
/// How much of the end stays.
const TAIL: usize = 8;

/// Replaces long runs of base64, also with `\/` for `/`, by their two ends, their length and a
/// hash: two texts that differ only inside such a run still differ.
pub(crate) fn shorten(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    // What is before this place has been copied.
    let mut done = 0;
    let mut at = 0;
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(at) {
        if !is_base64(*byte) {
            at += 1;
            continue;
        }
        let end = run_end(bytes, at);
        if end - at >= LONG
            && let (Some(before), Some(run)) = (text.get(done..at), text.get(at..end))
        {
            out.push_str(before);
            push_short(&mut out, run);
            done = end;
        }
        at = end;
    }
    match text.get(done..) {
        Some(rest) if done > 0 => {
            out.push_str(rest);
            Cow::Owned(out)
        }
        _ => Cow::Borrowed(text),
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_')
}

fn run_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    loop {
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(byte), _) if is_base64(*byte) => at += 1,
            (Some(b'\\'), Some(b'/')) => at += 2,
            _ => return at,
        }
    }
}

fn push_short(out: &mut String, run: &str) {
    // All of a run is ASCII.
    let (Some(head), Some(tail)) = (run.get(..HEAD), run.get(run.len() - TAIL..)) else {
        return;
    };
    let hash = blake3::hash(run.as_bytes()).to_hex();
    let hash = hash.get(..12).unwrap_or_default();
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "{head}…[{} characters, blake3 {hash}]…{tail}",
        run.len()
    );
}

#[cfg(test)]
mod tests {
    use super::{LONG, shorten};
    use std::borrow::Cow;

    #[test]
    fn ordinary_text_is_not_touched() {
        let text = format!("\"a {} b\": 1, 図", "x".repeat(LONG - 1));
        assert!(matches!(shorten(&text), Cow::Borrowed(_)));
    }

    #[test]
    fn pictures_keep_their_ends_length_and_identity() {
        let picture = format!(
            "iVBORw0KGgoAAAANSUhEUgAA{}AASUVORK5CYII=",
            "Ab+\\/".repeat(100)
        );
        let short = shorten(&format!("{{\"a\":\"{picture}\",\"b\":\"{picture}\"}}")).into_owned();
        let length = picture.len();
        assert!(
            short.starts_with(&format!(
                "{{\"a\":\"iVBORw0KGgoAAAANSUhEUgAA…[{length} characters, blake3 "
            )),
            "{short}"
        );
        assert!(short.ends_with("…RK5CYII=\"}"), "{short}");
        let other = shorten(&picture.replacen("Ab", "Ac", 1)).into_owned();
        assert_ne!(shorten(&picture), other, "a change inside must show");
    }
}
