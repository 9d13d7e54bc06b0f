//! `--mask inpainting`: what differs from img2img where a payload with a mask becomes a request to V3's inpainting.

use crate::choices::INPAINTING;
use crate::draft::Out;
use crate::finding::{Code, Fill, Severity, Words};
use crate::index::Top;
use crate::json::{Kind, Value};
use crate::options::Mask;
use crate::row::Row;
use crate::scalar;
use crate::steps::{mask, models, png};
use crate::walk::Walk;

const MASK_IMAGE_BASE64: Top = Top::of("mask_image_base64");
const INIT_IMAGES: Top = Top::of("init_images");

/// Whether this img2img payload goes to V3's inpainting: it has a mask and the caller chose so, or somebody has given
/// it V3's mask already.
pub(crate) fn applies(walk: &Walk<'_, '_>) -> bool {
    let is_chosen = walk.options.mask == Mask::Inpainting && mask::real(walk).is_some();
    is_chosen || walk.field(MASK_IMAGE_BASE64).is_some()
}

/// Writes V2's defaults into what the payload leaves open, where V3's defaults are others.
pub(crate) fn defaults(walk: &mut Walk<'_, '_>) {
    // A payload with V3's mask was written for V3: its author counted on V3's defaults.
    let Some(mask) = mask::real(walk) else {
        return;
    };
    for row in &INPAINTING {
        let (Some(place), Some(text)) = (row.place, row.v2_default()) else {
            continue;
        };
        if walk.draft.has(place) {
            continue;
        }
        walk.report(Code::ValueAssumed, Severity::Note, mask, Some(row))
            .to(place)
            .say(Words {
                text: "`{0}` is {1}, V2's default, which V3 does not share",
                help: "",
            })
            .with(Fill::Name(place.field().name()))
            .with(Fill::Name(text));
        walk.put(place, Out::text(text), mask, Some(row));
    }
}

/// `width` and `height`: V3 inpainting gives the picture the size of the image.
pub(crate) fn side<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let image = walk.field(INIT_IMAGES).map(|images| {
        let mut entries = images.elements().filter(|image| !scalar::is_empty(*image));
        entries.next().unwrap_or(images)
    });
    let size = image.and_then(|image| png::size(image.inner()?));
    let own = size.map(|(width, height)| match row.v2() {
        Some("width") => width,
        _ => height,
    });
    match own {
        Some(own) if scalar::as_number(value) == Some(f64::from(own)) => walk.inactive(
            value,
            row,
            "the image has this size, and V3 inpainting keeps it",
        ),
        Some(own) => walk
            .report(Code::DeprecatedField, Severity::Warning, value, Some(row))
            .say(Words {
                text: "V3 inpainting gives the picture the size of its image, here {1}; `{0}` is lost",
                help: "scale the image and the mask before you send them",
            })
            .with(Fill::Json(value.raw()))
            .with(Fill::Number(u64::from(own)))
            .end(),
        None => walk
            .report(Code::DeprecatedField, Severity::Warning, value, Some(row))
            .say(Words {
                text: "V3 inpainting gives the picture the size of its image; `{0}` is lost if that is another",
                help: "scale the image and the mask before you send them",
            })
            .with(Fill::Json(value.raw()))
            .end(),
    }
}

/// `model_name`: V3 inpainting wants a checkpoint that is made for it.
pub(crate) fn checkpoint<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    if !scalar::is_empty(value) && !models::can_inpaint(walk, value) {
        walk.report(Code::UnsuitedModel, Severity::Warning, value, Some(row))
            .say(Words {
                text: "`{0}` is not known as an inpainting checkpoint, which V3 inpainting wants",
                help: "",
            })
            .with(Fill::Json(value.raw()));
    }
    models::checkpoint(walk, value, row);
}

/// `sd_refiner`: V3 inpainting has none.
pub(crate) fn refiner<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let object = match value.kind() {
        Kind::Array => value.elements().find(|entry| !entry.is_null()),
        _ => Some(value),
    };
    let switch = object.and_then(|object| object.get("switch_at"));
    match switch.filter(|switch| !switch.is_null()) {
        None => walk.inactive(
            value,
            row,
            "a refiner without a moment to switch at did nothing",
        ),
        Some(_) => walk.lost(value, row),
    }
}

/// `inpainting_fill`: what V2 put under the mask before it began. V3 does not ask.
pub(crate) fn fill<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    if scalar::as_number(value) == Some(1.0) {
        return walk.inactive(
            value,
            row,
            "this is V2's default, and V3 inpainting has no such choice",
        );
    }
    walk.lost(value, row);
}
