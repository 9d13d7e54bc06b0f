//! What a payload turns into, as a text for people to sign off and for snapshots to keep.

mod abridged;
mod body;

use std::fmt::{self, Write};

pub use abridged::{abridged, fnv1a};

use crate::migration::{Migration, Status};

/// A migration as a text to be kept under snapshot: the findings, the endpoint, the V3 body. Made by
/// [`Migration::audit`].
///
/// The text depends on the payload and the options alone. The body stands as it is but for two things: its members
/// have a line each, whatever the layout of the source, so that a diff names the member that changed; and base64 and
/// other long strings are [`abridged`], so that a picture costs one line and still cannot change unseen. Whatever
/// would break a line or steer a terminal in a finding is escaped.
#[derive(Debug, Clone, Copy)]
pub struct Audit<'m, 'a>(&'m Migration<'a>);

impl<'a> Migration<'a> {
    /// The text that audits keep of the migration; for a service's own payloads in one line:
    ///
    /// ```
    /// # let payload = r#"{"prompt":"a cat","model_name":"m.safetensors","sampler_name":"Euler a","batch_size":1,
    /// #     "n_iter":2,"steps":20,"cfg_scale":7.50,"seed":-1,"width":512,"height":512}"#;
    /// use novita_migrate::{Options, migrate};
    ///
    /// insta::assert_snapshot!(migrate(payload, None, &Options::default())?.audit(), @r#"
    /// warning[deprecated-field] /n_iter: V2 made 2 rounds of `batch_size`, V3 makes one: 1 of 2 pictures are lost
    ///
    /// converted: POST /v3/async/txt2img
    ///
    /// {
    ///   "request": {
    ///     "prompt": "a cat",
    ///     "model_name": "m.safetensors",
    ///     "sampler_name": "Euler a",
    ///     "image_num": 1,
    ///     "steps": 20,
    ///     "guidance_scale": 7.50,
    ///     "seed": -1,
    ///     "width": 512,
    ///     "height": 512
    ///   }
    /// }
    /// "#);
    /// # Ok::<(), novita_migrate::Error>(())
    /// ```
    pub fn audit(&self) -> Audit<'_, 'a> {
        Audit(self)
    }
}

impl fmt::Display for Audit<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let migration = self.0;
        if migration.findings().is_empty() {
            f.write_str("no findings\n")?;
        }
        for finding in migration.findings() {
            let mut line = OneLine(f);
            write!(line, "{finding}")?;
            if let Some(to) = finding.to() {
                write!(line, " → {to}")?;
            }
            f.write_char('\n')?;
        }
        let what = match migration.status() {
            Status::Converted => "converted",
            Status::AlreadyV3 => "already V3",
            Status::Kept => "kept as V2",
        };
        write!(f, "\n{what}")?;
        match (migration.endpoint(), migration.document()) {
            (Some(endpoint), _) => write!(f, ": POST {endpoint}")?,
            (None, Some(document)) => write!(f, ": {document}")?,
            (None, None) => {}
        }
        f.write_str("\n\n")?;
        match migration.status() {
            Status::Converted => body::write(&migration.to_vec(), f),
            // Not to be copied: it is the input.
            _ => body::write(migration.input, f),
        }
    }
}

/// Keeps what is written to it on one line, and out of reach of a terminal.
struct OneLine<'f, 'o>(&'f mut fmt::Formatter<'o>);

impl Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for char in text.chars() {
            match char {
                // Marks that turn the direction of text are no control characters to Rust.
                '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                    write!(self.0, "{}", char.escape_unicode())?;
                }
                _ if char.is_control() => write!(self.0, "{}", char.escape_default())?,
                _ => self.0.write_char(char)?,
            }
        }
        Ok(())
    }
}
