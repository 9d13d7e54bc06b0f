//! Names of things inside the API's models: samplers, preprocessors, upscalers, VAEs, ControlNet models.

use crate::catalog::ModelKind;
use crate::draft::Out;
use crate::finding::{Code, Fill, Severity, Words};
use crate::json::Value;
use crate::options::Samplers;
use crate::pairs::{self, Fate};
use crate::row::Row;
use crate::scalar;
use crate::steps::models;
use crate::v3::Place;
use crate::walk::Walk;

/// ControlNet models that V2 took as units and V3 does not list.
pub(crate) const GONE_CONTROLNET_MODELS: &[&str] = &[
    "ip-adapter-plus-face_sd15",
    "ip-adapter_sd15_plus",
    "ip-adapter_sd15",
    "ip-adapter_xl",
    "t2i-adapter_diffusers_xl_canny",
    "t2i-adapter_diffusers_xl_depth_midas",
    "t2i-adapter_diffusers_xl_depth_zoe",
    "t2i-adapter_diffusers_xl_lineart",
    "t2i-adapter_diffusers_xl_openpose",
    "t2i-adapter_diffusers_xl_sketch",
    "t2i-adapter_xl_canny",
    "t2i-adapter_xl_openpose",
    "t2i-adapter_xl_sketch",
];

/// `sampler_name`: one that V3 dropped is kept and reported with the closest that V3 has, or replaced by it.
pub(crate) fn sampler<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let Some(place) = row.place else { return };
    let inner = scalar::only(value).inner().unwrap_or_default();
    let Some(gone) = pairs::find(pairs::SAMPLERS, inner) else {
        return walk.scalar(value, place, row);
    };
    let single = scalar::single(walk, value, place, Some(row));
    if walk.options.samplers == Samplers::Nearest {
        walk.report(Code::Substituted, Severity::Warning, value, Some(row))
            .say(Words {
                text: "V3 has no sampler {0}; `{1}` is the closest: {2}",
                help: "",
            })
            .with(Fill::Json(value.raw()))
            .with(Fill::Name(gone.v3))
            .with(Fill::Name(gone.reason));
        return walk.put(place, quoted(gone.v3), value, Some(row));
    }
    walk.report(Code::NoCounterpart, Severity::Warning, value, Some(row))
        .say(Words {
            text: "V3 has no sampler `{0}`; kept as it is. The closest one is {1}",
            help: "`--samplers nearest` writes the closest one",
        })
        .with(Fill::Json(value.raw()))
        .with(Fill::Name(gone.v3));
    let out = walk.raw(single);
    walk.put(place, out, value, Some(row));
}

fn quoted<'a>(name: &'static str) -> Out<'a> {
    Out::Quoted(name.as_bytes())
}

/// `sd_vae`: an empty one is none.
pub(crate) fn vae<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    match scalar::is_unset(scalar::only(value)) {
        true => walk.inactive(value, row, "an empty text is the model's own VAE, as in V3"),
        false => models::own(walk, value, row, ModelKind::Vae),
    }
}

/// `module`: V3's names stay, five have new names, `none` is V3's absence of a preprocessor.
pub(crate) fn module<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let Some(place) = row.place else { return };
    let single = scalar::only(value);
    let inner = single.inner().unwrap_or_default();
    if scalar::is_unset(single) || scalar::spells(inner, "none") {
        return walk.inactive(value, row, "no preprocessor: V3 wants the field absent");
    }
    match pairs::find(pairs::MODULES, inner) {
        Some(renamed) => rename(walk, value, row, place, renamed.v3),
        None => walk.scalar(value, place, row),
    }
}

/// `hr_upscaler`, inside `hires_fix`.
pub(crate) fn upscaler<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    place: Place,
) -> Option<Out<'a>> {
    if scalar::is_unset(scalar::only(value)) {
        walk.report(Code::InactiveField, Severity::Note, value, None)
            .say(Words {
                text: "an empty text leaves the choice to V3, as it did to V2",
                help: "",
            });
        return None;
    }
    let inner = scalar::only(value).inner().unwrap_or_default();
    match pairs::find(pairs::UPSCALERS, inner).map(|known| (known.v3, known.fate)) {
        Some((name, Fate::Renamed)) => {
            scalar::single(walk, value, place, None);
            report_rename(walk, value, None, place, name);
            Some(quoted(name))
        }
        Some((name, Fate::Substituted)) => {
            scalar::single(walk, value, place, None);
            walk.report(Code::Substituted, Severity::Warning, value, None)
                .to(place)
                .say(Words {
                    text: "V3 has no upscaler {0}; `{1}` is the nearest, with other weights",
                    help: "",
                })
                .with(Fill::Json(value.raw()))
                .with(Fill::Name(name));
            Some(quoted(name))
        }
        Some((_, Fate::Same)) | None => scalar::fit(walk, value, place, None),
    }
}

/// `controlnet_units[].model`: kept; a model that V3 does not list is reported.
pub(crate) fn controlnet_model<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    row: &'static Row,
) {
    let Some(place) = row.place else { return };
    let inner = scalar::only(value).inner().unwrap_or_default();
    if scalar::spelled(inner, GONE_CONTROLNET_MODELS, |gone| gone).is_some() {
        walk.report(Code::NoCounterpart, Severity::Warning, value, Some(row))
            .say(Words {
                text: "V3 lists no ControlNet model {0}; kept as it is",
                help: "",
            })
            .with(Fill::Json(value.raw()));
    }
    walk.scalar(value, place, row);
}

fn rename<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    row: &'static Row,
    place: Place,
    name: &'static str,
) {
    scalar::single(walk, value, place, Some(row));
    report_rename(walk, value, Some(row), place, name);
    walk.put(place, quoted(name), value, Some(row));
}

pub(crate) fn report_rename<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    row: Option<&'static Row>,
    place: Place,
    name: &'static str,
) {
    walk.report(Code::RenamedValue, Severity::Note, value, row)
        .to(place)
        .say(Words {
            text: "{0} is called `{1}` in V3",
            help: "",
        })
        .with(Fill::Json(value.raw()))
        .with(Fill::Name(name));
}
