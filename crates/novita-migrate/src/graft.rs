//! V3's own fields inside a half-migrated payload: taken over, objects and lists member by member, so that what is
//! wrong in them is found here and not by V3.

use crate::draft::{Member, Name, Out};
use crate::finding::{Code, Fill, Severity, Words};
use crate::json::{Kind, Value};
use crate::scalar;
use crate::steps::{images, names, units};
use crate::v3::{Place, Type};
use crate::walk::Walk;

const UPSCALER: Place = Place::of("request.hires_fix.upscaler");
const UNITS: Place = Place::of("request.controlnet.units");

/// The value as V3 takes it in `place`; `None` where nothing is to be written, and a finding says why.
pub(crate) fn value<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    place: Place,
) -> Option<Out<'a>> {
    match place.field().kind() {
        Type::Object if value.kind() == Kind::Object => Some(object(walk, value, place)),
        Type::List if value.kind() == Kind::Array => list(walk, value, place),
        Type::Image => images::image(walk, value, place, None),
        _ if place == UPSCALER => names::upscaler(walk, value, place),
        _ => scalar::fit(walk, value, place, None),
    }
}

/// An object, or an entry of a list.
fn object<'t, 'a>(walk: &mut Walk<'t, 'a>, object: Value<'t, 'a>, place: Place) -> Out<'a> {
    let mut members = Vec::new();
    place.members().for_each(|place| walk.forget(place));
    let mut missing: Vec<Place> = match walk.endpoint() {
        Some(endpoint) => place
            .members()
            .filter(|place| place.field().is_required(endpoint))
            .collect(),
        None => Vec::new(),
    };
    for inner in object.members().filter(|inner| !inner.is_null()) {
        let name = inner.key().map(|key| key.name()).unwrap_or_default();
        let Some(known) = place.members().find(|known| known.field().name() == name) else {
            walk.unknown_inside(inner, &mut members);
            continue;
        };
        if let Some(value) = value(walk, inner, known) {
            missing.retain(|place| *place != known);
            members.push(Member {
                key: Name::V3(known),
                value,
            });
        }
    }
    for place in missing {
        if walk.has(place) {
            continue;
        }
        walk.missing(object, place);
    }
    Out::Object(members)
}

fn list<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, place: Place) -> Option<Out<'a>> {
    let entries: Vec<_> = value.elements().filter(|entry| !entry.is_null()).collect();
    if let Some(other) = entries.iter().find(|entry| entry.kind() != Kind::Object) {
        walk.wrong_type(*other, None, "an object");
        walk.refuse(place);
        return None;
    }
    if let Some((_, most)) = place
        .field()
        .length()
        .filter(|(_, most)| entries.len() > *most as usize)
    {
        walk.report(Code::TooMany, Severity::Warning, value, None)
            .to(place)
            .say(Words {
                text: "{0} entries, V3 takes {1}; all are kept",
                help: "",
            })
            .with(Fill::Number(entries.len() as u64))
            .with(Fill::Number(u64::from(most)));
    }
    let outer = walk.index;
    let mut out = Vec::with_capacity(entries.len());
    for entry in entries {
        walk.index = Some(out.len());
        // Somebody who began to migrate may have left V2's names in the units.
        let object = match place == UNITS {
            true => units::entry(walk, entry),
            false => object(walk, entry, place),
        };
        out.push(object);
    }
    walk.index = outer;
    Some(Out::List(out))
}
