//! `extra`: an object with rows of its own.

use crate::index::Group;
use crate::json::Value;
use crate::row::Row;
use crate::scalar;
use crate::walk::Walk;

pub(crate) fn members<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    if let Some(extra) = scalar::object(walk, value, Some(row)) {
        walk.draft.open_extra();
        walk.members(extra, Group::Extra);
    }
}
