//! Numbers as MongoDB exports them: `{"$numberLong":"65531"}`. They are read as numbers, and a number that is moved
//! keeps this form, so that the export can be imported again.

use novita_migrate::json::{Kind, Tree, Value};

use super::layer::{AsItIs, Layer};
use crate::read::map::Map;

const WRAPPERS: [&str; 4] = [
    "$numberInt",
    "$numberLong",
    "$numberDouble",
    "$numberDecimal",
];

/// The payload with plain numbers; `None` where it has no such number.
pub(crate) fn plain_numbers(payload: &[u8]) -> Option<Layer<'_, AsItIs>> {
    memchr::memmem::find(payload, b"\"$number")?;
    let tree = Tree::parse(payload).ok()?;
    let mut layer = Layer {
        text: Vec::with_capacity(payload.len()),
        map: Map::default(),
        source: payload,
        encoding: AsItIs,
    };
    let mut from = 0;
    unwrap(tree.root(), &mut |span, number| {
        layer
            .text
            .extend_from_slice(payload.get(from..span.start).unwrap_or_default());
        layer.map.respelt(layer.text.len(), span.start);
        layer.text.extend_from_slice(number);
        layer.map.same(layer.text.len(), span.end);
        from = span.end;
    });
    layer.text.extend_from_slice(payload.get(from..)?);
    (from > 0).then_some(layer)
}

fn unwrap<'a>(value: Value<'_, 'a>, found: &mut dyn FnMut(std::ops::Range<usize>, &'a [u8])) {
    match wrapped(value) {
        Some(number) => found(value.span(), number),
        None => value
            .members()
            .chain(value.elements())
            .for_each(|child| unwrap(child, found)),
    }
}

/// The number in a wrapper.
fn wrapped<'a>(value: Value<'_, 'a>) -> Option<&'a [u8]> {
    if value.kind() != Kind::Object {
        return None;
    }
    let mut members = value.members();
    let member = members.next()?;
    if members.next().is_some()
        || !WRAPPERS
            .iter()
            .any(|name| member.key().is_some_and(|key| key.raw() == name.as_bytes()))
    {
        return None;
    }
    let inner = member.inner()?;
    // `NaN` and `Infinity` have no plain form.
    let is_number = Tree::parse(inner).is_ok_and(|tree| tree.root().kind() == Kind::Number);
    is_number.then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::layer::{Inside, Speller};

    #[test]
    fn numbers_are_plain_to_read_and_wrapped_to_write() {
        let source = br#"{"seed": {"$numberLong":"65531"}, "x": [{"$numberDouble": "7.50"}], "d": {"$date": 1}, "n": {"$numberDouble":"NaN"}}"#;
        let layer = plain_numbers(source).unwrap();
        let text = String::from_utf8(layer.text.clone()).unwrap();
        assert_eq!(
            text,
            r#"{"seed": 65531, "x": [7.50], "d": {"$date": 1}, "n": {"$numberDouble":"NaN"}}"#
        );
        let speller = Inside {
            layer: &layer,
            outer: &AsItIs,
        };
        let mut out = Vec::new();
        let number = text.find("65531").unwrap();
        speller.spell(&layer.text[number..number + 5], &mut out);
        speller.spell(b",8", &mut out);
        assert_eq!(out, br#"{"$numberLong":"65531"},8"#);
        out.clear();
        speller.spell(&layer.text, &mut out);
        assert_eq!(out, source);
    }

    #[test]
    fn payloads_without_such_numbers_are_not_read_twice() {
        assert!(plain_numbers(br#"{"prompt":"$numberLong"}"#).is_none());
        assert!(plain_numbers(br#"{"a":{"$numberLong":"1","b":2}}"#).is_none());
    }
}
