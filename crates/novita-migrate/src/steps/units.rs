//! ControlNet units: V3's img2img takes them, its txt2img does not.

use crate::draft::Out;
use crate::finding::{Code, Severity, Words};
use crate::index::Group;
use crate::json::{Kind, Value};
use crate::row::Row;
use crate::scalar;
use crate::steps::ip_adapter;
use crate::v3::Place;
use crate::walk::Walk;

const CONTROLNET: Place = Place::of("request.controlnet");
const UNITS: Place = Place::of("request.controlnet.units");
const MODEL: Place = Place::of("request.controlnet.units[].model_name");
const IMAGE: Place = Place::of("request.controlnet.units[].image_base64");
const STRENGTH: Place = Place::of("request.controlnet.units[].strength");

/// V2's documented default for `weight`, which V3 requires.
const DEFAULT_WEIGHT: &str = "1";

/// The units of a payload: a list, or (as the guide's own example has it) a single object.
fn each<'t, 'a>(value: Value<'t, 'a>) -> Vec<Value<'t, 'a>> {
    match value.kind() {
        Kind::Array => value.elements().filter(|unit| !unit.is_null()).collect(),
        _ => vec![value],
    }
}

/// A unit without model and image is the placeholder that clients send for "none".
fn is_placeholder(unit: Value<'_, '_>) -> bool {
    let absent = |name| {
        unit.get(name)
            .is_none_or(|value| value.is_null() || scalar::is_empty(value))
    };
    let names = ["model", "input_image", "model_name", "image_base64"];
    scalar::is_empty(unit) || (unit.kind() == Kind::Object && names.into_iter().all(absent))
}

fn placeholder<'t, 'a>(walk: &mut Walk<'t, 'a>, unit: Value<'t, 'a>, row: &'static Row) {
    walk.inactive(
        unit,
        row,
        "a unit without model and image is an unused placeholder",
    );
}

/// `controlnet_units` on txt2img: V3 has none there.
pub(crate) fn on_txt2img<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let help = "send an img2img request with a plain grey image and strength 1 instead, as others have done";
    lose(walk, value, row, help);
}

/// `controlnet_units` of a payload that goes to V3's inpainting: V3 has none there either.
pub(crate) fn on_inpainting<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    row: &'static Row,
) {
    lose(
        walk,
        value,
        row,
        "without `--mask inpainting` the unit stays and the mask goes",
    );
}

fn lose<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    row: &'static Row,
    help: &'static str,
) {
    for unit in each(value) {
        if is_placeholder(unit) {
            placeholder(walk, unit, row);
            continue;
        }
        walk.report(Code::NoCounterpart, Severity::Warning, unit, Some(row))
            .say(Words {
                text: "V3 has ControlNet on img2img only; this unit is lost",
                help,
            });
    }
}

/// `controlnet_units` on img2img.
pub(crate) fn list<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let mut out = Vec::new();
    let mut adapter = None;
    for unit in each(value) {
        if is_placeholder(unit) {
            placeholder(walk, unit, row);
            continue;
        }
        if unit.kind() != Kind::Object {
            walk.wrong_type(unit, Some(row), "a ControlNet unit, which is an object");
            continue;
        }
        if ip_adapter::applies(walk, unit) {
            if adapter.is_none() {
                adapter = Some((unit, ip_adapter::entry(walk, unit)));
                continue;
            }
            ip_adapter::report_further(walk, unit, row);
        }
        walk.index = Some(out.len());
        let unit = entry(walk, unit);
        out.push(unit);
    }
    walk.index = None;
    if let Some((unit, adapter)) = adapter {
        walk.put(
            ip_adapter::IP_ADAPTERS,
            Out::List(vec![adapter]),
            unit,
            None,
        );
    }
    if !out.is_empty() {
        walk.put(UNITS, Out::List(out), value, Some(row));
        let units = walk.draft.close_inner();
        walk.put(CONTROLNET, Out::Object(units), value, Some(row));
    }
}

/// One entry of `request.controlnet.units`.
pub(crate) fn entry<'t, 'a>(walk: &mut Walk<'t, 'a>, unit: Value<'t, 'a>) -> Out<'a> {
    walk.open_inner(&[MODEL, IMAGE, STRENGTH]);
    walk.members(unit, Group::Unit);
    if !walk.has(STRENGTH) {
        assume_weight(walk, unit, STRENGTH);
    }
    for place in [MODEL, IMAGE] {
        if !walk.has(place) {
            walk.missing(unit, place);
        }
    }
    Out::Object(walk.draft.close_inner())
}

pub(crate) fn assume_weight<'t, 'a>(walk: &mut Walk<'t, 'a>, unit: Value<'t, 'a>, strength: Place) {
    walk.report(Code::ValueAssumed, Severity::Note, unit, None)
        .to(strength)
        .say(Words {
            text: "V3 requires a strength, the unit states no weight: 1, V2's default",
            help: "",
        });
    walk.put(strength, Out::text(DEFAULT_WEIGHT), unit, None);
}
