//! Names of the vendor's models, brought to the spelling that V3 knows them by, where the caller gives a catalog.

use std::borrow::Cow;

use crate::catalog::ModelKind;
use crate::draft::Out;
use crate::finding::{Code, Fill, Severity, Words};
use crate::json::{Value, escape_into, unescape};
use crate::row::Row;
use crate::scalar;
use crate::v3::Place;
use crate::walk::Walk;

/// `model_name`.
pub(crate) fn checkpoint<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    own(walk, value, row, ModelKind::Checkpoint);
}

/// A field whose value is a model's name.
pub(crate) fn own<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    row: &'static Row,
    kind: ModelKind,
) {
    let Some(place) = row.place else { return };
    let renamed = match scalar::only(value).inner() {
        Some(inner) => named(walk, value, Some(row), kind, inner, place),
        None => None,
    };
    match renamed {
        None => walk.scalar(value, place, row),
        Some(name) => walk.put(place, Out::OwnedQuoted(name), value, Some(row)),
    }
}

/// V3's spelling of a name (escaped), where the catalog has another one; reports a name that the catalog lacks, or
/// whose model is unavailable. `value` is where the name stands.
pub(crate) fn named<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    row: Option<&'static Row>,
    kind: ModelKind,
    inner: &[u8],
    place: Place,
) -> Option<Vec<u8>> {
    // The options live as long as the walk, not as its borrow.
    let options = walk.options;
    let catalog = options.catalog.as_deref()?;
    let name: Cow<'_, str> = unescape(inner);
    if name.is_empty() || !catalog.knows(kind) {
        return None;
    }
    let model = catalog.find(kind, &name);
    if model.is_none_or(|model| !model.is_available) {
        let (code, text) = match model {
            None => (Code::UnknownModel, "the catalog has no {0} `{1}`{2}"),
            Some(_) => (
                Code::UnavailableModel,
                "the catalog marks the {0} `{1}` as unavailable{2}",
            ),
        };
        let near = catalog.nearest(kind, &name);
        let near = match near.is_empty() {
            true => String::new(),
            false => format!("; most like it: {}", near.join(", ")),
        };
        walk.report(code, Severity::Warning, value, row)
            .to(place)
            .say(Words { text, help: "" })
            .with(Fill::Name(noun(kind)))
            .with(Fill::Text(name.as_ref().into()))
            .with(Fill::Text(near.into()));
    }
    let api_name = &*model?.api_name;
    if *api_name == *name {
        return None;
    }
    walk.report(Code::RenamedModel, Severity::Note, value, row)
        .to(place)
        .say(Words {
            text: "V3 knows the {0} `{1}` as `{2}`",
            help: "",
        })
        .with(Fill::Name(noun(kind)))
        .with(Fill::Text(name.as_ref().into()))
        .with(Fill::Text(api_name.into()));
    let mut escaped = Vec::with_capacity(api_name.len());
    escape_into(api_name, &mut escaped);
    Some(escaped)
}

/// Whether a checkpoint is made for inpainting: by the catalog, else by its name.
pub(crate) fn can_inpaint(walk: &Walk<'_, '_>, value: Value<'_, '_>) -> bool {
    let name = value.text().unwrap_or_default();
    let known = walk
        .options
        .catalog
        .as_deref()
        .and_then(|catalog| catalog.find(ModelKind::Checkpoint, &name))
        .and_then(|model| model.can_inpaint);
    known.unwrap_or_else(|| name.to_ascii_lowercase().contains("inpaint"))
}

const fn noun(kind: ModelKind) -> &'static str {
    match kind {
        ModelKind::Checkpoint => "checkpoint",
        ModelKind::Lora => "LoRA",
        ModelKind::Vae => "VAE",
        ModelKind::Embedding => "embedding",
        ModelKind::Other => "model",
    }
}
