//! The hires pass: `enable_hr` and the fields that work only with it become one object, `request.hires_fix`.

use std::borrow::Cow;

use crate::draft::Out;
use crate::finding::{Code, Fill, Severity, Words};
use crate::index::Top;
use crate::json::{Kind, Value};
use crate::number;
use crate::options::OutOfRange;
use crate::row::Row;
use crate::scalar;
use crate::steps::names;
use crate::v3::Place;
use crate::walk::Walk;

const ENABLE_HR: Top = Top::of("enable_hr");
const HR_UPSCALER: Top = Top::of("hr_upscaler");
const HR_SCALE: Top = Top::of("hr_scale");
const DENOISING_STRENGTH: Top = Top::of("denoising_strength");
const HR_RESIZE_X: Top = Top::of("hr_resize_x");
const HR_RESIZE_Y: Top = Top::of("hr_resize_y");
const WIDTH: Top = Top::of("width");
const HEIGHT: Top = Top::of("height");

const HIRES_FIX: Place = Place::of("request.hires_fix");
const TARGET_WIDTH: Place = Place::of("request.hires_fix.target_width");
const TARGET_HEIGHT: Place = Place::of("request.hires_fix.target_height");
const STRENGTH: Place = Place::of("request.hires_fix.strength");
const UPSCALER: Place = Place::of("request.hires_fix.upscaler");

/// `strength` where neither the payload nor the caller states one: the value in the guide's own example.
const ASSUMED_STRENGTH: &str = "0.8";

/// `hr_scale` where the payload has none: the default of A1111 and of the vendor's V2 SDKs.
const DEFAULT_SCALE: f64 = 2.0;

fn is_on(walk: &Walk<'_, '_>) -> bool {
    walk.field(ENABLE_HR).and_then(scalar::as_truth) == Some(true)
}

/// `enable_hr`: writes the whole object, in the order of the guide's example.
pub(crate) fn switch<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    match scalar::as_truth(value) {
        Some(true) => {}
        Some(false) => return walk.inactive(value, row, "the hires pass is off"),
        None => return walk.wrong_type(value, Some(row), "true or false"),
    }
    if value.kind() != Kind::Bool {
        walk.report(Code::TypeConverted, Severity::Note, value, Some(row))
            .say(Words {
                text: "`{0}` means true",
                help: "",
            })
            .with(Fill::Json(value.raw()));
    }
    walk.open_inner(&[TARGET_WIDTH, TARGET_HEIGHT, STRENGTH]);
    target(walk, value, row);
    strength(walk, value, row);
    if let Some(upscaler) = walk.field(HR_UPSCALER)
        && let Some(out) = names::upscaler(walk, upscaler, UPSCALER)
    {
        walk.put(UPSCALER, out, upscaler, Some(row));
    }
    let members = walk.draft.close_inner();
    walk.put(HIRES_FIX, Out::Object(members), value, Some(row));
}

/// A field of the group: inert while the pass is off; [`switch`] has read it while it is on.
pub(crate) fn part<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    if !is_on(walk) {
        return walk.inactive(value, row, "without `enable_hr` this field did nothing");
    }
    let why = match row.v2() {
        Some("hr_scale") => match sides(walk) {
            (None, None) if scalar::is_blank(value) => {
                "an empty value leaves the scale to V2, which took 2"
            }
            (None, None) => return,
            (Some(_), Some(_)) => {
                "V2 ignored the scale where `hr_resize_x` and `hr_resize_y` are given"
            }
            _ => "V2 ignored the scale where one side of the target is given",
        },
        Some("hr_resize_x" | "hr_resize_y") if !is_given(value) => "`{0}` leaves this side to V2",
        _ => return,
    };
    walk.inactive(value, row, why);
}

/// The sides of the target that the payload gives.
fn sides<'t, 'a>(walk: &Walk<'t, 'a>) -> (Option<Value<'t, 'a>>, Option<Value<'t, 'a>>) {
    let side = |name| walk.field(name).filter(|value| is_given(*value));
    (side(HR_RESIZE_X), side(HR_RESIZE_Y))
}

/// Whether a side is more than 0, which means unset, as in A1111.
fn is_given(value: Value<'_, '_>) -> bool {
    !scalar::is_blank(value) && scalar::as_number(value) != Some(0.0)
}

/// `target_width` and `target_height`, as A1111's `calculate_target_resolution` finds them.
fn target<'t, 'a>(walk: &mut Walk<'t, 'a>, switch: Value<'t, 'a>, row: &'static Row) {
    let base = |name| {
        let side = walk.field(name).and_then(scalar::as_number);
        side.filter(|side| side.is_finite())
    };
    let (width, height) = (base(WIDTH), base(HEIGHT));
    match sides(walk) {
        (None, None) => scaled(walk, switch, row, [width, height]),
        (Some(x), Some(y)) => {
            given(walk, x, TARGET_WIDTH, row);
            given(walk, y, TARGET_HEIGHT, row);
        }
        (Some(x), None) => {
            given(walk, x, TARGET_WIDTH, row);
            by_aspect(walk, x, TARGET_HEIGHT, [height, width]);
        }
        (None, Some(y)) => {
            by_aspect(walk, y, TARGET_WIDTH, [width, height]);
            given(walk, y, TARGET_HEIGHT, row);
        }
    }
}

/// Both sides by the scale.
fn scaled<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    switch: Value<'t, 'a>,
    row: &'static Row,
    base: [Option<f64>; 2],
) {
    let scale = walk
        .field(HR_SCALE)
        .filter(|scale| !scalar::is_blank(*scale));
    let factor = |scale: Value<'t, 'a>| match scalar::only(scale).kind() {
        Kind::Bool => None,
        _ => scalar::as_number(scale),
    };
    let (about, factor, how) = match scale.map(|scale| (scale, factor(scale))) {
        Some((scale, Some(factor))) => (
            scale,
            factor,
            "the size times `hr_scale`, truncated as V2 did",
        ),
        Some((scale, None)) => {
            walk.refuse(TARGET_WIDTH);
            walk.refuse(TARGET_HEIGHT);
            return walk.wrong_type(scale, Some(row), "a number");
        }
        None => (
            switch,
            DEFAULT_SCALE,
            "the size times 2, V2's default scale",
        ),
    };
    for (place, base) in [TARGET_WIDTH, TARGET_HEIGHT].into_iter().zip(base) {
        match base.map(|base| base * factor).filter(|side| !side.is_nan()) {
            Some(side) => derived(walk, about, place, side.trunc(), how),
            None => walk.missing(walk.root, place),
        }
    }
    if let (Some(scale), [None, None]) = (scale, base) {
        walk.lost(scale, row);
    }
}

/// The side that the payload leaves open, by the picture's aspect ratio; `asked` is the other one.
fn by_aspect<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    asked: Value<'t, 'a>,
    place: Place,
    [this, other]: [Option<f64>; 2],
) {
    let is_whole = |side: &f64| side.is_finite() && side.fract() == 0.0;
    let Some(side) = scalar::as_number(asked).filter(is_whole) else {
        // It is none, as [`given`] tells.
        return walk.refuse(place);
    };
    match (this, other) {
        (Some(this), Some(other)) if other != 0.0 => derived(
            walk,
            asked,
            place,
            (side * this / other).floor(),
            "from the other side by the picture's aspect ratio",
        ),
        _ => walk.missing(walk.root, place),
    }
}

/// A side that the payload states.
fn given<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, place: Place, row: &'static Row) {
    if let Some(out) = scalar::fit(walk, value, place, Some(row)) {
        walk.put(place, out, value, Some(row));
    }
}

/// A side that V2 computed.
fn derived<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    about: Value<'t, 'a>,
    place: Place,
    side: f64,
    how: &'static str,
) {
    if !side.is_finite() && walk.options.out_of_range == OutOfRange::Keep {
        // Beyond every float, so that there is nothing to write.
        walk.refuse(place);
        return walk.wrong_type(about, None, "a number that gives a size");
    }
    let text = number::text(side);
    walk.report(Code::ValueDerived, Severity::Note, about, None)
        .to(place)
        .say(Words {
            text: "{0} is {1}: {2}",
            help: "",
        })
        .with(Fill::Name(place.field().name()))
        .with(Fill::Text(text.clone().into()))
        .with(Fill::Name(how));
    let bounds = place.field().bounds().unwrap_or((side, side));
    let out = match scalar::beyond(side, bounds) {
        Some(bound) => scalar::out_of_range(walk, about, place, None, bound, Out::text(text)),
        None => Out::text(text),
    };
    walk.put(place, out, about, None);
}

/// `strength`, which V3 requires and V2 calls `denoising_strength`.
fn strength<'t, 'a>(walk: &mut Walk<'t, 'a>, switch: Value<'t, 'a>, row: &'static Row) {
    if let Some(value) = walk.field(DENOISING_STRENGTH) {
        if let Some(out) = scalar::fit(walk, value, STRENGTH, Some(row)) {
            return walk.put(STRENGTH, out, value, Some(row));
        }
        if walk.has(STRENGTH) {
            return;
        }
    }
    let (strength, why): (Cow<'static, str>, _) = match walk.options.hires_strength {
        Some(strength) => (number::text(strength).into(), "as the options say"),
        None => (ASSUMED_STRENGTH.into(), "as in the guide's own example"),
    };
    walk.report(Code::ValueAssumed, Severity::Note, switch, Some(row))
        .to(STRENGTH)
        .say(Words {
            text: "V3 requires a strength for the hires pass, which the payload does not have: {0}, {1}",
            help: "`--hires-strength` sets another",
        })
        .with(match &strength {
            Cow::Borrowed(strength) => Fill::Name(strength),
            Cow::Owned(strength) => Fill::Text(strength.as_str().into()),
        })
        .with(Fill::Name(why));
    walk.put(STRENGTH, Out::text(strength), switch, Some(row));
}
