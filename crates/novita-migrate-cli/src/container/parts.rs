//! A URL in parts, as Postman writes it: `{"raw": "…", "protocol": "https", "host": ["api", "novita", "ai"],
//! "path": ["v2", "txt2img"]}`. Host and path may be strings, too.

use std::ops::Range;

use novita_migrate::json::{Kind, Value};

use super::nearby::{rewritten, short_text};
use super::url::{Call, HOST, Host, V2Url, host};

/// Such a URL, with the places of its parts.
#[derive(Debug)]
pub(crate) struct Parts<'a> {
    raw: Option<(Range<usize>, &'a [u8])>,
    host: Option<Part<'a>>,
    path: Option<Part<'a>>,
    /// `http`, which V3 does not serve.
    protocol: Option<Range<usize>>,
}

/// A part that is a list of strings, or one string.
#[derive(Debug)]
struct Part<'a> {
    span: Range<usize>,
    source: &'a [u8],
    /// Where the elements of a list stand in `source`.
    elements: Option<Vec<Range<usize>>>,
    text: String,
}

impl<'a> Parts<'a> {
    /// Reads an object that is a V2 URL in parts.
    pub(crate) fn of(object: Value<'_, 'a>) -> Option<(Self, Call)> {
        let path = object.get("path").and_then(|path| Part::of(path, "/"));
        let host = object.get("host").and_then(|host| Part::of(host, "."));
        let raw = object
            .get("raw")
            .and_then(|raw| Some((raw, short_text(raw)?)));
        // `path` alone may be anything, a URL in parts has a host or the whole of it beside.
        if path.is_none() || (host.is_none() && raw.is_none()) {
            return None;
        }
        let said = path.as_ref().map(|path| {
            let slash = if path.text.starts_with('/') { "" } else { "/" };
            format!(
                "{}{slash}{}",
                host.as_ref().map_or("", |host| &host.text),
                path.text
            )
        });
        let call = match &raw {
            Some((_, text)) => V2Url::parse(text)?.call,
            None => V2Url::parse(&said?)?.call,
        };
        let protocol = object
            .get("protocol")
            .filter(|value| value.raw() == b"\"http\"")
            .map(Value::span);
        let raw = raw.map(|(value, _)| (value.span(), value.raw()));
        Some((
            Parts {
                raw,
                host,
                path,
                protocol,
            },
            call,
        ))
    }

    /// What is to be written where, for the URL to lead to a V3 path.
    pub(crate) fn edits(&self, path: &str, edits: &mut Vec<(Range<usize>, Vec<u8>)>) {
        if let Some((span, raw)) = &self.raw {
            edits.extend(rewritten(raw, path).map(|new| (span.clone(), new)));
        }
        let is_former = self
            .host
            .as_ref()
            .is_some_and(|part| matches!(host(&part.text), Host::Former(_)));
        if let Some(part) = self.host.as_ref().filter(|_| is_former) {
            edits.push((part.span.clone(), part.with(HOST, '.')));
        }
        if let Some(span) = self.protocol.as_ref().filter(|_| {
            is_former
                || self
                    .host
                    .as_ref()
                    .is_some_and(|part| host(&part.text) == Host::Present)
        }) {
            edits.push((span.clone(), b"\"https\"".to_vec()));
        }
        if let Some(part) = &self.path
            && let Some(url) = V2Url::parse(&format!("/{}", part.text.trim_start_matches('/')))
        {
            let new = url.to_v3(path);
            let new = if part.text.starts_with('/') {
                &new
            } else {
                new.trim_start_matches('/')
            };
            edits.push((part.span.clone(), part.with(new, '/')));
        }
    }
}

impl<'a> Part<'a> {
    fn of(value: Value<'_, 'a>, separator: &str) -> Option<Self> {
        let (span, source) = (value.span(), value.raw());
        if value.kind() == Kind::String {
            return Some(Part {
                span,
                source,
                elements: None,
                text: value.text()?.into_owned(),
            });
        }
        let texts: Option<Vec<_>> = value.elements().map(|element| element.text()).collect();
        let texts = texts.filter(|texts| !texts.is_empty())?;
        let elements = value.elements().map(|element| element.span());
        let elements = elements
            .map(|range| range.start - span.start..range.end - span.start)
            .collect();
        Some(Part {
            text: texts.join(separator),
            source,
            elements: Some(elements),
            span,
        })
    }

    /// The part with other text, in the layout that it has.
    fn with(&self, text: &str, separator: char) -> Vec<u8> {
        let quoted = |text: &str| {
            let mut out = vec![b'"'];
            novita_migrate::json::escape_into(text, &mut out);
            out.push(b'"');
            out
        };
        let Some(elements) = &self.elements else {
            return quoted(text);
        };
        let gap = |from: usize, to: usize| self.source.get(from..to).unwrap_or_default();
        let (Some(first), Some(last)) = (elements.first(), elements.last()) else {
            return self.source.to_vec();
        };
        let between = match elements.get(1) {
            Some(second) => gap(first.end, second.start),
            None => b", ",
        };
        let texts: Vec<_> = text.split(separator).map(quoted).collect();
        [
            gap(0, first.start),
            &texts.join(between),
            gap(last.end, self.source.len()),
        ]
        .concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::layer::{AsItIs, spliced};
    use novita_migrate::json::Tree;

    fn v3(source: &str) -> Option<String> {
        let tree = Tree::parse(source.as_bytes()).unwrap();
        let (parts, call) = Parts::of(tree.root())?;
        let mut edits = Vec::new();
        parts.edits(call.path(), &mut edits);
        Some(String::from_utf8(spliced(source.as_bytes(), edits, &AsItIs)).unwrap())
    }

    #[test]
    fn lists_keep_their_layout() {
        let source = "{\n \"raw\": \"http:\\/\\/api.omniinfer.io\\/v2\\/txt2img?key=k\",\n \"protocol\": \"http\",\n \"host\": [\n  \"api\",\n  \"omniinfer\",\n  \"io\"\n ],\n \"path\": [ \"v2\", \"txt2img\" ],\n \"query\": [{\"key\": \"key\", \"value\": \"k\"}]\n}";
        let expected = "{\n \"raw\": \"https:\\/\\/api.novita.ai\\/v3\\/async\\/txt2img?key=k\",\n \"protocol\": \"https\",\n \"host\": [\n  \"api\",\n  \"novita\",\n  \"ai\"\n ],\n \"path\": [ \"v3\", \"async\", \"txt2img\" ],\n \"query\": [{\"key\": \"key\", \"value\": \"k\"}]\n}";
        assert_eq!(v3(source).unwrap(), expected);
    }

    #[test]
    fn parts_may_be_strings_and_placeholders() {
        let source = r#"{"host":["{{base}}"],"path":["v2","enterprise","img2img"]}"#;
        assert_eq!(
            v3(source).unwrap(),
            r#"{"host":["{{base}}"],"path":["v3","async","img2img"]}"#
        );
        let source =
            r#"{"protocol":"https","host":"omniinfer.p.rapidapi.com","path":"/v2/img2img"}"#;
        assert_eq!(
            v3(source).unwrap(),
            r#"{"protocol":"https","host":"api.novita.ai","path":"/v3/async/img2img"}"#
        );
    }

    #[test]
    fn other_objects_are_no_urls() {
        for source in [
            r#"{"raw":"{\"prompt\":1}"}"#,
            r#"{"path":["v2","txt2img"]}"#,
            r#"{"host":["api","novita","ai"],"path":["v3","model"]}"#,
            r#"{"raw":"https://api.novita.ai/v3/model","host":["api","novita","ai"],"path":["v2","txt2img"]}"#,
            "{}",
        ] {
            assert_eq!(v3(source), None, "{source}");
        }
    }
}
