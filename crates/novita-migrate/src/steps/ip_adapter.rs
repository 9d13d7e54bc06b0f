//! `--ip-adapter`: a ControlNet unit whose model is an IP adapter becomes the entry of `request.ip_adapters`.

use crate::draft::Out;
use crate::finding::{Code, Fill, Severity, Words};
use crate::index::{Group, Table};
use crate::json::Value;
use crate::options::IpAdapter;
use crate::pairs::{self, Fate, Pairing};
use crate::row::Row;
use crate::scalar;
use crate::steps::{names, units};
use crate::v3::Place;
use crate::walk::Walk;

pub(crate) const IP_ADAPTERS: Place = Place::of("request.ip_adapters");
const MODEL: Place = Place::of("request.ip_adapters[].model_name");
const IMAGE: Place = Place::of("request.ip_adapters[].image_base64");
const STRENGTH: Place = Place::of("request.ip_adapters[].strength");

/// Whether the unit is to move. One that somebody began to migrate, and now holds V3's names, stays a unit.
pub(crate) fn applies(walk: &Walk<'_, '_>, unit: Value<'_, '_>) -> bool {
    walk.options.ip_adapter == IpAdapter::Move
        && walk.table == Table::Img2img
        && unit.get("model").and_then(pairing).is_some()
        && !["model_name", "image_base64", "strength", "preprocessor"]
            .into_iter()
            .any(|name| unit.get(name).is_some())
}

fn pairing(model: Value<'_, '_>) -> Option<Pairing> {
    pairs::find(pairs::IP_ADAPTERS, scalar::only(model).inner()?)
}

/// The entry that the unit becomes.
pub(crate) fn entry<'t, 'a>(walk: &mut Walk<'t, 'a>, unit: Value<'t, 'a>) -> Out<'a> {
    let table = std::mem::replace(&mut walk.table, Table::IpAdapter);
    walk.index = Some(0);
    walk.open_inner(&[MODEL, IMAGE, STRENGTH]);
    walk.members(unit, Group::Unit);
    if !walk.has(STRENGTH) {
        units::assume_weight(walk, unit, STRENGTH);
    }
    for place in [MODEL, IMAGE] {
        if !walk.has(place) {
            walk.missing(unit, place);
        }
    }
    walk.table = table;
    walk.index = None;
    Out::Object(walk.draft.close_inner())
}

/// Says that a further adapter stays where it is: V3 takes one.
pub(crate) fn report_further<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    unit: Value<'t, 'a>,
    row: &'static Row,
) {
    walk.report(Code::TooMany, Severity::Warning, unit, Some(row))
        .to(IP_ADAPTERS)
        .say(Words {
            text: "V3 takes one IP adapter; this further one stays a ControlNet unit",
            help: "remove the unit from the V3 body",
        });
}

/// `model`: V3's name of the adapter.
pub(crate) fn model<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let Some(known) = pairing(value) else { return };
    if known.fate == Fate::Substituted {
        walk.report(Code::Substituted, Severity::Warning, value, Some(row))
            .to(MODEL)
            .say(Words {
                text: "V3 has no IP adapter {0}; `{1}` is the nearest: {2}",
                help: "",
            })
            .with(Fill::Json(value.raw()))
            .with(Fill::Name(known.v3))
            .with(Fill::Name(known.reason));
    } else {
        names::report_rename(walk, value, Some(row), MODEL, known.v3);
    }
    walk.put(MODEL, Out::Quoted(known.v3.as_bytes()), value, Some(row));
}

/// `module`: an adapter's own is part of it in V3.
pub(crate) fn module<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    match value.inner() {
        Some(b"" | b"none" | b"clip_vision") => {
            walk.inactive(value, row, "V3 prepares the image of an IP adapter itself");
        }
        _ => walk.lost(value, row),
    }
}
