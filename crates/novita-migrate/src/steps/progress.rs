//! A stored answer of `/v2/progress` becomes one of `/v3/async/task-result`.

use crate::draft::{Member, Name, Out};
use crate::finding::{Code, Fill, Severity, Words};
use crate::index::{Group, Top};
use crate::json::{Kind, Tree, Value, escape_into, unescape};
use crate::number;
use crate::row::Row;
use crate::scalar;
use crate::v3::{Place, TASK_STATUSES};
use crate::walk::Walk;

const DATA: Top = Top::of("data");

const TASK_ID: Place = Place::of("task.task_id");
const STATUS: Place = Place::of("task.status");
const PERCENT: Place = Place::of("task.progress_percent");
const IMAGES: Place = Place::of("images");
const IMAGE_URL: Place = Place::of("images[].image_url");
const NSFW: Place = Place::of("images[].nsfw_detection_result");
const VIDEOS: Place = Place::of("videos");
const AUDIOS: Place = Place::of("audios");
const SEED: Place = Place::of("extra.seed");
const DEBUG_INFO: Place = Place::of("extra.debug_info");
const REQUEST_INFO: Place = Place::of("extra.debug_info.request_info");

/// `data`: everything is in it.
pub(crate) fn data<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    if value.kind() != Kind::Object {
        return walk.wrong_type(value, Some(row), "an object");
    }
    // The inner object is `extra.debug_info`, which several fields fill.
    walk.members(value, Group::Data);
    let debug_info = walk.draft.close_inner();
    if !debug_info.is_empty() {
        walk.put(DEBUG_INFO, Out::Object(debug_info), value, None);
    }
    if !walk.draft.has(TASK_ID) {
        walk.report(Code::MissingRequired, Severity::Note, value, Some(row))
            .to(TASK_ID)
            .say(Words {
                text: "V3's answer tells the task's id and type, V2's did not: they are left open",
                help: "add `task_id` and `task_type` if your readers want them",
            });
    }
    for place in [IMAGES, VIDEOS, AUDIOS] {
        if !walk.draft.has(place) {
            walk.put(place, Out::List(Vec::new()), value, None);
        }
    }
}

/// `data.status`: V2's numbers have names in V3, in the same order; it knows no timeout of its own.
pub(crate) fn status<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let number = scalar::as_number(value).filter(|number| (0.0..=4.0).contains(number));
    let name = match number.filter(|number| number.fract() == 0.0) {
        Some(4.0) => TASK_STATUSES.get(3),
        Some(number) => TASK_STATUSES.get(number as usize),
        None => None,
    };
    let Some(name) = name else {
        return walk.wrong_type(value, Some(row), "a state from 0 to 4");
    };
    match number {
        Some(4.0) => walk.report(Code::Substituted, Severity::Warning, value, Some(row)).say(Words {
            text: "{0}, a timeout, is `{1}` in V3, which does not tell timeouts from other failures",
            help: "",
        }),
        _ => walk.report(Code::RenamedValue, Severity::Note, value, Some(row)).say(Words {
            text: "{0} is called `{1}` in V3",
            help: "",
        }),
    }
    .with(Fill::Json(value.raw()))
    .with(Fill::Name(name));
    walk.put(STATUS, Out::Quoted(name.as_bytes()), value, Some(row));
}

/// `data.progress`: 0 to 1 becomes 0 to 100, digit by digit.
pub(crate) fn percent<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let single = scalar::only(value);
    let text = match single.inner() {
        Some(inner) => unescape(inner),
        None => String::from_utf8_lossy(single.raw()),
    };
    let Some(percent) = number::hundredfold(text.trim().as_bytes()) else {
        return walk.wrong_type(value, Some(row), "a number from 0 to 1");
    };
    walk.report(Code::ValueDerived, Severity::Note, value, Some(row))
        .say(Words {
            text: "V3 counts to 100: `{0}` is {1}",
            help: "",
        })
        .with(Fill::Json(value.raw()))
        .with(Fill::Text(percent.clone()));
    let bounds = PERCENT.field().bounds().unwrap_or((0.0, 100.0));
    let out = match scalar::outside(percent.as_bytes(), bounds) {
        None => Out::Text(percent),
        Some(bound) => {
            let unchanged = Out::Text(percent);
            scalar::out_of_range(walk, value, PERCENT, Some(row), bound, unchanged)
        }
    };
    walk.put(PERCENT, out, value, Some(row));
}

/// `data.imgs`: each URL is an entry of `images`, with what `data.nsfw_detection_result` says about it.
pub(crate) fn images<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let verdicts: Vec<_> = verdicts(walk).collect();
    let urls: Vec<_> = match value.kind() {
        Kind::Array => value.elements().collect(),
        _ => vec![value],
    };
    let mut out = Vec::with_capacity(urls.len());
    for (at, url) in urls.into_iter().enumerate() {
        walk.index = Some(at);
        let mut members = Vec::new();
        if !url.is_null()
            && let Some(url) = scalar::fit(walk, url, IMAGE_URL, Some(row))
        {
            members.push(Member {
                key: Name::V3(IMAGE_URL),
                value: url,
            });
        }
        if let Some(verdict) = verdicts.get(at).filter(|verdict| !verdict.is_null()) {
            let value = walk.raw(*verdict);
            members.push(Member {
                key: Name::V3(NSFW),
                value,
            });
        }
        out.push(Out::Object(members));
    }
    walk.index = None;
    walk.put(IMAGES, Out::List(out), value, Some(row));
}

fn verdicts<'t, 'a>(walk: &Walk<'t, 'a>) -> impl Iterator<Item = Value<'t, 'a>> + use<'t, 'a> {
    let data = walk.field(DATA);
    let list = data.and_then(|data| data.get("nsfw_detection_result"));
    list.into_iter().flat_map(|list| list.elements())
}

/// `data.nsfw_detection_result`: [`images`] has read the list, unless there are more verdicts than images.
pub(crate) fn nsfw<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    if value.kind() != Kind::Array {
        return walk.wrong_type(value, Some(row), "a list");
    }
    let urls = walk.field(DATA).and_then(|data| data.get("imgs"));
    let images = match urls {
        Some(urls) if urls.kind() == Kind::Array => urls.elements().count(),
        Some(urls) => usize::from(!urls.is_null()),
        None => 0,
    };
    for further in value
        .elements()
        .skip(images)
        .filter(|verdict| !verdict.is_null())
    {
        walk.report(Code::DeprecatedField, Severity::Warning, further, Some(row))
            .say(Words {
                text: "V3 has a verdict for each image, and there is no image to `{0}`; it is lost",
                help: "",
            })
            .with(Fill::Json(further.raw()));
    }
}

/// `data.info`: A1111's report, as a text that is JSON; the seed in it has a field of its own in V3.
pub(crate) fn info<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let Some(inner) = value.inner() else {
        if value.kind() != Kind::Object {
            return walk.wrong_type(value, Some(row), "a text");
        }
        // One client parsed the text before it stored the answer.
        seed(walk, value, value, row);
        let mut text = b"\"".to_vec();
        escape_into(&String::from_utf8_lossy(value.raw()), &mut text);
        text.push(b'"');
        let text = String::from_utf8_lossy(&text).into_owned();
        walk.report(Code::TypeConverted, Severity::Note, value, Some(row))
            .say(Words {
                text: "V3 wants this object as a text that holds its JSON",
                help: "",
            });
        return walk.put(REQUEST_INFO, Out::text(text), value, Some(row));
    };
    if inner.is_empty() {
        return walk.inactive(value, row, "an empty text");
    }
    let text = unescape(inner);
    if let Ok(tree) = Tree::parse(text.as_bytes()) {
        seed(walk, tree.root(), value, row);
    }
    let out = walk.raw(value);
    walk.put(REQUEST_INFO, out, value, Some(row));
}

/// `extra.seed`, a text in V3.
fn seed<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    info: Value<'_, '_>,
    value: Value<'t, 'a>,
    row: &'static Row,
) {
    let seed = info.get("seed").filter(|seed| seed.kind() == Kind::Number);
    if let Some(seed) = seed {
        let text = format!("\"{}\"", String::from_utf8_lossy(seed.raw()));
        walk.put(SEED, Out::text(text), value, Some(row));
    }
}

/// `data.debug_info`.
pub(crate) fn debug_info<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    if value.kind() != Kind::Object {
        return walk.wrong_type(value, Some(row), "an object");
    }
    walk.members(value, Group::DebugInfo);
}

/// A moment in milliseconds: a number in V2, the same digits as a text in V3.
pub(crate) fn text<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let Some(place) = row.place else { return };
    if value.kind() != Kind::Number {
        return walk.scalar(value, place, row);
    }
    let out = Out::text(format!("\"{}\"", String::from_utf8_lossy(value.raw())));
    walk.put(place, out, value, Some(row));
}

/// A moment as a text beside `debug_info`, which states the same moment where it is present.
pub(crate) fn time<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    if scalar::is_empty(value) {
        return walk.inactive(value, row, "an empty text");
    }
    let data = walk.field(DATA);
    let debug_info = data.and_then(|data| data.get("debug_info"));
    let name = match row.v2() {
        Some("data.submit_time") => "submit_time_ms",
        Some("data.execution_time") => "execution_time_ms",
        _ => "finish_time_ms",
    };
    let exact = debug_info.and_then(|info| info.get(name));
    match exact.filter(|exact| !exact.is_null()) {
        Some(_) => walk.inactive(
            value,
            row,
            "`debug_info` states the same moment in milliseconds",
        ),
        None => text(walk, value, row),
    }
}

/// How long one stage took.
pub(crate) fn stage<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    walk.inactive(
        value,
        row,
        "V3 does not tell how long a single stage took: `{0}`",
    );
}
