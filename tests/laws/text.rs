//! JSON as text in a style of one's own: what the payloads are printed with, and what the output is held against.

use novita_migrate::json::{Kind, Value};

/// A JSON value whose scalars and keys keep their spelling.
#[derive(Debug, Clone)]
pub(crate) enum Json {
    Scalar(String),
    List(Vec<Json>),
    /// Keys without their quotes, escaped.
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(crate) fn null() -> Json {
        Json::Scalar("null".to_owned())
    }

    pub(crate) fn scalar(text: impl Into<String>) -> Json {
        Json::Scalar(text.into())
    }

    /// A string from what stands between its quotes.
    pub(crate) fn quoted(inner: &str) -> Json {
        Json::Scalar(format!("\"{inner}\""))
    }

    /// What the library read.
    pub(crate) fn of(value: Value<'_, '_>) -> Json {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8 stays UTF-8");
        match value.kind() {
            Kind::Object => Json::Object(
                value
                    .members()
                    .map(|member| {
                        (
                            text(member.key().expect("members have keys").raw()),
                            Json::of(member),
                        )
                    })
                    .collect(),
            ),
            Kind::Array => Json::List(value.elements().map(Json::of).collect()),
            _ => Json::Scalar(text(value.raw())),
        }
    }
}

/// How a payload is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) before: &'static str,
    pub(crate) after: &'static str,
    pub(crate) colon: &'static str,
    pub(crate) comma: &'static str,
    pub(crate) pad: &'static str,
    /// Line end, indentation of the whole, indentation of one level.
    pub(crate) lines: Option<(&'static str, &'static str, &'static str)>,
}

const ONE_LINE: Style = Style {
    before: "",
    after: "",
    colon: "",
    comma: "",
    pad: "",
    lines: None,
};
const PRETTY: Style = Style {
    colon: " ",
    after: "\n",
    lines: Some(("\n", "", "  ")),
    ..ONE_LINE
};

/// The styles that payloads come in: compact, as Python and hand-written code print it, pretty with blanks, tabs, CRLF.
pub(crate) const STYLES: [Style; 9] = [
    ONE_LINE,
    Style {
        after: "\n",
        ..ONE_LINE
    },
    Style {
        colon: " ",
        comma: " ",
        ..ONE_LINE
    },
    Style {
        before: "\u{feff}",
        colon: " ",
        comma: " ",
        pad: " ",
        after: "\r\n",
        ..ONE_LINE
    },
    PRETTY,
    Style {
        lines: Some(("\r\n", "", "    ")),
        after: "\r\n",
        ..PRETTY
    },
    Style {
        lines: Some(("\n", "", "\t")),
        after: "",
        ..PRETTY
    },
    Style {
        before: "\u{feff}\n",
        colon: "",
        after: " \n\n",
        ..PRETTY
    },
    Style {
        before: "  ",
        lines: Some(("\n", "  ", "    ")),
        ..PRETTY
    },
];

impl Style {
    pub(crate) fn print(&self, json: &Json) -> String {
        let mut out = self.before.to_owned();
        self.value(json, 0, &mut out);
        out + self.after
    }

    fn value(&self, json: &Json, depth: usize, out: &mut String) {
        match json {
            Json::Scalar(text) => out.push_str(text),
            Json::List(elements) => self.items(elements, depth, ['[', ']'], out, |element, out| {
                self.value(element, depth + 1, out);
            }),
            Json::Object(members) => {
                self.items(members, depth, ['{', '}'], out, |(key, value), out| {
                    out.push_str(&format!("\"{key}\":{}", self.colon));
                    self.value(value, depth + 1, out);
                })
            }
        }
    }

    fn items<T>(
        &self,
        items: &[T],
        depth: usize,
        [open, close]: [char; 2],
        out: &mut String,
        print: impl Fn(&T, &mut String),
    ) {
        out.push(open);
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            self.gap(depth + 1, if at > 0 { self.comma } else { self.pad }, out);
            print(item, out);
        }
        if !items.is_empty() {
            self.gap(depth, self.pad, out);
        }
        out.push(close);
    }

    fn gap(&self, depth: usize, blanks: &str, out: &mut String) {
        match self.lines {
            None => out.push_str(blanks),
            Some((end, base, unit)) => {
                out.push_str(end);
                out.push_str(base);
                out.push_str(&unit.repeat(depth));
            }
        }
    }
}
