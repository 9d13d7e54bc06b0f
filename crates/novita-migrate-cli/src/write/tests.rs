//! Replacing and undoing together, on real files.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::undo::{RunState, UndoSummary, Undone, runs, undo};
use super::{
    HardLinks, Journaling, Original, Replaced, Settled, WriteError, WriteErrorKind, WriteOptions,
    Writer,
};

/// Files in one folder, and a journal beside it.
struct Place {
    dir: TempDir,
}

impl Place {
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("data")).unwrap();
        let place = Self { dir };
        for (name, content) in files {
            fs::write(place.file(name), content).unwrap();
        }
        place
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join("data").join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    fn journal(&self) -> Journaling {
        Journaling::In(self.dir.path().join("journal"))
    }

    fn options(&self) -> WriteOptions {
        WriteOptions {
            journal: self.journal(),
            keep_runs: 10,
            ..WriteOptions::default()
        }
    }

    fn writer(&self) -> Writer<String> {
        Writer::open(self.options()).unwrap()
    }

    /// Replaces one file in a run of its own.
    fn replace(
        &self,
        options: WriteOptions,
        name: &str,
        new: &str,
    ) -> Result<Replaced, WriteError> {
        let writer = Writer::open(options).unwrap();
        let (original, old) = Original::read(&self.file(name)).unwrap();
        let mut settled = writer.replace(original, &old, new.as_bytes(), ());
        let closing = writer.finish();
        assert!(closing.problems.is_empty(), "{:?}", closing.problems);
        settled.extend(closing.settled);
        settled.pop().unwrap().result
    }

    fn undo(&self) -> (UndoSummary, Vec<Result<Undone, WriteErrorKind>>) {
        let mut each = Vec::new();
        let summary = undo(&self.journal(), None, false, &mut |_, result| {
            each.push(result.as_ref().map(|done| *done).map_err(WriteError::kind));
        });
        (summary.unwrap(), each)
    }

    /// Names in the folder, to see that nothing is left behind.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.dir.path().join("data")).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn written() -> Replaced {
    Replaced::Written { backup: None }
}

#[test]
fn a_file_is_replaced_with_its_mode_and_put_back_as_it_was() {
    let place = Place::new(&[("a", "old")]);
    fs::set_permissions(place.file("a"), fs::Permissions::from_mode(0o640)).unwrap();
    let before = fs::metadata(place.file("a")).unwrap();
    assert_eq!(
        place.replace(place.options(), "a", "newer").unwrap(),
        written()
    );
    assert_eq!(place.read("a"), "newer");
    assert_eq!(fs::metadata(place.file("a")).unwrap().mode(), before.mode());
    assert_eq!(place.names(), ["a"]);

    let (summary, each) = place.undo();
    assert_eq!((summary.restored, summary.already, summary.left), (1, 0, 0));
    assert_eq!(each, [Ok(Undone::Restored)]);
    assert_eq!(place.read("a"), "old");
    let after = fs::metadata(place.file("a")).unwrap();
    assert_eq!(
        (after.ino(), after.mtime_nsec(), after.nlink()),
        (before.ino(), before.mtime_nsec(), 1)
    );
    assert_eq!(place.names(), ["a"]);
    assert_eq!(runs(&place.journal()).unwrap()[0].state, RunState::Undone);
}

#[test]
fn a_journal_on_another_filesystem_holds_copies() {
    let place = Place::new(&[("a", "old")]);
    let Ok(elsewhere) = tempfile::tempdir_in("/dev/shm") else {
        return;
    };
    let journal = Journaling::In(elsewhere.path().to_owned());
    fs::set_permissions(place.file("a"), fs::Permissions::from_mode(0o604)).unwrap();
    let before = fs::metadata(place.file("a")).unwrap();
    place
        .replace(
            WriteOptions {
                journal: journal.clone(),
                ..place.options()
            },
            "a",
            "new",
        )
        .unwrap();
    let summary = undo(&journal, None, false, &mut |_, _| {}).unwrap();
    assert_eq!(summary.restored, 1);
    let after = fs::metadata(place.file("a")).unwrap();
    assert_eq!(place.read("a"), "old");
    assert_eq!(
        (after.mode(), after.mtime_nsec()),
        (before.mode(), before.mtime_nsec())
    );
    assert_eq!(place.names(), ["a"]);
}

#[test]
fn equal_bytes_are_not_written() {
    let place = Place::new(&[("a", "same")]);
    let before = fs::metadata(place.file("a")).unwrap();
    assert_eq!(
        place.replace(place.options(), "a", "same").unwrap(),
        Replaced::Same
    );
    let after = fs::metadata(place.file("a")).unwrap();
    assert_eq!(
        (before.ino(), before.ctime_nsec()),
        (after.ino(), after.ctime_nsec())
    );
    assert!(
        runs(&place.journal()).unwrap().is_empty(),
        "a run that replaced nothing leaves no trace"
    );
}

#[test]
fn a_link_stays_a_link() {
    let place = Place::new(&[("real", "old")]);
    symlink("real", place.file("link")).unwrap();
    place.replace(place.options(), "link", "new").unwrap();
    assert!(place.file("link").is_symlink());
    assert_eq!(
        (place.read("real"), place.read("link")),
        ("new".into(), "new".into())
    );
    place.undo();
    assert!(place.file("link").is_symlink() && place.read("real") == "old");
}

/// Changes a file between reading and replacing, in one way after the other.
#[test]
fn a_change_by_someone_else_is_noticed_and_kept() {
    type Change<'c> = &'c dyn Fn(&Path);
    let changes: [(&str, Change<'_>); 4] = [
        ("written", &|path| fs::write(path, "xyz").unwrap()),
        ("same length, old time", &|path| {
            let time = fs::metadata(path).unwrap().modified().unwrap();
            fs::write(path, "xyz").unwrap();
            fs::File::options()
                .write(true)
                .open(path)
                .unwrap()
                .set_modified(time)
                .unwrap();
        }),
        ("replaced", &|path| {
            fs::write(path.with_extension("t"), "xyz").unwrap();
            fs::rename(path.with_extension("t"), path).unwrap();
        }),
        ("removed", &|path| fs::remove_file(path).unwrap()),
    ];
    for (name, change) in changes {
        let place = Place::new(&[("a", "old")]);
        let writer = place.writer();
        let (original, old) = Original::read(&place.file("a")).unwrap();
        assert!(
            writer
                .replace(original, &old, b"new", "a".to_owned())
                .is_empty()
        );
        change(&place.file("a"));
        let closing = writer.finish();
        let [
            Settled {
                result: Err(error), ..
            },
        ] = closing.settled.as_slice()
        else {
            panic!("{name}: {closing:?}")
        };
        assert_eq!(error.kind(), WriteErrorKind::Changed, "{name}");
        assert_eq!(
            fs::read_to_string(place.file("a")).ok().as_deref(),
            (name != "removed").then_some("xyz"),
            "{name}"
        );
        assert!(closing.run.is_none());
        assert!(place.names().len() <= 1, "{name}: {:?}", place.names());
    }
}

#[test]
fn other_rights_given_meanwhile_are_not_lost() {
    let place = Place::new(&[("a", "old")]);
    let writer = place.writer();
    let (original, old) = Original::read(&place.file("a")).unwrap();
    writer.replace(original, &old, b"new", "a".to_owned());
    fs::set_permissions(place.file("a"), fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(
        writer.finish().settled[0]
            .result
            .as_ref()
            .unwrap_err()
            .kind(),
        WriteErrorKind::Changed
    );
    assert_eq!(fs::metadata(place.file("a")).unwrap().mode() & 0o777, 0o600);
}

#[test]
fn two_runs_at_once_agree() {
    let place = Place::new(&[("a", "old")]);
    let (one, two) = (place.writer(), place.writer());
    for writer in [&one, &two] {
        let (original, old) = Original::read(&place.file("a")).unwrap();
        writer.replace(original, &old, b"new", "a".to_owned());
    }
    assert_eq!(*one.finish().settled[0].result.as_ref().unwrap(), written());
    assert_eq!(
        *two.finish().settled[0].result.as_ref().unwrap(),
        Replaced::Same
    );
    assert_eq!(
        (place.read("a"), runs(&place.journal()).unwrap().len()),
        ("new".into(), 1)
    );
}

#[test]
fn several_names_are_refused_or_parted_as_told() {
    let place = Place::new(&[("a", "old")]);
    fs::hard_link(place.file("a"), place.file("b")).unwrap();
    let error = place.replace(place.options(), "a", "new").unwrap_err();
    assert_eq!(error.kind(), WriteErrorKind::HardLinked);
    assert!(error.message().contains("2 names"), "{error}");
    let inode = fs::metadata(place.file("b")).unwrap().ino();
    assert_eq!(
        (
            place.read("a"),
            fs::metadata(place.file("a")).unwrap().nlink()
        ),
        ("old".into(), 2)
    );

    let options = WriteOptions {
        hard_links: HardLinks::Break,
        ..place.options()
    };
    place.replace(options, "a", "new").unwrap();
    assert_eq!(
        (place.read("a"), place.read("b")),
        ("new".into(), "old".into())
    );
    place.undo();
    let after = fs::metadata(place.file("a")).unwrap();
    assert_eq!(
        (after.ino(), after.nlink()),
        (inode, 2),
        "undo ties the names together again"
    );
}

#[test]
fn backups_lie_beside_and_share_nothing_with_the_file() {
    let place = Place::new(&[("a", "old"), ("a.bak", "older")]);
    let options = WriteOptions {
        backup: Some(".bak".into()),
        ..place.options()
    };
    let done = place.replace(options, "a", "new").unwrap();
    assert_eq!(
        done,
        Replaced::Written {
            backup: Some(place.file("a.bak.1"))
        }
    );
    place.undo();
    assert_eq!(
        (place.read("a"), place.read("a.bak"), place.read("a.bak.1")),
        ("old".into(), "older".into(), "old".into())
    );
    assert_eq!(fs::metadata(place.file("a")).unwrap().nlink(), 1);
}

#[test]
fn a_backup_of_a_file_that_stays_is_taken_away_again() {
    let place = Place::new(&[("a", "old")]);
    fs::hard_link(place.file("a"), place.file("b")).unwrap();
    let options = WriteOptions {
        backup: Some("~".into()),
        ..place.options()
    };
    assert!(place.replace(options, "a", "new").is_err());
    assert_eq!(place.names(), ["a", "b"]);
}

#[test]
fn undo_leaves_what_was_changed_after_the_run() {
    let place = Place::new(&[("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")]);
    let writer = place.writer();
    for name in ["a", "b", "c", "d"] {
        let (original, old) = Original::read(&place.file(name)).unwrap();
        writer.replace(original, &old, b"new", name.to_owned());
    }
    let run = writer.finish().run.unwrap();
    fs::write(place.file("a"), "edited").unwrap();
    fs::write(place.file("b"), "2").unwrap();
    fs::remove_file(place.file("c")).unwrap();
    let seen = |dry: bool| {
        let mut seen = Vec::new();
        let each = &mut |path: &Path, result: &Result<Undone, WriteError>| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            seen.push((
                name,
                result.as_ref().map(|done| *done).map_err(WriteError::kind),
            ));
        };
        let summary = undo(&place.journal(), Some(&run), dry, each).unwrap();
        assert_eq!((summary.restored, summary.already, summary.left), (1, 1, 2));
        seen
    };
    let dry = seen(true);
    assert_eq!(place.read("d"), "new", "a dry run changes nothing");
    assert_eq!(seen(false), dry);
    let left = || Err(WriteErrorKind::NotUndone);
    let results: Vec<_> = dry.into_iter().map(|(_, result)| result).collect();
    assert_eq!(
        results,
        [
            left(),
            Ok(Undone::AlreadyBack),
            left(),
            Ok(Undone::Restored)
        ]
    );
    assert_eq!(
        (place.read("a"), place.read("b"), place.read("d")),
        ("edited".into(), "2".into(), "4".into())
    );
    // It can be run again, and says the same about what is left.
    let again = undo(
        &place.journal(),
        Some(&run[..run.len() - 1]),
        false,
        &mut |_, _| {},
    )
    .unwrap();
    assert_eq!((again.restored, again.already, again.left), (0, 2, 2));
}

#[test]
fn runs_are_undone_newest_first_and_only_the_newest_are_kept() {
    let place = Place::new(&[("a", "0")]);
    for new in ["1", "2", "3", "4"] {
        place
            .replace(
                WriteOptions {
                    keep_runs: 3,
                    ..place.options()
                },
                "a",
                new,
            )
            .unwrap();
    }
    assert_eq!(runs(&place.journal()).unwrap().len(), 3);
    for expected in ["3", "2", "1"] {
        place.undo();
        assert_eq!(place.read("a"), expected);
    }
    let error = undo(&place.journal(), None, false, &mut |_, _| {}).unwrap_err();
    assert_eq!(error.to_string(), "there is no run to undo");
}

#[test]
fn a_run_that_is_at_work_is_neither_undone_nor_tidied_up() {
    let place = Place::new(&[("a", "old")]);
    let writer = place.writer();
    let (original, old) = Original::read(&place.file("a")).unwrap();
    writer.replace(original, &old, b"new", "a".to_owned());
    let info = runs(&place.journal()).unwrap();
    assert_eq!(info[0].state, RunState::Running);
    let error = undo(&place.journal(), Some(&info[0].id), false, &mut |_, _| {}).unwrap_err();
    assert_eq!(error.kind(), WriteErrorKind::Run);
    drop(place.writer());
    assert_eq!(
        *writer.finish().settled[0].result.as_ref().unwrap(),
        written()
    );
}

#[test]
fn what_a_killed_run_left_behind_is_tidied_up_by_the_next() {
    let place = Place::new(&[("a", "old"), ("b", "old")]);
    let writer = place.writer();
    let (original, _) = Original::read(&place.file("a")).unwrap();
    // A run that dies here has a temporary file, and one old version saved without a line.
    let staging = writer.stage(&original).unwrap();
    let run = place
        .dir
        .path()
        .join("journal")
        .join(&runs(&place.journal()).unwrap()[0].id);
    fs::hard_link(place.file("b"), run.join("old/1")).unwrap();
    std::mem::forget(staging);
    drop(writer);
    assert_eq!(place.names().len(), 3);
    drop(place.writer());
    assert_eq!(place.names(), ["a", "b"]);
    assert_eq!(fs::metadata(place.file("b")).unwrap().nlink(), 1);
    assert!(!run.join("old/1").exists());
}

#[test]
fn pieces_are_replaced_like_whole_files() {
    let place = Place::new(&[("a", "one two"), ("b", "same")]);
    let writer = place.writer();
    for (name, new) in [("a", "three"), ("b", "same")] {
        let (original, mut reader) = Original::open(&place.file(name)).unwrap();
        let mut staging = writer.stage(&original).unwrap();
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).unwrap();
        staging.write_all(new.as_bytes()).unwrap();
        let settled = writer.submit(original, staging, name.to_owned());
        assert_eq!(
            settled.len(),
            usize::from(name == "b"),
            "equal bytes are settled at once"
        );
    }
    // Without having been read to its end, a file is not replaced.
    let (original, _) = Original::open(&place.file("b")).unwrap();
    let staging = writer.stage(&original).unwrap();
    assert!(
        writer.submit(original, staging, "b".to_owned())[0]
            .result
            .is_err()
    );
    assert_eq!(
        *writer.finish().settled[0].result.as_ref().unwrap(),
        written()
    );
    assert_eq!(
        (place.read("a"), place.read("b")),
        ("three".into(), "same".into())
    );
    assert_eq!(place.names(), ["a", "b"]);
}

#[test]
fn many_files_are_replaced_and_put_back_by_several_threads() {
    const FILES: usize = 1300;
    let place = Place::new(&[]);
    for number in 0..FILES {
        fs::write(place.file(&number.to_string()), format!("old {number}")).unwrap();
    }
    let writer = place.writer();
    std::thread::scope(|scope| {
        for half in 0..2 {
            let (writer, place) = (&writer, &place);
            scope.spawn(move || {
                for number in (half..FILES).step_by(2) {
                    let name = number.to_string();
                    let (original, old) = Original::read(&place.file(&name)).unwrap();
                    for settled in
                        writer.replace(original, &old, format!("new {number}").as_bytes(), name)
                    {
                        settled.result.unwrap();
                    }
                }
            });
        }
    });
    assert!(
        writer
            .finish()
            .settled
            .into_iter()
            .all(|settled| settled.result.is_ok())
    );
    assert!((0..FILES).all(|number| place.read(&number.to_string()) == format!("new {number}")));
    assert_eq!(place.names().len(), FILES);
    assert_eq!(runs(&place.journal()).unwrap()[0].files, FILES);
    assert_eq!(place.undo().0.restored, FILES);
    assert!((0..FILES).all(|number| place.read(&number.to_string()) == format!("old {number}")));
    assert_eq!(place.names().len(), FILES);
}
