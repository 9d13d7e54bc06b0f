//! The lines of a journal.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use blake3::Hash;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::write::original::Content;

/// One line of `journal.ndjson`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "kebab-case")]
pub(crate) enum Line {
    /// The first line.
    Start {
        /// Of this format.
        version: u32,
        /// The program's version.
        program: String,
        /// RFC 3339, UTC.
        started: String,
        /// The working folder.
        folder: Name,
    },
    /// A folder in which the run may leave temporary files when it is killed.
    Temporaries {
        /// The folder.
        folder: Name,
    },
    /// A file that is about to be replaced.
    File(FileLine),
    /// A file that was not replaced after all.
    Left {
        /// Its number.
        number: u64,
    },
    /// The last line; missing when the run was killed.
    End {
        /// How the run ended.
        how: End,
        /// Files that were replaced.
        files: u64,
        /// The bytes that were written into them.
        bytes: u64,
    },
}

/// A file with its old and its new content.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FileLine {
    /// From 1; the old version is `old/<number>`.
    pub(crate) number: u64,
    /// Absolute.
    pub(crate) path: Name,
    /// Whether the old version is the file itself under one more name, rather than a copy.
    pub(crate) linked: bool,
    /// What it held before.
    #[serde(with = "content")]
    pub(crate) old: Content,
    /// What the run wrote.
    #[serde(with = "content")]
    pub(crate) new: Content,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum End {
    /// It did all it was asked to.
    Finished,
    /// A signal stopped it.
    Interrupted,
    /// It was killed, and a later run tidied up.
    Killed,
}

/// A path, as text where it is UTF-8, else as the hexadecimal digits of its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name(pub(crate) PathBuf);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Spelled {
    Text(String),
    Bytes { hex: String },
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let spelled = match self.0.to_str() {
            Some(text) => Spelled::Text(text.to_owned()),
            None => {
                let bytes = self.0.as_os_str().as_bytes();
                Spelled::Bytes {
                    hex: bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
                }
            }
        };
        spelled.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = match Spelled::deserialize(deserializer)? {
            Spelled::Text(text) => return Ok(Self(text.into())),
            Spelled::Bytes { hex } => {
                let pairs = hex.as_bytes().chunks(2).map(|pair| {
                    std::str::from_utf8(pair)
                        .ok()
                        .and_then(|pair| u8::from_str_radix(pair, 16).ok())
                });
                pairs.collect::<Option<Vec<u8>>>()
            }
        };
        let bytes = bytes.ok_or_else(|| serde::de::Error::custom("not hexadecimal"))?;
        Ok(Self(OsString::from_vec(bytes).into()))
    }
}

mod content {
    use super::{Content, Deserialize, Deserializer, Hash, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Spelled {
        size: u64,
        blake3: String,
    }

    pub(super) fn serialize<S: Serializer>(
        content: &Content,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let spelled = Spelled {
            size: content.size,
            blake3: content.hash.to_hex().to_string(),
        };
        spelled.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Content, D::Error> {
        let Spelled { size, blake3 } = Spelled::deserialize(deserializer)?;
        let hash = Hash::from_hex(&blake3).map_err(serde::de::Error::custom)?;
        Ok(Content { size, hash })
    }
}

#[cfg(test)]
mod tests {
    use super::{Content, FileLine, Line, Name};
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;

    fn round(path: &Path) -> (String, FileLine) {
        let (old, new) = (Content::of(b"old"), Content::of(b"newer"));
        let line = Line::File(FileLine {
            number: 7,
            path: Name(path.to_owned()),
            linked: true,
            old,
            new,
        });
        let text = serde_json::to_string(&line).unwrap();
        let Line::File(read) = serde_json::from_str(&text).unwrap() else {
            panic!("another line")
        };
        (text, read)
    }

    #[test]
    fn a_line_is_one_line_and_reads_back() {
        let (text, read) = round(Path::new("/a\nb/図.json"));
        assert!(!text.contains('\n'));
        assert!(text.starts_with(r#"{"line":"file","number":7,"path":"/a\nb/図.json","linked":true,"old":{"size":3,"blake3":""#), "{text}");
        assert_eq!(read.path.0, Path::new("/a\nb/図.json"));
        assert_eq!(
            (read.number, read.old, read.new),
            (7, Content::of(b"old"), Content::of(b"newer"))
        );
    }

    #[test]
    fn a_name_that_is_not_utf8_keeps_its_bytes() {
        let path = Path::new(OsStr::from_bytes(b"/x/\xff\x80.json"));
        let (text, read) = round(path);
        assert!(
            text.contains(r#""path":{"hex":"2f782fff802e6a736f6e"}"#),
            "{text}"
        );
        assert_eq!(read.path.0, path);
    }
}
