//! V3's request bodies as JSON Schema (draft 2020-12), made of the table of V3's fields.
//!
//! Members that V3 does not document are refused (`additionalProperties: false`): most of what goes wrong in bodies
//! that were written or migrated by hand is a V2 name inside `request`, and a schema that let such names pass would
//! say nothing about them. The one exception is `null`, which real clients send for fields that they leave open: it is
//! allowed for every field that is not required.

use std::fmt::Write as _;

use crate::document::Endpoint;
use crate::v3::{Field, Place, Type};

/// The JSON Schema of a V3 request body, as indented JSON text with a final newline.
///
/// It says what the vendor documents: required fields, types, ranges, listed values, limits of lists and texts. That
/// names and images are not empty is this library's addition.
///
/// ```
/// use novita_migrate::{Endpoint, schema};
/// assert!(schema(Endpoint::Txt2img).contains("https://json-schema.org/draft/2020-12/schema"));
/// ```
pub fn schema(endpoint: Endpoint) -> String {
    let mut out = String::from("{\n");
    let mut schema = Writer {
        out: &mut out,
        endpoint,
        depth: 1,
    };
    schema.text("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.text(
        "$id",
        &format!("urn:novita-migrate:schema:v3-{}", endpoint.name()),
    );
    schema.text("title", &format!("Body of POST {}", endpoint.path()));
    schema.object(Place::roots());
    out.push_str("\n}\n");
    out
}

struct Writer<'o> {
    out: &'o mut String,
    endpoint: Endpoint,
    depth: usize,
}

impl Writer<'_> {
    /// A line with a key; the value follows.
    fn key(&mut self, key: &str) {
        if !self.out.ends_with("{\n") {
            self.out.push_str(",\n");
        }
        self.indent();
        // Writing to a String cannot fail.
        let _ = write!(self.out, "\"{key}\": ");
    }

    fn indent(&mut self) {
        self.out.extend(std::iter::repeat_n("  ", self.depth));
    }

    /// The texts of the table need no escapes but for the quotes that they do not have.
    fn text(&mut self, key: &str, text: &str) {
        self.key(key);
        let _ = write!(self.out, "\"{text}\"");
    }

    fn number(&mut self, key: &str, number: impl std::fmt::Display) {
        self.key(key);
        let _ = write!(self.out, "{number}");
    }

    fn list<'n>(&mut self, key: &str, names: impl Iterator<Item = &'n str>, open: bool) {
        self.key(key);
        let names: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
        let null = if open { ", null" } else { "" };
        let _ = write!(self.out, "[{}{null}]", names.join(", "));
    }

    fn open(&mut self, key: &str) {
        self.key(key);
        self.out.push_str("{\n");
        self.depth += 1;
    }

    fn close(&mut self) {
        self.out.push('\n');
        self.depth -= 1;
        self.indent();
        self.out.push('}');
    }

    /// The keywords of an object with these members, as far as the endpoint has them.
    fn object(&mut self, members: impl Iterator<Item = Place>) {
        let endpoint = self.endpoint;
        let members: Vec<Place> = members
            .filter(|place| place.field().is_on(endpoint))
            .collect();
        if self.depth == 1 {
            self.text("type", "object");
        }
        let fields = members.iter().map(|place| place.field());
        let required: Vec<&str> = fields
            .filter(|field| field.is_required(endpoint))
            .map(Field::name)
            .collect();
        if !required.is_empty() {
            self.list("required", required.into_iter(), false);
        }
        self.open("properties");
        for place in members {
            self.open(place.field().name());
            self.field(place);
            self.close();
        }
        self.close();
        self.key("additionalProperties");
        self.out.push_str("false");
    }

    fn field(&mut self, place: Place) {
        let field = place.field();
        let is_open = !field.is_required(self.endpoint);
        let kind = field.kind().json_name();
        match is_open {
            true => self.list("type", std::iter::once(kind).chain(["null"]), false),
            false => self.text("type", kind),
        }
        if field.kind() == Type::Image {
            self.text("contentEncoding", "base64");
        }
        if !field.allowed().is_empty() {
            self.list("enum", field.allowed().iter().copied(), is_open);
        }
        if let Some((min, max)) = field.bounds() {
            self.number("minimum", min);
            if max.is_finite() {
                self.number("maximum", max);
            }
        }
        if let Some((min, max)) = field.length() {
            let (least, most) = match field.kind() {
                Type::List => ("minItems", "maxItems"),
                _ => ("minLength", "maxLength"),
            };
            if min > 0 {
                self.number(least, min);
            }
            if max < u32::MAX {
                self.number(most, max);
            }
        }
        match field.kind() {
            Type::Object => self.object(place.members()),
            Type::List => {
                self.open("items");
                self.text("type", "object");
                self.object(place.members());
                self.close();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v3::FIELDS;
    use serde_json::Value;

    fn parsed(endpoint: Endpoint) -> Value {
        serde_json::from_str(&schema(endpoint)).expect("a schema is JSON")
    }

    /// The object of the schema that a field is a property of, by the path of the table.
    fn holder<'s>(schema: &'s Value, field: &Field) -> &'s Value {
        let mut at = schema;
        let parts: Vec<&str> = field.path().split('.').collect();
        for part in &parts[..parts.len() - 1] {
            at = &at["properties"][part.trim_end_matches("[]")];
            if part.ends_with("[]") {
                at = &at["items"];
            }
        }
        at
    }

    fn has(list: &Value, text: &str) -> bool {
        list.as_array()
            .is_some_and(|list| list.iter().any(|entry| entry == text))
    }

    #[test]
    fn the_schema_says_what_the_table_says() {
        for endpoint in Endpoint::ALL {
            let schema = parsed(endpoint);
            for field in FIELDS {
                let holder = holder(&schema, field);
                let property = &holder["properties"][field.name()];
                let path = field.path();
                assert_eq!(
                    property.is_object(),
                    field.is_on(endpoint),
                    "{path} on {endpoint}"
                );
                if !field.is_on(endpoint) {
                    continue;
                }
                let is_required = field.is_required(endpoint);
                assert_eq!(
                    has(&holder["required"], field.name()),
                    is_required,
                    "{path}"
                );
                assert_eq!(has(&property["type"], "null"), !is_required, "{path}");
                let kind = &property["type"];
                let name = field.kind().json_name();
                assert!(kind == name || has(kind, name), "{path}: {kind}");
                let bound = |keyword: &str| property[keyword].as_f64();
                let (min, max) = field.bounds().unzip();
                assert_eq!(bound("minimum"), min, "{path}");
                assert_eq!(
                    bound("maximum"),
                    max.filter(|max| max.is_finite()),
                    "{path}"
                );
                let count = |keyword: &str| property[keyword].as_u64();
                let (least, most) = (
                    count("minLength").or(count("minItems")).unwrap_or(0),
                    count("maxLength")
                        .or(count("maxItems"))
                        .unwrap_or(u64::from(u32::MAX)),
                );
                let (min, max) = field.length().unwrap_or((0, u32::MAX));
                assert_eq!((least, most), (min.into(), max.into()), "{path}");
                for value in field.allowed() {
                    assert!(has(&property["enum"], value), "{path}: {value}");
                }
                let listed = property["enum"].as_array().map_or(0, |list| {
                    list.iter().filter(|entry| !entry.is_null()).count()
                });
                assert_eq!(listed, field.allowed().len(), "{path}");
            }
        }
    }

    #[test]
    fn the_schema_has_no_property_that_the_table_lacks() {
        fn count(value: &Value) -> usize {
            let own = value["properties"].as_object();
            let own = own
                .into_iter()
                .flatten()
                .map(|(_, property)| 1 + count(property));
            let items = value.get("items").map_or(0, count);
            own.sum::<usize>() + items
        }
        for endpoint in Endpoint::ALL {
            let fields = FIELDS.iter().filter(|field| field.is_on(endpoint)).count();
            assert_eq!(count(&parsed(endpoint)), fields, "{endpoint}");
        }
    }

    #[test]
    fn objects_refuse_members_that_v3_does_not_document() {
        let text = schema(Endpoint::Img2img);
        let objects = text.matches("\"properties\": {").count();
        assert_eq!(
            text.matches("\"additionalProperties\": false").count(),
            objects
        );
    }
}
