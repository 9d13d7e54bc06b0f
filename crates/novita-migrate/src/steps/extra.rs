//! `extra`: an object with rows of its own, and what V2 said with the path of a request.

use crate::draft::{Member, Name, Out};
use crate::finding::{Code, Severity, Words};
use crate::index::Group;
use crate::json::Value;
use crate::options::Plan;
use crate::row::Row;
use crate::scalar;
use crate::v3::Place;
use crate::walk::Walk;

const PLAN: Place = Place::of("extra.enterprise_plan");
const ENABLED: Place = Place::of("extra.enterprise_plan.enabled");

pub(crate) fn members<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    if let Some(extra) = scalar::object(walk, value, Some(row)) {
        walk.draft.open_extra();
        walk.members(extra, Group::Extra);
    }
}

/// The plan of dedicated customers, unless the payload speaks of it already.
pub(crate) fn put_plan(walk: &mut Walk<'_, '_>) {
    let is_request = walk.endpoint().is_some();
    if walk.options.plan != Plan::Enterprise || !is_request || walk.has(PLAN) {
        return;
    }
    walk.report(Code::ValueDerived, Severity::Note, walk.root, None)
        .to(PLAN)
        .say(Words {
            text: "V2 had a path of its own for dedicated customers; V3 wants the plan in the body",
            help: "",
        });
    let enabled = Member {
        key: Name::V3(ENABLED),
        value: Out::text("true"),
    };
    walk.put(PLAN, Out::Object(vec![enabled]), walk.root, None);
}
