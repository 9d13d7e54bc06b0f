//! `sd_refiner`: the moment of the switch moves, the checkpoint goes (V2 had only one, and V3 uses that).

use crate::draft::Out;
use crate::finding::{Code, Severity, Words};
use crate::index::Group;
use crate::json::{Kind, Value};
use crate::row::Row;
use crate::scalar;
use crate::v3::Place;
use crate::walk::Walk;

const REFINER: Place = Place::of("request.refiner");
const SWITCH_AT: Place = Place::of("request.refiner.switch_at");

/// The only checkpoint that V2 took.
pub(crate) const ONLY_CHECKPOINT: &[&str] = &["\"sd_xl_refiner_1.0.safetensors\""];

pub(crate) fn object<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let refiner = match value.kind() {
        Kind::Array => {
            // One client sent a list of one.
            let mut elements = value.elements().filter(|element| !element.is_null());
            match (elements.next(), elements.next()) {
                (None, _) => return walk.inactive(value, row, "an empty list is no refiner"),
                (Some(only), None) if only.kind() == Kind::Object => {
                    walk.report(Code::TypeConverted, Severity::Note, value, Some(row))
                        .say(Words {
                            text: "V3 takes one object here: the list's only entry is used",
                            help: "",
                        });
                    only
                }
                _ => return walk.wrong_type(value, Some(row), "one object"),
            }
        }
        _ => match scalar::object(walk, value, Some(row)) {
            Some(refiner) => refiner,
            None => return,
        },
    };
    walk.open_inner(&[SWITCH_AT]);
    walk.members(refiner, Group::Refiner);
    let checkpoint = refiner.get("checkpoint").map(scalar::only);
    let asks = checkpoint.is_some_and(|name| !name.is_null() && !scalar::is_empty(name));
    // V3 cannot take a refiner without the moment to switch at. The vendor's own V2 example has null there.
    if asks && !walk.has(SWITCH_AT) {
        walk.missing(refiner, SWITCH_AT);
    }
    let members = walk.draft.close_inner();
    if !members.is_empty() {
        walk.put(REFINER, Out::Object(members), refiner, Some(row));
    }
}
