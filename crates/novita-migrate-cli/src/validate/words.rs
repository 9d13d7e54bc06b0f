//! The validator's objections in the words of findings.

use jsonschema::error::ValidationErrorKind;
use novita_migrate::json::Value;
use novita_migrate::v3::{FIELDS, Field, lookup};
use novita_migrate::{Code, Endpoint, guide, unlisted};

use crate::suggest::suggest;

/// An objection before it is graded.
pub(super) struct Said {
    pub(super) code: Code,
    pub(super) pointer: String,
    pub(super) to: Option<String>,
    pub(super) offset: usize,
    pub(super) message: String,
    pub(super) help: &'static str,
}

impl Said {
    pub(super) fn new(code: Code, at: Value<'_, '_>, message: String) -> Self {
        Said {
            code,
            pointer: at.pointer().to_string(),
            to: None,
            offset: at.span().start,
            message,
            help: help(code),
        }
    }
}

/// What a person can do. The library's own words speak of migrations.
fn help(code: Code) -> &'static str {
    match code {
        Code::MissingRequired => "add the field",
        Code::UnknownField => "take the field out, or correct its name",
        Code::OutOfRange => "choose a value within the range",
        Code::NoCounterpart => "choose one of the values that V3 lists; `explain` names them",
        Code::WrongType => "write the value as V3 wants it",
        Code::TooMany => "take entries out",
        Code::TooLong => "change the text",
        code => code.help(),
    }
}

const FINISH: &str = "`novita-migrate convert` finishes what was migrated by half";

/// A V2 payload: message and help.
pub(super) const STILL_V2: &(&str, &str) = &(
    "V3 requires `request`; this is a V2 payload",
    "`novita-migrate convert` makes V3 of it",
);

/// Members of `request` beside where it should be: message and help.
pub(super) const AT_THE_TOP: &(&str, &str) = &(
    "V3 requires `request`; the fields that belong into it stand at the top level",
    FINISH,
);

/// An answer of V2.
pub(super) fn answer(root: Value<'_, '_>) -> Said {
    Said {
        help: STILL_V2.1,
        ..Said::new(
            Code::MissingRequired,
            root,
            "this is an answer of V2; V3's answers have other members".to_owned(),
        )
    }
}

/// A field that V3 requires; `at` is the object that lacks it.
pub(super) fn missing(at: Value<'_, '_>, path: &str, name: &str) -> Said {
    let said = Said::new(
        Code::MissingRequired,
        at,
        format!("V3 requires `{path}`, which the payload does not have"),
    );
    let to = format!("{}/{name}", said.pointer);
    Said {
        to: Some(to),
        ..said
    }
}

/// A member that V3 does not know at its place.
pub(super) fn unknown(member: Value<'_, '_>, path: &str, endpoint: Endpoint) -> Said {
    let name = path.rsplit('.').next().unwrap_or(path);
    let of_v2 = |v2: &str| v2 == name || v2.ends_with(&format!("[].{name}"));
    let row = guide()
        .chain(unlisted())
        .find(|row| row.v2().is_some_and(of_v2));
    let elsewhere = lookup(path).filter(|field| field.is_of_requests());
    let shown = crate::report::text(path);
    let (message, help) = match (elsewhere, row.map(|row| row.v3())) {
        (Some(field), _) => (
            format!(
                "V3 takes `{shown}` on {}, not on {}",
                places(field),
                endpoint.name()
            ),
            help(Code::UnknownField),
        ),
        (None, Some(Some(v3))) if v3 != path => (
            format!("V3 has no `{shown}`; `{name}` is V2's name of `{v3}`"),
            FINISH,
        ),
        (None, Some(None)) => (
            format!("V3 has no `{shown}`; `{name}` is a field of V2"),
            FINISH,
        ),
        _ => {
            let near = suggest(name, siblings(path, endpoint));
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            (
                format!("V3 has no `{shown}`{near}"),
                help(Code::UnknownField),
            )
        }
    };
    Said {
        help,
        ..Said::new(Code::UnknownField, member, message)
    }
}

/// The endpoints that have a field.
fn places(field: &Field) -> String {
    let on = Endpoint::ALL.into_iter().filter(|at| field.is_on(*at));
    on.map(Endpoint::name).collect::<Vec<_>>().join(" and ")
}

/// The names that V3 has in the object that a path leads into.
fn siblings(path: &str, endpoint: Endpoint) -> impl Iterator<Item = &'static str> {
    fn holder(path: &str) -> Option<&str> {
        path.rsplit_once('.').map(|(holder, _)| holder)
    }
    let own = holder(path).map(str::to_owned);
    let fields = FIELDS.iter().filter(move |field| field.is_on(endpoint));
    fields
        .filter(move |field| holder(field.path()) == own.as_deref())
        .map(Field::name)
}

/// A value that V3 does not take at its place.
pub(super) fn of_value(kind: &ValidationErrorKind, at: Value<'_, '_>, path: &str) -> Option<Said> {
    let path = match path {
        "" => "the body",
        path => path,
    };
    let field = lookup(path);
    let (code, message) = match kind {
        ValidationErrorKind::Type { .. } => {
            let wanted = field.map_or("object", |field| field.kind().json_name());
            let found = at.kind().noun();
            (
                Code::WrongType,
                format!("V3 wants {} for `{path}`, not {found}", article(wanted)),
            )
        }
        ValidationErrorKind::Minimum { .. } | ValidationErrorKind::Maximum { .. } => (
            Code::OutOfRange,
            format!(
                "{} is outside V3's range for `{path}`, {}",
                shown(at),
                range(field?)
            ),
        ),
        ValidationErrorKind::Enum { .. } => {
            let text = at.text().unwrap_or_default();
            let near = suggest(&text, field?.allowed().iter().copied());
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            (
                Code::NoCounterpart,
                format!("V3 does not list {} for `{path}`{near}", shown(at)),
            )
        }
        ValidationErrorKind::MinItems { .. } | ValidationErrorKind::MaxItems { .. } => {
            let (count, (min, max)) = (at.elements().count(), field?.length()?);
            (
                Code::TooMany,
                format!("V3 takes {min} to {max} entries in `{path}`, here are {count}"),
            )
        }
        ValidationErrorKind::MinLength { .. } | ValidationErrorKind::MaxLength { .. } => {
            let count = at.text().unwrap_or_default().chars().count();
            let message = match field?.length()? {
                _ if count == 0 => format!("V3 wants a text for `{path}`, and this one is empty"),
                (min, max) => {
                    format!(
                        "V3 takes {min} to {max} characters for `{path}`, this text has {count}"
                    )
                }
            };
            (Code::TooLong, message)
        }
        // The schema uses no other keyword.
        other => (
            Code::WrongType,
            format!(
                "V3 does not take {} for `{path}` ({})",
                shown(at),
                other.keyword()
            ),
        ),
    };
    Some(Said::new(code, at, message))
}

/// An image with the beginning of a data URI.
pub(super) fn data_uri(image: Value<'_, '_>) -> Said {
    Said {
        help: "take out everything up to the comma",
        ..Said::new(
            Code::WrongType,
            image,
            "V3 wants the base64 text alone, not a data URI".to_owned(),
        )
    }
}

fn range(field: &Field) -> String {
    match field.bounds() {
        Some((min, max)) if max.is_finite() => format!("{min} to {max}"),
        Some((min, _)) => format!("{min} or more"),
        None => "any number".to_owned(),
    }
}

/// A value for people, shortened where it is long.
fn shown(value: Value<'_, '_>) -> String {
    /// Characters of a value that are told whole.
    const WHOLE: usize = 60;
    let text = String::from_utf8_lossy(value.raw());
    let short: String = text.chars().take(WHOLE).collect();
    match short.len() == text.len() {
        true => format!("`{short}`"),
        false => format!("`{short}…` ({} bytes)", text.len()),
    }
}

/// A type of the schema with its article.
fn article(name: &str) -> String {
    match name {
        "integer" => "a whole number".to_owned(),
        "array" => "a list".to_owned(),
        "object" => "an object".to_owned(),
        name => format!("a {name}"),
    }
}
