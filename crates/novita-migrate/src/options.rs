//! What a caller may choose. The guide's tables are the default; nothing here changes which rows run.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::embeddings::Embeddings;
use crate::finding::{Code, Severity};

/// Choices for one migration. Start from [`Options::default`], which does what the guide says, and chain setters.
///
/// ```
/// use novita_migrate::{Code, Level, NIter, Options, Status, migrate};
///
/// let payload = r#"{"prompt":"a cat","model_name":"m.safetensors","batch_size":2,"n_iter":4}"#;
/// let options = Options::default().n_iter(NIter::Multiply);
/// let migration = migrate(payload, None, &options)?;
/// assert!(migration.to_string().contains(r#""image_num":8"#));
///
/// // A denied finding keeps the payload as it was.
/// let strict = Options::default().level(Code::DeprecatedField, Some("n_iter"), Level::Deny);
/// assert_eq!(migrate(payload, None, &strict)?.status(), Status::Kept);
/// # Ok::<(), novita_migrate::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Options {
    pub(crate) hires_strength: Option<f64>,
    pub(crate) n_iter: NIter,
    pub(crate) mask: Mask,
    pub(crate) ip_adapter: IpAdapter,
    pub(crate) samplers: Samplers,
    pub(crate) plan: Plan,
    /// Behind pointers: the options are cloned, and a catalog has thousands of names.
    pub(crate) embeddings: Option<Arc<Embeddings>>,
    pub(crate) catalog: Option<Arc<Catalog>>,
    pub(crate) out_of_range: OutOfRange,
    pub(crate) unknown: Unknown,
    pub(crate) levels: Levels,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            hires_strength: None,
            n_iter: NIter::Drop,
            mask: Mask::Drop,
            ip_adapter: IpAdapter::Keep,
            samplers: Samplers::Keep,
            plan: Plan::Standard,
            embeddings: None,
            catalog: None,
            out_of_range: OutOfRange::Clamp,
            unknown: Unknown::Drop,
            levels: Levels::default(),
        }
    }
}

impl Options {
    /// `request.hires_fix.strength` for payloads that have no `denoising_strength` of their own, in 0..=1
    /// (values outside are brought to the nearer bound). Without this call, and for NaN: 0.8, the guide's own example.
    #[must_use]
    pub fn hires_strength(mut self, strength: f64) -> Self {
        self.hires_strength = (!strength.is_nan()).then(|| strength.clamp(0.0, 1.0));
        self
    }

    /// What to do with `n_iter` above 1.
    #[must_use]
    pub fn n_iter(mut self, choice: NIter) -> Self {
        self.n_iter = choice;
        self
    }

    /// Everything that keeps the pictures as V2 made them, as far as V3 can: [`NIter::Multiply`], [`Mask::Inpainting`],
    /// [`IpAdapter::Move`] and [`Samplers::Nearest`]. What needs names stays as it is: see
    /// [`embeddings`](Self::embeddings) and [`catalog`](Self::catalog).
    ///
    /// ```
    /// use novita_migrate::{NIter, Options};
    /// // Later calls win: everything but the multiplication.
    /// let options = Options::default().preserve().n_iter(NIter::Drop);
    /// # let _ = options;
    /// ```
    #[must_use]
    pub fn preserve(self) -> Self {
        self.n_iter(NIter::Multiply)
            .mask(Mask::Inpainting)
            .ip_adapter(IpAdapter::Move)
            .samplers(Samplers::Nearest)
    }

    /// What to do with an img2img payload that has a mask.
    #[must_use]
    pub fn mask(mut self, choice: Mask) -> Self {
        self.mask = choice;
        self
    }

    /// What to do with a ControlNet unit whose model is an IP adapter.
    #[must_use]
    pub fn ip_adapter(mut self, choice: IpAdapter) -> Self {
        self.ip_adapter = choice;
        self
    }

    /// What to do with a sampler that V3 dropped.
    #[must_use]
    pub fn samplers(mut self, choice: Samplers) -> Self {
        self.samplers = choice;
        self
    }

    /// Which plan the request was sent under. V2 had a path of its own for dedicated customers
    /// (`/v2/enterprise/txt2img`), V3 wants `extra.enterprise_plan` in the body.
    #[must_use]
    pub fn plan(mut self, plan: Plan) -> Self {
        self.plan = plan;
        self
    }

    /// The plan that was chosen: [`Plan::Standard`], or what [`plan`](Self::plan) said.
    pub const fn chosen_plan(&self) -> Plan {
        self.plan
    }

    /// Textual inversions to look for in the prompts. V2 found them by their names there; V3 wants them listed in
    /// `request.embeddings`, five at most. The prompts keep the names.
    #[must_use]
    pub fn embeddings(mut self, names: Embeddings) -> Self {
        self.embeddings = (!names.is_empty()).then(|| Arc::new(names));
        self
    }

    /// The vendor's models: names of checkpoints, LoRAs, VAEs and embeddings become the names that V3 knows them by.
    #[must_use]
    pub fn catalog(mut self, catalog: Catalog) -> Self {
        self.catalog = (!catalog.is_empty()).then(|| Arc::new(catalog));
        self
    }

    /// What to do with a number outside V3's range.
    #[must_use]
    pub fn out_of_range(mut self, choice: OutOfRange) -> Self {
        self.out_of_range = choice;
        self
    }

    /// What to do with fields that neither the guide nor V3 knows.
    #[must_use]
    pub fn unknown(mut self, choice: Unknown) -> Self {
        self.unknown = choice;
        self
    }

    /// Sets the level of one class of finding, of all its findings or (with `field`) of those about one V2 field:
    /// `n_iter`, `controlnet_units.control_mode`. Later calls win over earlier ones. Errors cannot be lowered.
    #[must_use]
    pub fn level(mut self, code: Code, field: Option<&str>, level: Level) -> Self {
        self.levels.0.push(Rule {
            code: Some(code),
            field: field.map(str::to_owned),
            level,
        });
        self
    }

    /// Sets the level of everything that is a warning by itself; the library's form of `--deny warnings`.
    #[must_use]
    pub fn warnings(mut self, level: Level) -> Self {
        self.levels.0.push(Rule {
            code: None,
            field: None,
            level,
        });
        self
    }
}

/// What becomes of `n_iter` above 1. V3 has no such field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum NIter {
    /// `image_num` is `batch_size`, as the guide says; a warning tells how many pictures are lost.
    #[default]
    Drop,
    /// `image_num` is `batch_size × n_iter` where V3's limit of 8 allows it.
    Multiply,
}

/// What becomes of an img2img payload that has a mask. V3's img2img takes none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Mask {
    /// The request goes to img2img without the mask, as the guide says, with a warning.
    #[default]
    Drop,
    /// The request goes to `/v3/async/inpainting`, with V2's values, and V2's defaults where V3 has others.
    Inpainting,
}

/// What becomes of a ControlNet unit whose model is an IP adapter. V3 does not list such models there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum IpAdapter {
    /// It stays a ControlNet unit, with a warning.
    #[default]
    Keep,
    /// The first one moves to `request.ip_adapters`, under V3's name of the model.
    Move,
}

/// What becomes of a sampler that V3 dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Samplers {
    /// It stays, with a warning that names the closest one; V3 may refuse it.
    #[default]
    Keep,
    /// The closest one that V3 has is written; see [`pairings`](crate::pairings).
    Nearest,
}

/// The plan that a request was sent under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Plan {
    /// The one of everybody: V3's body says nothing about it.
    #[default]
    Standard,
    /// That of dedicated customers: `extra.enterprise_plan.enabled` is `true` in V3.
    Enterprise,
}

/// What becomes of a number outside V3's documented range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OutOfRange {
    /// The nearest allowed value is written.
    #[default]
    Clamp,
    /// The value is written as it was.
    Keep,
}

/// What becomes of a field that neither the guide nor V3 knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Unknown {
    /// It does not reach V3.
    #[default]
    Drop,
    /// It is moved into `request` under its own name.
    Keep,
}

/// How seriously a finding is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Level {
    /// Accepted: reported as a note, whatever it was.
    Allow,
    /// Reported as a warning.
    Warn,
    /// Reported as an error: the payload stays as it was.
    Deny,
}

/// The levels a caller set, in the order they were set.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Levels(Vec<Rule>);

#[derive(Debug, Clone, PartialEq)]
struct Rule {
    /// `None`: every warning.
    code: Option<Code>,
    field: Option<String>,
    level: Level,
}

impl Levels {
    /// The severity after the caller's levels. `field` is asked for only when a rule needs it.
    pub(crate) fn apply(
        &self,
        code: Code,
        graded: Severity,
        field: impl Fn() -> String,
    ) -> Severity {
        if self.0.is_empty() || graded == Severity::Error {
            return graded;
        }
        let hit = self.0.iter().rev().find(|rule| {
            rule.code
                .map_or(graded == Severity::Warning, |wanted| wanted == code)
                && rule.field.as_ref().is_none_or(|wanted| *wanted == field())
        });
        match hit.map(|rule| rule.level) {
            None => graded,
            Some(Level::Allow) => Severity::Note,
            Some(Level::Warn) => Severity::Warning,
            Some(Level::Deny) => Severity::Error,
        }
    }
}
