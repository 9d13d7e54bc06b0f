//! What the tests of this folder share: payloads by number, pictures of a folder, limits, and ways to skip aloud.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Folder, Ran};

/// A V2 payload of its own.
pub(crate) fn v2(number: usize) -> String {
    format!(
        "{{\n  \"prompt\": \"cat {number}\",\n  \"model_name\": \"m.safetensors\",\n  \"sampler_name\": \"Euler a\",\n  \
         \"batch_size\": 1,\n  \"steps\": 25,\n  \"cfg_scale\": 7.50,\n  \"seed\": {number},\n  \"width\": 512,\n  \
         \"height\": 512\n}}\n"
    )
}

/// What the payload of this number becomes.
pub(crate) fn v3(number: usize) -> String {
    format!(
        "{{\n  \"request\": {{\n    \"prompt\": \"cat {number}\",\n    \"model_name\": \"m.safetensors\",\n    \
         \"sampler_name\": \"Euler a\",\n    \"image_num\": 1,\n    \"steps\": 25,\n    \"guidance_scale\": 7.50,\n    \
         \"seed\": {number},\n    \"width\": 512,\n    \"height\": 512\n  }}\n}}\n"
    )
}

/// The payload in one line.
pub(crate) fn line(number: usize) -> String {
    v2(number).replace("\n  ", " ").replace('\n', "") + "\n"
}

/// A folder `in/` with so many V2 files, in subfolders of a hundred.
pub(crate) fn many(count: usize) -> Folder {
    // In memory, a batch of files does not wait for a disk; the long runs are to.
    let folder = if std::env::var_os("NOVITA_MIGRATE_KILLS").is_some() {
        Folder::new()
    } else {
        Folder::in_memory()
    };
    refill(&folder, count);
    folder
}

/// Writes these files anew.
pub(crate) fn refill(folder: &Folder, count: usize) {
    for number in 0..count {
        let path = folder.path().join(name(number));
        if number % 100 == 0 {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
        }
        fs::write(path, v2(number)).unwrap();
    }
}

pub(crate) fn name(number: usize) -> String {
    format!("in/{:02}/{number:04}.json", number / 100)
}

/// How many of the files of [`many`] are old and new. Panics if one is neither.
#[track_caller]
pub(crate) fn old_and_new(folder: &Folder, count: usize) -> (usize, usize) {
    let (mut old, mut new) = (0, 0);
    for number in 0..count {
        let text = folder.read(&name(number));
        if text == v2(number) {
            old += 1;
        } else if text == v3(number) {
            new += 1;
        } else {
            panic!("{} is neither old nor new: {text:?}", name(number));
        }
    }
    (old, new)
}

/// Every file below a folder, the journal apart, with its bytes.
pub(crate) fn picture(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() && entry.file_name() != ".state" {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.insert(entry.path(), fs::read(entry.path()).unwrap());
            }
        }
    }
    files
}

/// Asserts that no temporary file is left below a folder.
#[track_caller]
pub(crate) fn no_temporaries(folder: &Path) {
    for path in picture(folder).keys() {
        let name = path.file_name().unwrap().as_bytes();
        assert!(
            !name.starts_with(b".novita-migrate-"),
            "{} is left",
            path.display()
        );
    }
}

/// The lines of a report.
pub(crate) fn report(folder: &Folder, name: &str) -> Vec<serde_json::Value> {
    folder
        .read(name)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The last line of a report.
pub(crate) fn summary(folder: &Folder, name: &str) -> serde_json::Value {
    report(folder, name).pop().unwrap()["summary"].clone()
}

/// How many payloads of a report have a status.
pub(crate) fn count(lines: &[serde_json::Value], status: &str) -> usize {
    lines.iter().filter(|line| line["status"] == status).count()
}

/// Runs the binary under limits of the shell: `f` for the size of files in blocks of 512 bytes, `n` for open files,
/// `v` for memory in KiB.
pub(crate) fn limited(folder: &Folder, limit: &str, args: &[&str]) -> Ran {
    let inner = folder.command(args);
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(format!("ulimit {limit} && exec \"$0\" \"$@\""));
    command.arg(inner.get_program()).args(inner.get_args());
    command
        .current_dir(folder.path())
        .env("XDG_STATE_HOME", folder.path().join(".state"))
        .env_remove("NO_COLOR");
    Ran::from(command.output().unwrap())
}

/// Says why a test cannot be made here; past the test harness, which would swallow it.
pub(crate) fn skip(test: &str, why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped {test}: {why}");
}

/// Whether the tests run as root.
pub(crate) fn root() -> bool {
    rustix::process::geteuid().is_root()
}
