//! `--embeddings`: textual inversions that V2 found by their names in the prompts, for `request.embeddings`.

use crate::catalog::ModelKind;
use crate::draft::{Member, Name, Out};
use crate::finding::{Code, Fill, Severity, Words};
use crate::index::Top;
use crate::json::{Value, escape_into, unescape};
use crate::row::Row;
use crate::steps::models;
use crate::v3::Place;
use crate::walk::Walk;

const OWN_EMBEDDINGS: Top = Top::of("embeddings");

const EMBEDDINGS: Place = Place::of("request.embeddings");
const NAME: Place = Place::of("request.embeddings[].model_name");

/// Looks for the caller's names in a prompt (as escaped, without its LoRA tags). The prompt keeps them.
pub(crate) fn find<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    row: &'static Row,
    inner: &[u8],
) {
    // A payload with V3's own list was written for V3.
    let options = walk.options;
    let Some(names) = options.embeddings.as_deref() else {
        return;
    };
    if walk.field(OWN_EMBEDDINGS).is_some() {
        return;
    }
    let most = EMBEDDINGS
        .field()
        .length()
        .map_or(0, |(_, most)| most as usize);
    for name in names.in_text(&unescape(inner)) {
        let mut escaped = Vec::with_capacity(name.len());
        escape_into(name, &mut escaped);
        walk.index = Some(walk.embeddings.as_ref().map_or(0, |found| found.1.len()));
        let renamed = models::named(walk, value, Some(row), ModelKind::Embedding, &escaped, NAME);
        walk.index = None;
        let written = renamed.unwrap_or(escaped);
        let listed = walk.embeddings.as_ref().map_or(&[][..], |found| &found.1);
        if listed.iter().any(|listed| is_named(listed, &written)) {
            continue;
        }
        if listed.len() >= most {
            walk.report(Code::TooMany, Severity::Warning, value, Some(row))
                .to(EMBEDDINGS)
                .say(Words {
                    text: "V3 takes {1} embeddings; `{0}` stays in the prompt as text alone",
                    help: "remove another embedding from the prompts",
                })
                .with(Fill::Text(name.into()))
                .with(Fill::Number(most as u64));
            continue;
        }
        walk.report(Code::ValueDerived, Severity::Note, value, Some(row))
            .to(EMBEDDINGS)
            .say(Words {
                text: "the prompt calls the embedding `{0}`, which V3 wants listed; the prompt keeps the name",
                help: "",
            })
            .with(Fill::Text(name.into()));
        let entry = Out::Object(vec![Member {
            key: Name::V3(NAME),
            value: Out::OwnedQuoted(written),
        }]);
        match &mut walk.embeddings {
            Some((_, listed)) => listed.push(entry),
            none => *none = Some((value, vec![entry])),
        }
    }
}

fn is_named(entry: &Out<'_>, name: &[u8]) -> bool {
    let Out::Object(members) = entry else {
        return false;
    };
    members
        .iter()
        .any(|member| matches!(&member.value, Out::OwnedQuoted(own) if *own == *name))
}

/// Writes `request.embeddings` behind everything else.
pub(crate) fn put(walk: &mut Walk<'_, '_>) {
    if let Some((value, entries)) = walk.embeddings.take() {
        walk.put(EMBEDDINGS, Out::List(entries), value, None);
    }
}
