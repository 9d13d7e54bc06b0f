//! What V3 would refuse in a request body: the library's JSON Schemas, held against payloads by the crate jsonschema, and
//! its objections in the words of findings.

mod value;
mod words;

use std::sync::LazyLock;

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use novita_migrate::json::{Kind, SyntaxError, Tree, Value};
use novita_migrate::{Code, Document, Endpoint, ErrorKind, Level, Severity, Shape, detect, schema};

use crate::args::{About, LevelRule};
use words::Said;

/// What payloads are held against.
#[derive(Debug, Clone, Default)]
pub(crate) struct Checks {
    /// Where all of them are sent; `None` to see from each.
    pub(crate) endpoint: Option<Endpoint>,
    /// In the order in which they apply.
    pub(crate) levels: Vec<LevelRule>,
}

/// One thing that V3 does not take.
#[derive(Debug, PartialEq)]
pub(crate) struct Objection {
    pub(crate) code: Code,
    pub(crate) severity: Severity,
    /// JSON Pointer into the payload.
    pub(crate) pointer: String,
    /// JSON Pointer to what is missing.
    pub(crate) to: Option<String>,
    /// Bytes from the payload's start.
    pub(crate) offset: usize,
    pub(crate) message: String,
    pub(crate) help: &'static str,
}

/// What a payload turned out to be.
#[derive(Debug, PartialEq)]
pub(crate) enum Checked {
    /// A request body, with what V3 does not take in it, in the payload's order.
    Request(Endpoint, Vec<Objection>),
    /// An answer of the API. The vendor documents no limits of those; only an answer of V2 is objected to.
    Answer(Vec<Objection>),
}

impl Checked {
    /// What V3 does not take.
    pub(crate) fn objections(&self) -> &[Objection] {
        match self {
            Checked::Answer(objections) | Checked::Request(_, objections) => objections,
        }
    }

    /// Where a request body is sent.
    pub(crate) fn endpoint(&self) -> Option<Endpoint> {
        match self {
            Checked::Answer(_) => None,
            Checked::Request(endpoint, _) => Some(*endpoint),
        }
    }

    /// The worst of the objections; a payload with nothing worse than notes is valid.
    pub(crate) fn worst(&self) -> Severity {
        let severities = self.objections().iter();
        let severities = severities.map(|objection| objection.severity);
        severities.max().unwrap_or(Severity::Note)
    }
}

/// A text that cannot be checked.
#[derive(Debug, PartialEq)]
pub(crate) struct Unfit {
    pub(crate) kind: ErrorKind,
    pub(crate) offset: usize,
}

impl From<SyntaxError> for Unfit {
    fn from(error: SyntaxError) -> Self {
        Unfit {
            kind: ErrorKind::Syntax(error.kind),
            offset: error.offset,
        }
    }
}

static VALIDATORS: LazyLock<Vec<(Endpoint, Validator)>> = LazyLock::new(|| {
    let validator = |endpoint| {
        let schema = serde_json::from_str(&schema(endpoint)).ok()?;
        Some((endpoint, jsonschema::draft202012::new(&schema).ok()?))
    };
    Endpoint::ALL.into_iter().filter_map(validator).collect()
});

impl Checks {
    /// Holds one payload against V3's schema.
    ///
    /// # Errors
    /// The text is not JSON, or no payload.
    pub(crate) fn check(&self, text: &[u8]) -> Result<Checked, Unfit> {
        let tree = Tree::parse(text)?;
        let root = tree.root();
        if root.kind() != Kind::Object {
            return Err(Unfit {
                kind: ErrorKind::NotAnObject(root.kind().noun()),
                offset: root.span().start,
            });
        }
        let is_request = root.get("request").is_some() || self.endpoint.is_some();
        match detect(root) {
            Shape::V2(Document::Response | Document::Progress) => {
                Ok(Checked::Answer(vec![self.graded(words::answer(root), "")]))
            }
            Shape::V3 if !is_request => Ok(Checked::Answer(Vec::new())),
            Shape::V2(_) => Ok(self.without_request(root, words::STILL_V2)),
            Shape::HalfMigrated(_) if root.get("request").is_none() => {
                Ok(self.without_request(root, words::AT_THE_TOP))
            }
            Shape::Other if !is_request => Err(Unfit {
                kind: ErrorKind::NotAPayload,
                offset: root.span().start,
            }),
            _ => Ok(self.against_schema(root)),
        }
    }

    /// A body without `request` whose members would stand there: one objection says more than one for each of them.
    fn without_request(&self, root: Value<'_, '_>, said: &(&str, &'static str)) -> Checked {
        let (message, help) = said;
        let said = Said {
            to: Some("/request".to_owned()),
            help,
            ..Said::new(Code::MissingRequired, root, (*message).to_owned())
        };
        Checked::Request(self.endpoint_of(root), vec![self.graded(said, "request")])
    }

    fn against_schema(&self, root: Value<'_, '_>) -> Checked {
        let endpoint = self.endpoint_of(root);
        let body = value::of(root);
        let validator = VALIDATORS.iter().find(|(of, _)| *of == endpoint);
        let errors = validator
            .into_iter()
            .flat_map(|(_, validator)| validator.iter_errors(&body));
        let mut objections: Vec<Objection> = Vec::new();
        for error in errors {
            let Some(at) = value::at(root, error.instance_path()) else {
                continue;
            };
            let path = value::path(at);
            match error.kind() {
                ValidationErrorKind::AdditionalProperties { unexpected } => {
                    for member in unexpected.iter().filter_map(|name| at.get(name)) {
                        let path = value::path(member);
                        objections
                            .push(self.graded(words::unknown(member, &path, endpoint), &path));
                    }
                }
                ValidationErrorKind::Required { property } => {
                    let name = property.as_str().unwrap_or_default();
                    let path = value::join(&path, name);
                    objections.push(self.graded(words::missing(at, &path, name), &path));
                }
                kind => {
                    if let Some(said) = words::of_value(kind, at, &path) {
                        objections.push(self.graded(said, &path));
                    }
                }
            }
        }
        let mut images = Vec::new();
        value::data_uris(root, &mut images);
        for image in images {
            let path = value::path(image);
            objections.push(self.graded(words::data_uri(image), &path));
        }
        objections.sort_by_key(|objection| objection.offset);
        // A value of the wrong type is none of the listed ones either: the type says it all.
        let wrong: Vec<usize> = objections
            .iter()
            .filter(|objection| objection.code == Code::WrongType)
            .map(|objection| objection.offset)
            .collect();
        objections.retain(|objection| {
            objection.code != Code::NoCounterpart || !wrong.contains(&objection.offset)
        });
        Checked::Request(endpoint, objections)
    }

    /// What was said, or what the body's own members tell.
    fn endpoint_of(&self, root: Value<'_, '_>) -> Endpoint {
        let has = |name| {
            let request = root.get("request").unwrap_or(root);
            request.get(name).is_some_and(|value| !value.is_null())
        };
        self.endpoint.unwrap_or_else(|| {
            if has("mask_image_base64") {
                Endpoint::Inpainting
            } else if has("image_base64") || has("init_images") {
                Endpoint::Img2img
            } else {
                Endpoint::Txt2img
            }
        })
    }

    /// The objection with the severity that the levels give it. V3 refuses all of it, which makes it a warning by itself.
    fn graded(&self, said: Said, path: &str) -> Objection {
        let field = path.replace("[]", "");
        let short = field.strip_prefix("request.").unwrap_or(&field);
        let hit = self.levels.iter().rev().find(|rule| match &rule.about {
            About::Warnings => true,
            About::Code(code, None) => *code == said.code,
            About::Code(code, Some(of)) => *code == said.code && (*of == field || of == short),
        });
        let severity = match hit.map(|rule| rule.level) {
            Some(Level::Allow) => Severity::Note,
            Some(Level::Deny) => Severity::Error,
            _ => Severity::Warning,
        };
        Objection {
            code: said.code,
            severity,
            pointer: said.pointer,
            to: said.to,
            offset: said.offset,
            message: said.message,
            help: said.help,
        }
    }
}

#[cfg(test)]
mod tests;
