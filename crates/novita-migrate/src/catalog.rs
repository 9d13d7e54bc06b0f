//! The vendor's models as its Get Model API (`GET /v3/model`) lists them: which name V3 knows each of them by.

use std::collections::HashMap;

use crate::error::Error;
use crate::json::{Kind, Tree, Value};
use crate::nearest;

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ModelKind {
    Checkpoint,
    Lora,
    Vae,
    Embedding,
    /// Upscalers, ControlNet models: V3's names of those are no matter of a catalog.
    Other,
}

/// The vendor's models, read from saved answers of its Get Model API.
///
/// ```
/// use novita_migrate::{Catalog, Options, migrate};
///
/// let page = r#"{"models":[{"sd_name":"old.safetensors","sd_name_in_api":"new_123.safetensors",
///     "type":{"name":"checkpoint"},"status":1}],"pagination":{"next_cursor":"c_100"}}"#;
/// let options = Options::default().catalog(Catalog::from_json(page)?);
/// let migration = migrate(r#"{"prompt":"a cat","model_name":"old.safetensors"}"#, None, &options)?;
/// assert!(migration.to_string().contains(r#""model_name":"new_123.safetensors""#));
/// # Ok::<(), novita_migrate::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Catalog {
    models: Vec<Model>,
    /// Positions in `models` by name; a stem is the name without the file's extension.
    by_name: HashMap<Box<str>, Vec<u32>>,
    by_stem: HashMap<Box<str>, Vec<u32>>,
    /// One bit for each kind that occurs.
    kinds: u8,
}

/// One model of a catalog.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Model {
    /// `None`: the page does not say.
    kind: Option<ModelKind>,
    /// `sd_name`, which V2 payloads carry.
    sd_name: Box<str>,
    /// `sd_name_in_api`, which V3 wants.
    pub(crate) api_name: Box<str>,
    pub(crate) is_available: bool,
    /// Whether it is made for inpainting; `None`: the page does not say.
    pub(crate) can_inpaint: Option<bool>,
}

impl Catalog {
    /// Reads one saved answer.
    ///
    /// # Errors
    ///
    /// As [`add_page`](Self::add_page).
    pub fn from_json(page: &str) -> Result<Catalog, Error> {
        let mut catalog = Catalog::default();
        catalog.add_page(page)?;
        Ok(catalog)
    }

    /// Adds one more saved answer: `{"models": […]}`, such an answer inside `data`, a bare list of models, or a list of
    /// answers. Entries without a name are skipped, fields that are not needed are not looked at. Returns how many
    /// models were added.
    ///
    /// # Errors
    ///
    /// The text is not JSON. JSON without a model is no error; it adds none.
    pub fn add_page(&mut self, page: &str) -> Result<usize, Error> {
        let tree =
            Tree::parse(page.as_bytes()).map_err(|error| Error::syntax(&error, page.as_bytes()))?;
        let before = self.models.len();
        self.add(tree.root());
        Ok(self.models.len() - before)
    }

    /// How many models it holds.
    pub fn len(&self) -> usize {
        self.models.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.models.is_empty()
    }

    fn add(&mut self, value: Value<'_, '_>) {
        match value.kind() {
            Kind::Array => value.elements().for_each(|element| self.add(element)),
            Kind::Object => match value.get("models").or_else(|| value.get("data")) {
                Some(inner) => self.add(inner),
                None => self.add_model(value),
            },
            _ => {}
        }
    }

    fn add_model(&mut self, value: Value<'_, '_>) {
        let text = |name: &str| {
            value
                .get(name)
                .and_then(Value::text)
                .filter(|text| !text.is_empty())
        };
        let (Some(sd_name), api_name) = (
            text("sd_name").or_else(|| text("sd_name_in_api")),
            text("sd_name_in_api"),
        ) else {
            return;
        };
        let base = text("base_model_type");
        let model = Model {
            kind: kind(value),
            api_name: api_name.as_deref().unwrap_or(&sd_name).into(),
            sd_name: (*sd_name).into(),
            is_available: value.get("status").and_then(Value::number) != Some(0.0),
            can_inpaint: base.map(|base| base.to_ascii_lowercase().contains("inpaint")),
        };
        let position = self.models.len() as u32;
        let mut names = vec![&*model.sd_name];
        if model.api_name != model.sd_name {
            names.push(&*model.api_name);
        }
        for name in names {
            let stem = stem(name).into();
            self.by_name.entry(name.into()).or_default().push(position);
            self.by_stem.entry(stem).or_default().push(position);
        }
        self.kinds |= bit(model.kind);
        self.models.push(model);
    }

    /// The model that a payload names: by the whole name, else by the name without the file's extension. Where several
    /// have the name, an available one.
    pub(crate) fn find(&self, kind: ModelKind, name: &str) -> Option<&Model> {
        let among = |positions: Option<&Vec<u32>>| {
            let mut models = positions
                .into_iter()
                .flatten()
                .filter_map(|position| self.models.get(*position as usize))
                .filter(|model| model.is(kind));
            let first = models.clone().next();
            models.find(|model| model.is_available).or(first)
        };
        among(self.by_name.get(name)).or_else(|| among(self.by_stem.get(stem(name))))
    }

    /// Whether the pages speak of this kind of model at all: pages are fetched kind by kind.
    pub(crate) fn knows(&self, kind: ModelKind) -> bool {
        self.kinds & bit(Some(kind)) != 0
    }

    /// The available models that are spelled most like this one, at most three, by V3's names. Names
    /// without an extension, as many payloads have them, are compared with others without theirs.
    pub(crate) fn nearest(&self, kind: ModelKind, name: &str) -> Vec<&str> {
        let is_bare = stem(name) == name;
        let models = self.models.iter();
        let names = models
            .filter(|model| model.is_available && model.is(kind))
            .flat_map(|model| {
                [&model.sd_name, &model.api_name]
                    .map(|name| (if is_bare { stem(name) } else { name }, &*model.api_name))
            });
        nearest::nearest(name, names)
    }
}

impl Model {
    fn is(&self, kind: ModelKind) -> bool {
        self.kind.is_none_or(|own| own == kind)
    }
}

/// A model of no kind may be of each.
fn bit(kind: Option<ModelKind>) -> u8 {
    kind.map_or(u8::MAX, |kind| 1 << kind as u8)
}

/// `type` is an object with a `name`, or (in some saved answers) the name itself.
fn kind(model: Value<'_, '_>) -> Option<ModelKind> {
    let kind = model.get("type")?;
    let name = match kind.kind() {
        Kind::Object => kind.get("name")?.text()?,
        _ => kind.text()?,
    };
    match name.to_ascii_lowercase().as_str() {
        "checkpoint" => Some(ModelKind::Checkpoint),
        "lora" | "locon" | "lycoris" => Some(ModelKind::Lora),
        "vae" => Some(ModelKind::Vae),
        "textualinversion" | "embedding" => Some(ModelKind::Embedding),
        _ => Some(ModelKind::Other),
    }
}

/// The name without the extension of a model file.
fn stem(name: &str) -> &str {
    [".safetensors", ".ckpt", ".pt", ".bin", ".pth"]
        .into_iter()
        .find_map(|extension| name.strip_suffix(extension))
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"{"models":[
        {"id":1,"name":"Old","sd_name":"old.safetensors","sd_name_in_api":"old_1.safetensors","type":{"name":"checkpoint"},"status":0},
        {"sd_name":"old.safetensors","sd_name_in_api":"old_2.safetensors","type":{"name":"checkpoint"},"status":1,"base_model_type":"Inpainting"},
        {"sd_name":"old","type":{"name":"lora"},"status":1},
        {"name":"no file"}
    ],"pagination":{"next_cursor":"c_4"}}"#;

    fn api(catalog: &Catalog, kind: ModelKind, name: &str) -> Option<String> {
        catalog
            .find(kind, name)
            .map(|model| model.api_name.to_string())
    }

    #[test]
    fn finds_models_by_name_and_by_stem_within_their_kind() {
        let catalog = Catalog::from_json(PAGE).expect("a page");
        assert_eq!(catalog.len(), 3);
        for name in ["old.safetensors", "old", "old.ckpt"] {
            let found = api(&catalog, ModelKind::Checkpoint, name);
            assert_eq!(found.as_deref(), Some("old_2.safetensors"), "{name}");
        }
        assert_eq!(
            api(&catalog, ModelKind::Checkpoint, "old_1.safetensors").as_deref(),
            Some("old_1.safetensors")
        );
        assert_eq!(
            api(&catalog, ModelKind::Lora, "old").as_deref(),
            Some("old")
        );
        assert_eq!(api(&catalog, ModelKind::Vae, "old"), None);
        assert!(catalog.knows(ModelKind::Lora) && !catalog.knows(ModelKind::Vae));
    }

    #[test]
    fn the_nearest_name_is_found_with_and_without_an_extension() {
        let catalog = Catalog::from_json(PAGE).expect("a page");
        for name in ["odl_2.safetensors", "odl_2"] {
            let near = catalog.nearest(ModelKind::Checkpoint, name);
            assert_eq!(near, ["old_2.safetensors"], "{name}");
        }
    }

    #[test]
    fn pages_may_be_wrapped_or_bare_and_add_up() {
        let model = r#"{"sd_name":"a","type":"lora"}"#;
        for page in [
            format!("[{model}]"),
            format!(r#"{{"data":{{"models":[{model}]}}}}"#),
            format!(r#"[{{"models":[{model}]}}]"#),
        ] {
            let mut catalog = Catalog::from_json(PAGE).expect("a page");
            assert_eq!(catalog.add_page(&page), Ok(1), "{page}");
            assert_eq!(api(&catalog, ModelKind::Lora, "a").as_deref(), Some("a"));
        }
        assert!(Catalog::from_json("{").is_err());
        assert!(Catalog::from_json("{}").expect("JSON").is_empty());
    }
}
