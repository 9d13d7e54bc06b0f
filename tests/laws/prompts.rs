//! Prompts from a grammar of texts and network tags, as they are escaped in JSON.

use proptest::prelude::*;
use proptest::sample::select;

/// A part of a prompt.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    /// No tag, and no comma or blank alone.
    Text(String),
    Separator(&'static str),
    /// A tag that V3's `loras` take: its name and its weight as JSON number.
    Tag {
        text: String,
        name: &'static str,
        weight: &'static str,
    },
    /// A tag that stays.
    Other(&'static str),
}

impl Piece {
    pub(crate) fn text(&self) -> &str {
        match self {
            Piece::Text(text) | Piece::Tag { text, .. } => text,
            Piece::Separator(text) | Piece::Other(text) => text,
        }
    }
}

/// Text with escapes, half surrogates and characters beyond ASCII, still escaped.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let bits = vec![
        "a",
        "cat",
        "(masterpiece:1.2)",
        "é",
        "日本",
        "\\u00e9",
        "\\ud83d",
        "\\udc00x",
        "\\ud83d\\ude00",
        "\\/",
        "\\\\",
        "\\\"",
        "badhandv4",
        "~",
        ">",
        "\\u003e",
        "\\b",
        "<",
        "a<b",
        "0",
    ];
    proptest::collection::vec(select(bits), 0..4).prop_map(|bits| bits.concat())
}

fn piece() -> impl Strategy<Value = Piece> {
    let text = proptest::collection::vec(
        select(vec![
            "a", "cat", "é", "\\u65e5", "\\ud800", "\\\"", "\\/", "(b:1)", "\\\\n",
        ]),
        1..4,
    );
    let separators = vec![
        ", ", ",", " ", " , ", "\\n", "\\u002c", "\\u0020", "\\t,", "  ",
    ];
    let open = select(vec!["<", "\\u003c", "\\u003C"]);
    let kind = select(vec!["lora", "lyco", "\\u006cora"]);
    let name = select(vec![
        "paws",
        "style_1",
        "sub\\/dir",
        "n\\u00e9",
        "a b",
        "\\ud800",
    ]);
    let weight = select(vec![
        ("", "1"),
        (":1", "1"),
        (":0.80", "0.80"),
        (":.5", "0.5"),
        (":+1", "1"),
        (":1e-1", "1e-1"),
        (": 0.3 ", "0.3"),
        (":2", "2"),
        (":0.5:0.6", "0.5"),
        (":0.7:lbw=ALL", "0.7"),
    ]);
    let tag = (open, kind, name, weight, select(vec![">", "\\u003e"])).prop_map(
        |(open, kind, name, (argument, weight), close)| Piece::Tag {
            text: format!("{open}{kind}:{name}{argument}{close}"),
            name,
            weight,
        },
    );
    let others = vec![
        "<lora: >",
        "<lora:x:heavy>",
        "<hypernet:h:1>",
        "<lora:>",
        "<b>",
    ];
    prop_oneof![
        3 => text.prop_map(|bits| Piece::Text(bits.concat())),
        3 => select(separators).prop_map(Piece::Separator),
        2 => tag,
        1 => select(others).prop_map(Piece::Other),
    ]
}

pub(crate) fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    proptest::collection::vec(piece(), 0..8)
}

/// A prompt, still escaped: half of them without tags.
pub(crate) fn prompt() -> impl Strategy<Value = String> {
    let tagged = pieces().prop_map(|pieces| pieces.iter().map(Piece::text).collect::<String>());
    prop_oneof![tagged, text()]
}
