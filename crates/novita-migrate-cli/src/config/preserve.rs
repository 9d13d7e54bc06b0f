//! The settings that keep pictures closer to V2's, and the files that some of them name.

use std::path::{Path, PathBuf};

use novita_migrate::{Catalog, Embeddings, Options};

use super::ConfigError;
use super::file::SettingsFile;
use super::section::{Entry, Section};
use super::settings::{Origin, Set};
use crate::args::{IpAdapterArg, MaskArg, NIterArg, PreserveArgs, SamplersArg};

/// The keys of `[options]` that are read here.
pub(super) const KEYS: &[&str] = &[
    "preserve",
    "mask",
    "ip-adapter",
    "samplers",
    "embeddings",
    "catalog",
];

/// What a settings file says.
#[derive(Debug, Default)]
pub(super) struct FilePreserve {
    preserve: Option<Entry<bool>>,
    mask: Option<Entry<MaskArg>>,
    ip_adapter: Option<Entry<IpAdapterArg>>,
    samplers: Option<Entry<SamplersArg>>,
    embeddings: Option<Entry<String>>,
    catalog: Vec<Entry<String>>,
}

impl FilePreserve {
    /// Reads the keys of `[options]`.
    pub(super) fn parse(options: &Section<'_>) -> Result<Self, ConfigError> {
        Ok(FilePreserve {
            preserve: options.boolean("preserve")?,
            mask: options.choice("mask")?,
            ip_adapter: options.choice("ip-adapter")?,
            samplers: options.choice("samplers")?,
            embeddings: options.text("embeddings")?,
            catalog: options.texts("catalog")?,
        })
    }
}

/// The settings in effect.
#[derive(Debug)]
pub(crate) struct Preserve {
    pub(super) preserve: Set<bool>,
    pub(super) n_iter: Set<NIterArg>,
    pub(super) mask: Set<MaskArg>,
    pub(super) ip_adapter: Set<IpAdapterArg>,
    pub(super) samplers: Set<SamplersArg>,
    /// Files, as seen from the working folder.
    pub(super) embeddings: Option<Set<PathBuf>>,
    pub(super) catalog: Vec<Set<PathBuf>>,
}

impl Preserve {
    /// Lays flags over the file. `--preserve` says what flags of its own do not say, and more than the file does; names
    /// of files in a settings file are seen from its folder.
    pub(super) fn new(
        args: &PreserveArgs,
        n_iter: Option<NIterArg>,
        file: Option<&SettingsFile>,
    ) -> Self {
        let said = file.map(|file| &file.preserve);
        let folder = file
            .and_then(|file| file.path.parent())
            .unwrap_or(Path::new(""));
        let preserve = match (args.preserve, said.and_then(|said| said.preserve.as_ref())) {
            (true, _) => Set {
                value: true,
                origin: Origin::Flag("--preserve"),
            },
            (false, Some(entry)) => Set {
                value: entry.value,
                origin: Origin::File(entry.line),
            },
            (false, None) => Set {
                value: false,
                origin: Origin::Default,
            },
        };
        let of_file = |entry: &Entry<String>| Set {
            value: folder.join(&entry.value),
            origin: Origin::File(entry.line),
        };
        let flag = |path: &PathBuf, name| Set {
            value: path.clone(),
            origin: Origin::Flag(name),
        };
        let embeddings = said.and_then(|said| said.embeddings.as_ref());
        let catalog = said.into_iter().flat_map(|said| &said.catalog);
        Preserve {
            n_iter: pick(
                n_iter,
                "--n-iter",
                file.and_then(|file| file.n_iter.as_ref()),
                &preserve,
                [NIterArg::Drop, NIterArg::Multiply],
            ),
            mask: pick(
                args.mask,
                "--mask",
                said.and_then(|said| said.mask.as_ref()),
                &preserve,
                [MaskArg::Drop, MaskArg::Inpainting],
            ),
            ip_adapter: pick(
                args.ip_adapter,
                "--ip-adapter",
                said.and_then(|said| said.ip_adapter.as_ref()),
                &preserve,
                [IpAdapterArg::Keep, IpAdapterArg::Move],
            ),
            samplers: pick(
                args.samplers,
                "--samplers",
                said.and_then(|said| said.samplers.as_ref()),
                &preserve,
                [SamplersArg::Keep, SamplersArg::Nearest],
            ),
            embeddings: match &args.embeddings {
                Some(path) => Some(flag(path, "--embeddings")),
                None => embeddings.map(of_file),
            },
            catalog: match args.catalog.as_slice() {
                [] => catalog.map(of_file).collect(),
                paths => paths.iter().map(|path| flag(path, "--catalog")).collect(),
            },
            preserve,
        }
    }

    /// Sets the library's options.
    ///
    /// # Errors
    /// Where a file of names cannot be read.
    pub(super) fn apply(&self, options: Options) -> Result<Options, NamesError> {
        let mut options = options
            .n_iter(self.n_iter.value.into())
            .mask(self.mask.value.into())
            .ip_adapter(self.ip_adapter.value.into())
            .samplers(self.samplers.value.into());
        if let Some(path) = &self.embeddings {
            let text = read(&path.value)?;
            let names = Embeddings::from_json(&text)
                .map_err(|error| NamesError::json(&path.value, &error))?;
            if names.is_empty() {
                return Err(NamesError::empty(
                    &path.value,
                    "names: expected {\"name in prompts\": \"name in V3\"}, or a list of names",
                ));
            }
            options = options.embeddings(names);
        }
        let mut catalog = Catalog::default();
        for path in &self.catalog {
            let text = read(&path.value)?;
            let added = catalog
                .add_page(&text)
                .map_err(|error| NamesError::json(&path.value, &error))?;
            if added == 0 {
                return Err(NamesError::empty(
                    &path.value,
                    "models: expected an answer of /v3/model, {\"models\": […]}",
                ));
            }
        }
        Ok(options.catalog(catalog))
    }
}

/// A flag of its own, `--preserve`, the file's own key, the file's `preserve`, the default: the first that speaks.
fn pick<T: Copy>(
    flag: Option<T>,
    name: &'static str,
    file: Option<&Entry<T>>,
    preserve: &Set<bool>,
    [off, on]: [T; 2],
) -> Set<T> {
    let is_flag = preserve.value && matches!(preserve.origin, Origin::Flag(_));
    match (flag, file) {
        (Some(value), _) => Set {
            value,
            origin: Origin::Flag(name),
        },
        (None, Some(entry)) if !is_flag => Set {
            value: entry.value,
            origin: Origin::File(entry.line),
        },
        _ if preserve.value => Set {
            value: on,
            origin: preserve.origin.clone(),
        },
        _ => Set {
            value: off,
            origin: Origin::Default,
        },
    }
}

/// A file of names that cannot be used.
#[derive(Debug)]
pub(crate) struct NamesError(pub(crate) String);

impl NamesError {
    fn json(path: &Path, error: &novita_migrate::Error) -> Self {
        let place = error.position();
        NamesError(format!(
            "{}:{}:{}: {error}",
            crate::write::shown(path),
            place.line,
            place.column
        ))
    }

    fn empty(path: &Path, wanted: &str) -> Self {
        NamesError(format!(
            "{}: there are no {wanted}",
            crate::write::shown(path)
        ))
    }
}

fn read(path: &Path) -> Result<String, NamesError> {
    std::fs::read_to_string(path).map_err(|error| {
        NamesError(format!(
            "{}: {}",
            crate::write::shown(path),
            crate::write::plain(&error)
        ))
    })
}
