//! What is asked of whoever types, and the exit codes.

use crate::support::{Folder, LOSES, PLAIN, Ran, Terminal, V3};

#[test]
fn exit_codes_are_0_1_2() {
    let folder = Folder::new()
        .with("plain.json", PLAIN)
        .with("loses.json", LOSES)
        .with("v3.json", V3)
        .with("bad.json", "{");
    for (args, code) in [
        (vec!["convert", "plain.json"], 0),
        (vec!["convert", "loses.json"], 0),
        (vec!["convert", "v3.json"], 0),
        (vec!["convert", "--deny", "warnings", "loses.json"], 1),
        (vec!["convert", "bad.json"], 2),
        (vec!["convert", "absent.json"], 2),
        (vec!["convert", "--check", "plain.json"], 1),
        (vec!["convert", "--check", "v3.json"], 0),
        (vec!["convert", "--diff", "plain.json"], 1),
        (vec!["convert", "--diff", "v3.json"], 0),
        (vec!["convert", "--list-different", "plain.json"], 1),
        (vec!["convert", "--dry-run", "plain.json"], 0),
        (
            vec!["convert", "--dry-run", "--deny", "warnings", "loses.json"],
            1,
        ),
        (vec!["check", "plain.json"], 1),
        (vec!["check", "v3.json"], 0),
        (vec!["check", "v3.json", "bad.json"], 2),
        (vec!["check", "v3.json", "plain.json"], 1),
        (vec!["check", "--deny", "warnings", "loses.json"], 1),
        (vec!["convert", "--no-such-flag"], 2),
        (vec!["convert", "--write", "--diff", "plain.json"], 2),
        (vec![], 2),
    ] {
        let ran = folder.run(&args);
        assert_eq!(ran.code, code, "{args:?}: {ran:#?}");
    }
}

#[test]
fn help_and_version_go_to_stdout_and_mistakes_to_stderr() {
    let folder = Folder::new();
    assert!(
        folder
            .run(&["--help"])
            .ends(0)
            .out
            .contains("Usage: novita-migrate")
    );
    assert_eq!(
        folder.run(&["--version"]).ends(0).out,
        concat!("novita-migrate ", env!("CARGO_PKG_VERSION"), "\n")
    );
    let ran = folder.run(&["convert", "--n-iter", "mult", "x.json"]);
    ran.ends(2).says(&["multiply"]);
    assert_eq!(ran.out, "");
}

#[test]
fn several_files_do_not_go_to_stdout_together() {
    let folder = Folder::new()
        .with("a/1.json", PLAIN)
        .with("a/2.json", PLAIN);
    for args in [
        vec!["convert", "a"],
        vec!["convert", "a/1.json", "a/2.json"],
    ] {
        let ran = folder.run(&args);
        ran.ends(2).says(&["--write", "--out-dir"]);
        assert_eq!(ran.out, "");
    }
}

#[test]
fn stdin_has_no_file_to_write() {
    let folder = Folder::new();
    folder
        .pipe(&["convert", "--write", "-"], PLAIN)
        .ends(2)
        .says(&["stdin"]);
    folder
        .pipe(&["convert", "--out-dir", "x"], PLAIN)
        .ends(2)
        .says(&["stdin"]);
    folder
        .with("a.json", PLAIN)
        .pipe(&["convert", "-", "a.json"], PLAIN)
        .ends(2)
        .says(&["on its own"]);
}

#[test]
fn a_pipe_is_an_input_with_and_without_a_dash() {
    let folder = Folder::new();
    let (bare, dash) = (
        folder.pipe(&["convert"], PLAIN),
        folder.pipe(&["convert", "-"], PLAIN),
    );
    assert!(
        bare.ends(0).out.starts_with("{\"request\":"),
        "{}",
        bare.out
    );
    assert_eq!(bare.out, dash.out);
}

#[test]
fn nothing_on_a_terminal_is_a_mistake_with_an_example() {
    let terminal = Terminal::open();
    let folder = Folder::new();
    for command in ["convert", "check"] {
        let output = folder
            .command(&[command])
            .stdin(terminal.side())
            .output()
            .unwrap();
        let ran = Ran::from(output);
        ran.ends(2).says(&[
            "stdin is a terminal",
            &format!("`novita-migrate {command} payload.json`"),
        ]);
    }
}

#[test]
fn levels_count_in_the_order_in_which_they_were_given() {
    let folder = Folder::new().with("loses.json", LOSES);
    let allow_last = [
        "convert",
        "loses.json",
        "--deny",
        "warnings",
        "--allow",
        "deprecated-field=n_iter",
    ];
    let deny_last = [
        "convert",
        "loses.json",
        "--allow",
        "deprecated-field=n_iter",
        "--deny",
        "warnings",
    ];
    folder.run(&allow_last).ends(0);
    let ran = folder.run(&deny_last);
    ran.ends(1).says(&["error[deprecated-field] /n_iter"]);
    assert_eq!(ran.out, "", "a kept payload prints nothing");
    folder
        .run(&[
            "convert",
            "loses.json",
            "--deny",
            "deprecated-field",
            "--warn",
            "deprecated-field",
        ])
        .ends(0)
        .says(&["warning[deprecated-field]"]);
}

#[test]
fn levels_name_classes_that_exist() {
    let folder = Folder::new();
    folder
        .run(&["convert", "--deny", "depricated-field", "x.json"])
        .ends(2)
        .says(&["did you mean `deprecated-field`?"]);
    folder
        .run(&["convert", "--deny", "warnings=n_iter", "x.json"])
        .ends(2)
        .says(&["`warnings` takes no field"]);
    folder
        .run(&["convert", "--allow", "too-long=", "x.json"])
        .ends(2)
        .says(&["a field is missing"]);
}

#[test]
fn values_of_flags_are_checked_before_anything_is_read() {
    let folder = Folder::new().with("a.json", PLAIN);
    for (flag, value, words) in [
        ("--hires-strength", "2", "from 0 to 1"),
        ("--threads", "0", "from 1 to 1024"),
        ("--max-input-size", "big", "500K"),
        ("--at", "a.b", "/a/b"),
        ("--format", "xml", "ndjson"),
        ("--endpoint", "txt2vid", "txt2img"),
    ] {
        folder
            .run(&["convert", flag, value, "a.json"])
            .ends(2)
            .says(&[words]);
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let log = format!("{PLAIN}\n").repeat(20_000);
    let folder = Folder::new().with("log.ndjson", log);
    let command = format!(
        "'{}' convert -q log.ndjson | head -n 1; echo \"${{PIPESTATUS[0]}}\"",
        env!("CARGO_BIN_EXE_novita-migrate")
    );
    let output = std::process::Command::new("bash")
        .args(["-c", &command])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(
        out.starts_with("{\"request\":") && out.ends_with("\n0\n"),
        "{out}"
    );
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
