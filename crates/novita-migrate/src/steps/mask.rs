//! The mask and its group. V3's img2img has none; the guide recommends V3's inpainting API.

use crate::finding::{Code, Severity, Words};
use crate::index::Top;
use crate::json::{Kind, Value};
use crate::row::Row;
use crate::scalar;
use crate::walk::Walk;

const MASK: Top = Top::of("mask");

/// The payload's mask, if there is a picture in it: a text, or (as one extension sent it) a list of one.
pub(crate) fn real<'t, 'a>(walk: &Walk<'t, 'a>) -> Option<Value<'t, 'a>> {
    let mask = walk.field(MASK)?;
    let is_real = |mask: &Value<'_, '_>| !mask.is_null() && !scalar::is_empty(*mask);
    match mask.kind() {
        Kind::Array => mask.elements().find(is_real),
        _ => Some(mask).filter(is_real),
    }
}

pub(crate) fn mask<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    if real(walk).is_none() {
        return walk.inactive(value, row, "an empty mask is none");
    }
    walk.report(Code::MaskDropped, Severity::Warning, value, Some(row))
        .say(Words {
            text: "V3 img2img takes no mask: the whole picture will be repainted",
            help: "`--mask inpainting` makes a request to `/v3/async/inpainting` of this payload",
        });
}

/// A field that says how the mask is used.
pub(crate) fn part<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    match real(walk) {
        None => walk.inactive(value, row, "without a mask this field did nothing"),
        Some(_) => walk.drop(value, row),
    }
}
