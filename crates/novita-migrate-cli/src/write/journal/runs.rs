//! The runs that a journal folder holds.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::line::{End, FileLine, Line};
use crate::write::sys;

/// The file with a run's lines.
pub(crate) const JOURNAL: &str = "journal.ndjson";
/// The folder with the old versions.
pub(crate) const OLD: &str = "old";
/// A file that stands in a run's folder once everything was put back.
pub(crate) const UNDONE: &str = "undone";

/// One run of a journal folder.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) id: String,
    pub(crate) folder: PathBuf,
}

/// The runs, oldest first.
pub(crate) fn list(root: &Path) -> io::Result<Vec<Run>> {
    let mut runs = Vec::new();
    let entries = match fs::read_dir(root) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(runs),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let folder = entry.path();
        if let Ok(id) = entry.file_name().into_string()
            && folder.join(JOURNAL).is_file()
        {
            runs.push(Run { id, folder });
        }
    }
    runs.sort_by(|a, b| key(&a.id).cmp(&key(&b.id)));
    Ok(runs)
}

/// Runs of one second are told apart by a number behind the time.
fn key(id: &str) -> (&str, u32) {
    match id.split_once("Z-") {
        Some((time, number)) => (time, number.parse().unwrap_or(u32::MAX)),
        None => (id.strip_suffix('Z').unwrap_or(id), 1),
    }
}

impl Run {
    /// Opens the journal and takes its lock; `None` while the run is still at work.
    pub(crate) fn open(&self) -> io::Result<Option<File>> {
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .open(self.journal())?;
        match sys::try_lock(&file) {
            Ok(true) => Ok(Some(file)),
            Ok(false) => Ok(None),
            // Nobody can tell a live run from a dead one here, so only ended ones may be touched.
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                Ok(ending(&file)?.map(|_| file))
            }
            Err(error) => Err(error),
        }
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.folder.join(JOURNAL)
    }

    pub(crate) fn undone(&self) -> bool {
        self.folder.join(UNDONE).exists()
    }

    /// Where the old version of a file is kept.
    pub(crate) fn saved(&self, number: u64) -> PathBuf {
        self.folder.join(OLD).join(number.to_string())
    }
}

/// All that a journal says.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Folders that may hold temporary files.
    pub(crate) temporaries: Vec<PathBuf>,
    /// By number, without those that were left.
    pub(crate) files: BTreeMap<u64, FileLine>,
    pub(crate) end: Option<End>,
    /// Bytes of whole lines.
    pub(crate) length: u64,
}

impl Told {
    /// Reads a journal up to its end or to the half line at which the run was killed.
    pub(crate) fn read(file: &File) -> io::Result<Self> {
        let mut told = Self::default();
        let mut reader = BufReader::new(file);
        reader.seek(SeekFrom::Start(0))?;
        let mut text = Vec::new();
        while reader.read_until(b'\n', &mut text)? > 0 {
            let Ok(line) = serde_json::from_slice(&text) else {
                break;
            };
            if text.last() != Some(&b'\n') {
                break;
            }
            told.length += text.len() as u64;
            text.clear();
            match line {
                Line::Start { .. } => {}
                Line::Temporaries { folder } => told.temporaries.push(folder.0),
                Line::File(line) => {
                    told.files.insert(line.number, line);
                }
                Line::Left { number } => {
                    told.files.remove(&number);
                }
                Line::End { how, .. } => told.end = Some(how),
            }
        }
        Ok(told)
    }
}

/// The last line with its counts, without reading the rest; `None` if the run was killed.
pub(crate) fn ending(file: &File) -> io::Result<Option<(End, u64, u64)>> {
    /// More bytes than an end line has.
    const TAIL: u64 = 256;
    let mut file = file;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let Some(line) = tail
        .strip_suffix(b"\n")
        .and_then(|tail| tail.rsplit(|byte| *byte == b'\n').next())
    else {
        return Ok(None);
    };
    Ok(match serde_json::from_slice(line) {
        Ok(Line::End { how, files, bytes }) => Some((how, files, bytes)),
        _ => None,
    })
}

/// The working folder in which a run began; empty if it was killed before it said so.
pub(crate) fn beginning(file: &File) -> io::Result<PathBuf> {
    let mut reader = BufReader::new(file);
    reader.seek(SeekFrom::Start(0))?;
    let mut text = Vec::new();
    reader.read_until(b'\n', &mut text)?;
    Ok(match serde_json::from_slice(&text) {
        Ok(Line::Start { folder, .. }) => folder.0,
        _ => PathBuf::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::{End, Told, ending, key, list};
    use std::fs::{self, File};

    const START: &str =
        r#"{"line":"start","version":1,"program":"0.1.0","started":"t","folder":"/w"}"#;

    #[test]
    fn runs_of_one_second_keep_their_order() {
        let mut ids = [
            "2026-01-02T00-00-00Z-10",
            "2026-01-02T00-00-00Z-2",
            "2026-01-02T00-00-00Z",
            "2025-12-31T00-00-00Z",
        ];
        ids.sort_by(|a, b| key(a).cmp(&key(b)));
        assert_eq!(
            ids,
            [
                "2025-12-31T00-00-00Z",
                "2026-01-02T00-00-00Z",
                "2026-01-02T00-00-00Z-2",
                "2026-01-02T00-00-00Z-10"
            ]
        );
    }

    #[test]
    fn a_missing_folder_holds_no_runs() {
        let dir = tempfile::tempdir().unwrap();
        assert!(list(&dir.path().join("none")).unwrap().is_empty());
    }

    #[test]
    fn a_journal_that_ends_in_half_a_line_tells_what_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("j");
        let hash = blake3::hash(b"").to_hex();
        let file = |number: u64| {
            format!(
                r#"{{"line":"file","number":{number},"path":"/w/{number}","linked":true,"old":{{"size":0,"blake3":"{hash}"}},"new":{{"size":0,"blake3":"{hash}"}}}}"#
            )
        };
        let text = format!(
            "{START}\n{}\n{}\n{{\"line\":\"left\",\"number\":1}}\n{}",
            file(1),
            file(2),
            &file(3)[..50]
        );
        fs::write(&path, text).unwrap();
        let journal = File::open(&path).unwrap();
        let told = Told::read(&journal).unwrap();
        assert_eq!(told.files.keys().copied().collect::<Vec<_>>(), [2]);
        assert!(told.end.is_none());
        assert!(ending(&journal).unwrap().is_none());
    }

    #[test]
    fn the_end_is_found_from_behind() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("j");
        let long = format!(
            r#"{{"line":"temporaries","folder":"/{}"}}"#,
            "x".repeat(500)
        );
        fs::write(&path, format!("{START}\n{long}\n{{\"line\":\"end\",\"how\":\"finished\",\"files\":3,\"bytes\":9}}\n")).unwrap();
        assert_eq!(
            ending(&File::open(&path).unwrap()).unwrap(),
            Some((End::Finished, 3, 9))
        );
    }
}
