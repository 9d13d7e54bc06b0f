//! Keys and tokens beside a payload: in the headers of a curl call, in a HAR file, in a URL. Excerpts end up in logs
//! and tickets, where they have no business.

use std::borrow::Cow;

/// Words that a secret follows, in lower case, behind a colon or an equals sign …
const WORDS: [&[u8]; 7] = [
    b"authorization",
    b"key",
    b"token",
    b"secret",
    b"password",
    b"passwd",
    b"cookie",
];

/// … and those that it may follow without.
const SCHEMES: [&[u8]; 2] = [b"bearer", b"basic"];

/// How the vendor's keys begin, and those of many others.
const PREFIXES: [&[u8]; 2] = [b"sk_", b"sk-"];

/// The first two letters of all of them.
const BEGINNINGS: [[u8; 2]; WORDS.len() + SCHEMES.len() + PREFIXES.len()] = {
    let mut beginnings = [[0; 2]; WORDS.len() + SCHEMES.len() + PREFIXES.len()];
    let (mut at, lists) = (0, [WORDS.as_slice(), &SCHEMES, &PREFIXES]);
    let mut list = 0;
    while list < lists.len() {
        let mut word = 0;
        while word < lists[list].len() {
            beginnings[at] = [lists[list][word][0], lists[list][word][1]];
            (at, word) = (at + 1, word + 1);
        }
        list += 1;
    }
    beginnings
};

/// Shorter words behind a scheme or a prefix are no keys.
const SHORT: usize = 8;

/// A word that tells of a secret is shorter, with a `value` behind it as in HAR files, too.
const LEAD: usize = 128;

/// From where on a text is to be looked at, so that all secrets are seen that reach beyond `at`: every finding comes by
/// here, and a secret may be thousands of bytes long.
pub(super) fn beginning(text: &[u8], at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    let behind = |last: Option<usize>| last.map_or(0, |last| last + 1);
    let value = behind(before.iter().rposition(|byte| ends(*byte)));
    let lead = before.get(..value).unwrap_or_default();
    behind(lead.iter().rposition(|byte| !is_mark(*byte))).saturating_sub(LEAD)
}

/// The text with every secret in it turned into as many asterisks.
pub(super) fn hidden(text: &[u8]) -> Cow<'_, [u8]> {
    let mut out = Cow::Borrowed(text);
    for (at, pair) in text.windows(2).enumerate() {
        // Few are looked at closely.
        let &[first, second] = pair else { continue };
        if !BEGINNINGS.contains(&[first | 0x20, second | 0x20]) {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        let is_start = !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        if let Some((from, length)) = secret(rest, is_start)
            && let Some(secret) = out.to_mut().get_mut(at + from..at + from + length)
        {
            secret.fill(b'*');
        }
    }
    out
}

/// Where the secret is, and how long, of a text that begins with what tells of one. `is_start`: a word begins there.
fn secret(rest: &[u8], is_start: bool) -> Option<(usize, usize)> {
    let one_of = |words: &[&[u8]]| {
        let word = words.iter().find(|word| {
            rest.get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word))
        });
        word.map(|word| word.len())
    };
    let value = |from: usize, least: usize| {
        let length = length(rest.get(from..).unwrap_or_default());
        (length >= least).then_some((from, length))
    };
    if let Some(word) = one_of(&WORDS) {
        let gap = gap(rest.get(word..).unwrap_or_default());
        let between = rest.get(word..word + gap).unwrap_or_default();
        let assigns = between.iter().any(|byte| matches!(byte, b':' | b'='));
        return assigns.then(|| value(word + gap, 1)).flatten();
    }
    if let Some(word) = one_of(&SCHEMES) {
        let gap = gap(rest.get(word..).unwrap_or_default());
        return (gap > 0).then(|| value(word + gap, SHORT)).flatten();
    }
    one_of(&PREFIXES)
        .filter(|_| is_start)
        .and_then(|_| value(0, SHORT))
}

/// How many bytes stand between a word and its value: `: `, `=`, `":"`, and in HAR files `","value":"`.
fn gap(rest: &[u8]) -> usize {
    let marks = |rest: &[u8]| {
        let end = rest.iter().position(|byte| !is_mark(*byte));
        end.unwrap_or(rest.len())
    };
    let first = marks(rest);
    match rest
        .get(first..)
        .and_then(|rest| rest.strip_prefix(b"value"))
    {
        Some(more) if first > 0 && marks(more) > 0 => first + b"value".len() + marks(more),
        _ => first,
    }
}

/// Whether a byte may stand between a word and its value.
const fn is_mark(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b':' | b'=' | b'"' | b'\'' | b'\\' | b','
    )
}

/// How long the value is that stands here.
fn length(rest: &[u8]) -> usize {
    let end = rest.iter().position(|byte| ends(*byte));
    end.unwrap_or(rest.len())
}

/// Whether no secret goes on here.
const fn ends(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'"' | b'\'' | b'\\' | b',' | b';' | b'&' | b'<' | b'>' | b'}' | b')'
    )
}

#[cfg(test)]
mod tests {
    use super::hidden;

    fn shown(text: &str) -> String {
        String::from_utf8(hidden(text.as_bytes()).into_owned()).unwrap()
    }

    #[test]
    fn what_follows_the_word_is_hidden_and_the_rest_stays() {
        for (text, expected) in [
            (
                "-H 'Authorization: Bearer abc.defgh' -d '{}'",
                "-H 'Authorization: ****** *********' -d '{}'",
            ),
            ("-H \"X-Api-Key: abc\"", "-H \"X-Api-Key: ***\""),
            ("/v2/txt2img?key=abc&n=1", "/v2/txt2img?key=***&n=1"),
            (r#"{\"api_key\": \"abc\"}"#, r#"{\"api_key\": \"***\"}"#),
            (
                r#"{"name":"authorization","value":"abc"}"#,
                r#"{"name":"authorization","value":"***"}"#,
            ),
            ("K sk_12345 x", "K ******** x"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn every_word_that_tells_of_a_secret_is_known() {
        for word in super::WORDS {
            let word = String::from_utf8_lossy(word);
            for word in [word.to_uppercase(), word.to_string()] {
                assert_eq!(shown(&format!("{word}: abc")), format!("{word}: ***"));
            }
        }
        for word in super::SCHEMES {
            let word = String::from_utf8_lossy(word);
            assert_eq!(
                shown(&format!("{word} abcdefgh")),
                format!("{word} ********")
            );
        }
        for word in super::PREFIXES {
            let word = String::from_utf8_lossy(word);
            assert_eq!(shown(&format!("{word}abcdefgh")), "***********");
        }
    }

    /// Wherever an excerpt begins, it shows of a text what the whole text would show.
    #[test]
    fn a_secret_is_seen_from_its_middle() {
        let key = "k".repeat(2_000);
        for text in [
            format!("{{\"a\": 1}}, -H 'Authorization: Bearer {key}' -d '{{\"n_iter\": 4}}'"),
            format!(
                "{} X-Api-Key{}{key}, \"prompt\": \"a cat\"",
                "long ".repeat(90),
                ": ".repeat(200)
            ),
            format!("{key} is no secret, sk_{key} is one"),
        ] {
            let whole = shown(&text);
            for at in 0..text.len() {
                let from = super::beginning(text.as_bytes(), at);
                assert_eq!(shown(&text[from..])[at - from..], whole[at..], "from {at}");
            }
        }
    }

    #[test]
    fn ordinary_text_stays() {
        for text in [
            "{\"prompt\": \"a keyword, a monkey in a secret garden, basic light\"}",
            "\"name\":\"monkey\",\"n_iter\":4",
            "sk-x",
            // `sk_` begins no key in the middle of a word.
            "\"inpainting_mask_invert\":0",
            "\"n_iter\": 4",
            "",
        ] {
            assert_eq!(shown(text), text);
        }
    }
}
