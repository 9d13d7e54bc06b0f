//! Whether two values say the same: numbers by their text, strings by their characters, objects by their members in
//! any order.

use crate::draft::Out;
use crate::json::{Chars, Kind, Tree, Value};
use crate::layout;

/// Two values of the input.
pub(crate) fn values(left: Value<'_, '_>, right: Value<'_, '_>) -> bool {
    // A list of what is left to compare, since payloads may be nested deeper than the stack is.
    let mut pairs = vec![(left, right)];
    while let Some((left, right)) = pairs.pop() {
        if left.raw() == right.raw() {
            continue;
        }
        let is_same = match (left.kind(), right.kind()) {
            (Kind::String, Kind::String) => {
                let [left, right] =
                    [left, right].map(|text| Chars::new(text.inner().unwrap_or_default()));
                left.map(|(_, char)| char).eq(right.map(|(_, char)| char))
            }
            (Kind::Array, Kind::Array) => {
                pairs.extend(left.elements().zip(right.elements()));
                left.elements().count() == right.elements().count()
            }
            (Kind::Object, Kind::Object) => {
                let (left, right) = (by_name(left), by_name(right));
                let is_same = left
                    .iter()
                    .map(|member| &member.0)
                    .eq(right.iter().map(|member| &member.0));
                pairs.extend(
                    left.into_iter()
                        .map(|member| member.1)
                        .zip(right.into_iter().map(|member| member.1)),
                );
                is_same
            }
            _ => false,
        };
        if !is_same {
            return false;
        }
    }
    true
}

fn by_name<'t, 'a>(object: Value<'t, 'a>) -> Vec<(String, Value<'t, 'a>)> {
    let name = |value: Value<'t, 'a>| {
        value
            .key()
            .map(|key| key.name().into_owned())
            .unwrap_or_default()
    };
    let mut members: Vec<_> = object.members().map(|value| (name(value), value)).collect();
    members.sort_by(|left, right| left.0.cmp(&right.0));
    members
}

/// Two values on their way to V3, made from `input`.
pub(crate) fn outs<'a>(left: &Out<'a>, right: &Out<'a>, input: &'a [u8]) -> bool {
    let (left, right) = (layout::plain(left, input), layout::plain(right, input));
    match (Tree::parse(&left), Tree::parse(&right)) {
        (Ok(left), Ok(right)) => values(left.root(), right.root()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(left: &str, right: &str) -> bool {
        let parse = |text| Tree::parse(text).expect("JSON");
        values(
            parse(left.as_bytes()).root(),
            parse(right.as_bytes()).root(),
        )
    }

    #[test]
    fn spelling_does_not_matter_but_in_numbers() {
        for (left, right) in [
            (r#""a\/b\u0063""#, r#""a/bc""#),
            (r#"[1, {"a":2,"b":[]}]"#, r#"[ 1,{"b":[ ], "\u0061":2}]"#),
            ("7.50", "7.50"),
        ] {
            assert!(same(left, right), "{left} {right}");
        }
        for (left, right) in [
            ("7.5", "7.50"),
            ("7", r#""7""#),
            ("[1]", "[1,1]"),
            (r#"{"a":1}"#, r#"{"b":1}"#),
            (r#"{"a":1}"#, r#"{"a":1,"b":1}"#),
            ("{}", "[]"),
        ] {
            assert!(!same(left, right), "{left} {right}");
        }
    }
}
