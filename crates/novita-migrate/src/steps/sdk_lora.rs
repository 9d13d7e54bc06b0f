//! `lora`: a convenience of the vendor's JavaScript SDK, which wrote a tag into the prompt for each entry before it sent
//! the payload. Its early versions left the list on the wire beside the tags.

use std::borrow::Cow;

use crate::finding::{Code, Fill, Severity, Words};
use crate::index::Top;
use crate::json::{Kind, Value, unescape};
use crate::row::Row;
use crate::scalar;
use crate::steps::lora;
use crate::steps::tags::{self, Lora, Tag, split};
use crate::v3::Place;
use crate::walk::Walk;

const PROMPT: Top = Top::of("prompt");

const LORAS: Place = Place::of("request.loras");

/// Keeps the list until the prompt has been read.
pub(crate) fn list<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let is_lora = |entry: Value<'_, '_>| {
        let name = entry.get("sd_name").and_then(|name| name.inner());
        name.is_some_and(|name| !name.is_empty())
    };
    if value.elements().next().is_some() && value.elements().all(is_lora) {
        walk.sdk_loras = Some((value, row));
    } else {
        walk.inactive(value, row, "V2 never read a field of this name");
    }
}

/// An entry whose tag stands in the prompt says nothing new. One without was kept as it went into the SDK: the SDK would
/// have written the tag, so the LoRA was used.
pub(crate) fn add<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let tagged = names(walk);
    for entry in value.elements() {
        let Some(name) = entry.get("sd_name").and_then(|name| name.inner()) else {
            continue;
        };
        if tagged.contains(&unescape(name)) {
            walk.inactive(
                entry,
                row,
                "the prompt has the tag of this LoRA, which V2 read",
            );
            continue;
        }
        let weight = entry.get("weight").map(scalar::only);
        let weight = weight.filter(|weight| !weight.is_null() && !scalar::is_blank(*weight));
        let strength = match weight {
            None => Cow::Borrowed("1"),
            Some(weight) => match strength(weight) {
                Some(strength) => strength,
                None => {
                    walk.wrong_type(weight, Some(row), "a number");
                    continue;
                }
            },
        };
        walk.report(Code::ValueDerived, Severity::Note, entry, Some(row))
            .to(LORAS)
            .say(Words {
                text: "the SDK wrote the LoRA `{0}` into the prompt before it sent the payload; V3 gets it in its own list",
                help: "",
            })
            .with(Fill::Json(name));
        let lora = Lora {
            name,
            strength,
            lost: Vec::new(),
        };
        let at = walk.loras.as_ref().map_or(0, |loras| loras.2.len());
        let out = lora::entry(walk, entry, row, &lora, at);
        match &mut walk.loras {
            Some((_, _, loras)) => loras.push(out),
            none => *none = Some((value, row, vec![out])),
        }
    }
}

/// A number, or a text that would be one in the tag that the SDK makes of it: the same reader judges both.
fn strength<'a>(weight: Value<'_, 'a>) -> Option<Cow<'a, str>> {
    match weight.kind() {
        Kind::Number | Kind::String => {
            let raw = weight.inner().unwrap_or(weight.raw());
            tags::weight(raw.trim_ascii(), unescape(raw).trim().as_bytes())
        }
        _ => None,
    }
}

/// The names in the tags of the prompt.
fn names<'a>(walk: &Walk<'_, 'a>) -> Vec<Cow<'a, str>> {
    let prompt = walk.field(PROMPT).map(scalar::only);
    let tags = prompt.and_then(split).map(|split| split.tags);
    let names = tags.into_iter().flatten().filter_map(|tag| match tag {
        Tag::Lora(lora) => Some(unescape(lora.name)),
        _ => None,
    });
    names.collect()
}
