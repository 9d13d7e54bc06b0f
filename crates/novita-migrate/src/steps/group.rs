//! Fields that matter only together with another one.

use crate::index::Top;
use crate::json::Value;
use crate::row::Row;
use crate::scalar;
use crate::walk::Walk;

const RESTORE_FACES: Top = Top::of("restore_faces");

/// `restore_faces_model`: which model repaired the faces, if `restore_faces` asked for that.
pub(crate) fn restore_faces_model<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    row: &'static Row,
) {
    match walk.field(RESTORE_FACES).and_then(scalar::as_truth) {
        Some(true) => walk.drop(value, row),
        _ => walk.inactive(value, row, "without `restore_faces` no face model was used"),
    }
}

/// A field that never changed a picture.
pub(crate) fn inactive<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    walk.inactive(
        value,
        row,
        "this field does not change the pictures, and V3 has no such field",
    );
}

/// A name that an official SDK sent and V2's servers never read.
pub(crate) fn ignored<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    walk.inactive(
        value,
        row,
        "V2 never read a field of this name, which one of the vendor's SDKs sent",
    );
}
