//! V2's answer to a request: `{code, msg, data: {task_id, warn}}` becomes `{task_id}`.

use crate::finding::{Code, Fill, Severity, Words};
use crate::index::{Group, Top};
use crate::json::{Kind, Value};
use crate::row::Row;
use crate::scalar;
use crate::v3::Place;
use crate::walk::Walk;

const CODE: Top = Top::of("code");
const DATA: Top = Top::of("data");

const TASK_ID: Place = Place::of("task_id");

/// `code`: 0 is success. Anything else is a failure report, which must never turn into a success.
pub(crate) fn code<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    if scalar::as_number(value) == Some(0.0) {
        return walk.inactive(value, row, "success: V3 says so with its HTTP status");
    }
    walk.report(Code::FailedResponse, Severity::Error, value, Some(row))
        .say(Words {
            text: "V2 reported a failure, code {0}",
            help: "",
        })
        .with(Fill::Json(value.raw()));
}

/// `msg`, and `data.warn`.
pub(crate) fn message<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    if scalar::is_empty(value) {
        return walk.inactive(value, row, "an empty text");
    }
    walk.report(Code::ResponseMessage, Severity::Warning, value, Some(row))
        .say(Words {
            text: "V3 responses carry no message; `{0}` is lost",
            help: "",
        })
        .with(Fill::Json(value.raw()));
}

/// `data`: what it holds moves up.
pub(crate) fn data<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    match scalar::object(walk, value, Some(row)) {
        Some(data) => walk.members(data, Group::Data),
        None if scalar::is_unset(value) => {}
        None => walk.refuse(TASK_ID),
    }
}

/// Reports the task's id where the answer has none. A failure report has none to have.
pub(crate) fn require_task_id(walk: &mut Walk<'_, '_>) {
    let is_failure = walk
        .field(CODE)
        .is_some_and(|code| scalar::as_number(code) != Some(0.0));
    if !is_failure && !walk.has(TASK_ID) {
        let data = walk.field(DATA).filter(|data| data.kind() == Kind::Object);
        walk.missing(data.unwrap_or(walk.root), TASK_ID);
    }
}
