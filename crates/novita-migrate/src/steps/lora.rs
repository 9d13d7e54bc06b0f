//! Prompts: V2 reads LoRAs out of the positive one, V3 wants them in `request.loras`.

use std::collections::HashSet;

use crate::catalog::ModelKind;
use crate::draft::{Member, Name, Out};
use crate::finding::{Code, Fill, Severity, Words};
use crate::json::{Value, unescape};
use crate::row::Row;
use crate::scalar;
use crate::steps::tags::{Lora, Tag, split};
use crate::steps::{embeddings, models, sdk_lora};
use crate::v3::Place;
use crate::walk::Walk;

const PROMPT: Place = Place::of("request.prompt");
const LORAS: Place = Place::of("request.loras");
const NAME: Place = Place::of("request.loras[].model_name");
const STRENGTH: Place = Place::of("request.loras[].strength");

/// `prompt`: its LoRA tags go to `request.loras`, the rest is the prompt.
pub(crate) fn take_tags<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let single = scalar::only(value);
    let Some(split) = split(single) else {
        embeddings::find(walk, value, row, single.inner().unwrap_or_default());
        return walk.scalar(value, PROMPT, row);
    };
    scalar::single(walk, value, PROMPT, Some(row));
    embeddings::find(walk, value, row, &split.prompt);
    scalar::check_length(walk, value, &split.prompt, PROMPT.field(), Some(row));
    let mut loras: Vec<Out<'a>> = Vec::with_capacity(split.tags.len());
    for tag in &split.tags {
        match tag {
            Tag::Lora(lora) => {
                loras.push(entry(walk, value, row, lora, loras.len()));
            }
            Tag::Unreadable(tag) => {
                walk.report(Code::LoraUnreadable, Severity::Warning, value, Some(row))
                    .say(Words { text: "`{0}` has no name, or a weight that is no number; it stays in the prompt as text", help: "" })
                    .with(Fill::Json(tag));
            }
            Tag::Other(tag) => {
                walk.report(Code::NoCounterpart, Severity::Warning, value, Some(row))
                    .say(Words {
                        text: "V3 has no such network: `{0}` stays in the prompt as text",
                        help: "",
                    })
                    .with(Fill::Json(tag));
            }
        }
    }
    report_duplicates(walk, value, row, &split.tags);
    // A prompt whose tags all stayed keeps its own bytes.
    let prompt = match split.prompt {
        std::borrow::Cow::Borrowed(_) => walk.raw(single),
        std::borrow::Cow::Owned(text) => Out::OwnedQuoted(text),
    };
    walk.put(PROMPT, prompt, value, Some(row));
    if !loras.is_empty() {
        walk.loras = Some((value, row, loras));
    }
}

/// One entry of `request.loras`.
pub(crate) fn entry<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    row: &'static Row,
    lora: &Lora<'a>,
    index: usize,
) -> Out<'a> {
    for lost in &lora.lost {
        walk.report(Code::LoraArgument, Severity::Warning, value, Some(row))
            .to(LORAS)
            .say(Words {
                text: "V3 has no place for `{0}` of the LoRA `{1}`",
                help: "",
            })
            .with(Fill::Json(lost))
            .with(Fill::Json(lora.name));
    }
    walk.index = Some(index);
    let renamed = models::named(walk, value, Some(row), ModelKind::Lora, lora.name, NAME);
    let bounds = STRENGTH.field().bounds().unwrap_or((0.0, 1.0));
    let own = Out::text(lora.strength.clone());
    let strength = match scalar::outside(lora.strength.as_bytes(), bounds) {
        None => own,
        Some(bound) => {
            let about = format!(
                "{} of {}",
                lora.strength,
                String::from_utf8_lossy(lora.name)
            );
            scalar::bounded(
                walk,
                value,
                STRENGTH,
                Some(row),
                bound,
                own,
                Fill::Text(about.into()),
            )
        }
    };
    walk.index = None;
    Out::Object(vec![
        Member {
            key: Name::V3(NAME),
            value: renamed.map_or(Out::Quoted(lora.name), Out::OwnedQuoted),
        },
        Member {
            key: Name::V3(STRENGTH),
            value: strength,
        },
    ])
}

/// One finding for each LoRA that the prompt names again.
fn report_duplicates<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    row: &'static Row,
    tags: &[Tag<'a>],
) {
    let names = || {
        tags.iter().filter_map(|tag| match tag {
            Tag::Lora(lora) => Some(lora.name),
            Tag::Unreadable(_) | Tag::Other(_) => None,
        })
    };
    // Few names with different bytes, none escaped, need no set.
    let differ = |(at, name): (usize, &[u8])| {
        !name.contains(&b'\\') && names().take(at).all(|other| other != name)
    };
    if tags.len() <= 4 && names().enumerate().all(differ) {
        return;
    }
    let mut seen = HashSet::with_capacity(tags.len());
    for (index, name) in names()
        .enumerate()
        .filter(|(_, name)| !seen.insert(unescape(name)))
    {
        walk.report(Code::DuplicateLora, Severity::Warning, value, Some(row))
            .to(LORAS)
            .say(Words {
                text: "the LoRA `{0}` stands in the prompt more than once; each entry is kept",
                help: "",
            })
            .with(Fill::Json(name))
            .at(index);
    }
}

/// Writes `request.loras` behind everything else, where the guide's example has it.
pub(crate) fn put_loras(walk: &mut Walk<'_, '_>) {
    if let Some((value, row)) = walk.sdk_loras.take() {
        sdk_lora::add(walk, value, row);
    }
    let Some((value, row, loras)) = walk.loras.take() else {
        return;
    };
    if let Some((_, most)) = LORAS
        .field()
        .length()
        .filter(|(_, most)| loras.len() > *most as usize)
    {
        walk.report(Code::TooMany, Severity::Warning, value, Some(row))
            .to(LORAS)
            .say(Words {
                text: "{0} LoRAs, V3 takes {1}; all are kept",
                help: "",
            })
            .with(Fill::Number(loras.len() as u64))
            .with(Fill::Number(u64::from(most)));
    }
    walk.put(LORAS, Out::List(loras), value, Some(row));
}

/// `negative_prompt`: V2 never read tags there, so they are text and stay text.
pub(crate) fn keep_tags<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let single = scalar::only(value);
    let inner = single.inner().unwrap_or_default();
    embeddings::find(walk, value, row, inner);
    for tag in split(single).map(|split| split.tags).unwrap_or_default() {
        let name = match tag {
            Tag::Lora(lora) => lora.name,
            Tag::Unreadable(tag) | Tag::Other(tag) => tag,
        };
        walk.report(Code::LoraInactive, Severity::Note, value, Some(row))
            .say(Words {
                text: "V2 read no tags in the negative prompt: `{0}` was text and stays text",
                help: "",
            })
            .with(Fill::Json(name));
    }
    if let Some(place) = row.place {
        walk.scalar(value, place, row);
    }
}
