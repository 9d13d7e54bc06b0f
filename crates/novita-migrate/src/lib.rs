//! Turns Novita.ai (formerly OmniInfer) V2 image API payloads into V3 bodies.
//!
//! The vendor retired `/v2/txt2img` and `/v2/img2img` and published a migration guide. This crate is that guide as a
//! pure function: [`migrate`] takes one V2 payload as JSON text and gives the V3 body, the endpoint to send it to, and a
//! [`Finding`] for everything that is deprecated, lost or changed. Values travel as text: numbers, escapes and
//! megabytes of base64 keep their own bytes. Nothing here does input or output, panics, or spawns.
//!
//! ```
//! use novita_migrate::{Options, migrate};
//!
//! let payload = r#"{"prompt":"a cat, <lora:paws:0.8>","model_name":"m.safetensors","sampler_name":"Euler a",
//!     "batch_size":2,"n_iter":3,"steps":25,"cfg_scale":7.50,"seed":-1,"width":512,"height":512}"#;
//! let migration = migrate(payload, None, &Options::default())?;
//!
//! assert_eq!(migration.endpoint().map(|endpoint| endpoint.path()), Some("/v3/async/txt2img"));
//! assert!(migration.to_string().contains(r#""guidance_scale":7.50"#));
//! assert_eq!(
//!     migration.findings()[0].to_string(),
//!     "warning[deprecated-field] /n_iter: V2 made 3 rounds of `batch_size`, V3 makes one: 4 of 6 pictures are lost",
//! );
//! # Ok::<(), novita_migrate::Error>(())
//! ```
//!
//! A service can keep what its payloads turn into under snapshot, a line each: `insta::assert_snapshot!` takes what
//! [`Migration::audit`] gives.

#![deny(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used
)]

mod audit;
mod catalog;
mod choices;
mod code;
mod contradictions;
mod document;
mod draft;
mod embeddings;
mod error;
mod finding;
mod gather;
mod graft;
mod guide;
mod index;
pub mod json;
mod layout;
mod migration;
mod nearest;
mod number;
mod options;
mod pairs;
mod progress;
mod row;
mod same;
mod scalar;
mod schema;
mod steps;
mod survey;
pub mod v3;
mod walk;

pub use audit::{Audit, abridged, fnv1a};
pub use catalog::Catalog;
pub use choices::{CHOICES, Choice};
pub use contradictions::{CONTRADICTIONS, Contradiction};
pub use document::{Document, Endpoint, UnknownName};
pub use embeddings::Embeddings;
pub use error::{Error, ErrorKind};
pub use finding::{Code, Finding, Message, Severity, To};
pub use migration::{Migration, Sink, Status};
pub use options::{IpAdapter, Level, Mask, NIter, Options, OutOfRange, Plan, Samplers, Unknown};
pub use pairs::{Fate, Pairing, pairings};
pub use row::{Row, What};
pub use schema::schema;
pub use survey::{Shape, is_task_result};

use finding::Words;
use json::{Kind, Tree, Value};
use survey::Survey;
use walk::Walk;

/// Migrates one payload: a V2 txt2img or img2img request body, or a V2 response, as JSON text.
///
/// `document` says which tables of the guide apply; `None` finds out from the payload (see [`detect`]). A payload that
/// is V3 already, and one against which a finding of severity error stands, come back byte for byte.
///
/// # Errors
///
/// [`Error`] if no output is possible: the input is not JSON, holds a key twice in one object, is no object, or (with
/// `document` `None`) is no payload of either API.
pub fn migrate<'a, T: AsRef<[u8]> + ?Sized>(
    input: &'a T,
    document: Option<Document>,
    options: &Options,
) -> Result<Migration<'a>, Error> {
    let input = input.as_ref();
    let tree = Tree::parse(input).map_err(|error| Error::syntax(&error, input))?;
    let root = tree.root();
    if root.kind() != Kind::Object {
        return Err(Error::new(
            ErrorKind::NotAnObject(root.kind().noun()),
            input,
            root.span().start,
        ));
    }
    let mut survey = Survey::of(root);
    let mut wrapped = None;
    if survey.shape == Shape::Other
        && let Some((inner, value)) = Survey::unwrapped(root)
    {
        survey = inner;
        wrapped = Some(value);
    }
    let document = match (survey.shape, document) {
        (Shape::V3, _) => {
            return Ok(unchanged(
                input,
                Status::AlreadyV3,
                None,
                survey.v3_endpoint(),
                Vec::new(),
            ));
        }
        (_, Some(document)) | (Shape::V2(document) | Shape::HalfMigrated(document), None) => {
            document
        }
        (Shape::Other, None) => {
            return Err(Error::new(ErrorKind::NotAPayload, input, root.span().start));
        }
    };
    let mut walk = Walk::new(&survey, document, options);
    if let Some(value) = wrapped {
        walk.report(Code::Unwrapped, Severity::Note, value, None)
            .say(Words {
                text: "the payload stood alone inside another object, which V3 does not want",
                help: "",
            });
    }
    walk.run();
    if walk.is_denied() {
        return Ok(unchanged(
            input,
            Status::Kept,
            Some(document),
            None,
            walk.findings,
        ));
    }
    let endpoint = walk.endpoint();
    let body = walk.draft.into_body(layout::Style::of(root), document);
    Ok(Migration {
        input,
        status: Status::Converted,
        document: Some(document),
        endpoint,
        findings: walk.findings,
        body: Some(body),
    })
}

fn unchanged<'a>(
    input: &'a [u8],
    status: Status,
    document: Option<Document>,
    endpoint: Option<Endpoint>,
    findings: Vec<Finding<'a>>,
) -> Migration<'a> {
    Migration {
        input,
        status,
        document,
        endpoint,
        findings,
        body: None,
    }
}

/// What kind of payload a JSON value is, judged by the names of its members. For finding payloads inside larger
/// documents.
pub fn detect(value: Value<'_, '_>) -> Shape {
    match value.kind() {
        Kind::Object => Survey::of(value).shape,
        _ => Shape::Other,
    }
}

/// The guide's lines for a document, in the guide's order: 34 for txt2img, 53 for img2img, 5 for the responses (whose
/// two tables agree; these are txt2img's). For `/v2/progress`, which the guide leaves out, rows of this library with
/// the [line](Row::line) 0.
pub fn rows(document: Document) -> &'static [Row] {
    match document {
        Document::Txt2img => &guide::TXT2IMG,
        Document::Img2img => &guide::IMG2IMG,
        Document::Response => &guide::TXT2IMG_RESPONSE,
        Document::Progress => &progress::PROGRESS,
    }
}

/// All 97 lines of the guide, in its order.
pub fn guide() -> impl Iterator<Item = &'static Row> {
    guide::TXT2IMG
        .iter()
        .chain(&guide::TXT2IMG_RESPONSE)
        .chain(&guide::IMG2IMG)
        .chain(&guide::IMG2IMG_RESPONSE)
}

/// V2 fields that official clients sent and the guide does not list; their [`line`](Row::line) is 0.
pub fn unlisted() -> &'static [Row] {
    &guide::UNLISTED
}

/// The README's example is a test.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
