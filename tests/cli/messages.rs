//! What people read on stderr.

use std::io::Write;

use crate::support::{Folder, LOSES, PLAIN, Ran, Terminal};

#[test]
fn a_finding_says_what_where_why_and_what_to_do() {
    let folder = Folder::new().with("a/loses.json", LOSES);
    let ran = folder.run(&["convert", "a/loses.json"]);
    ran.ends(0);
    let lines: Vec<&str> = ran.err.lines().collect();
    assert!(
        lines[0].starts_with("a/loses.json:6:3: warning[deprecated-field] /n_iter: "),
        "{}",
        ran.err
    );
    assert_eq!(lines[1], "   | \"n_iter\": 4,");
    assert_eq!(lines[2], "   | ^");
    assert_eq!(lines[3], "   = guide: line 54, \"n_iter → Deprecated\"");
    assert!(lines[4].starts_with("   = help: "), "{}", ran.err);
    assert!(
        lines[5].starts_with("1 payload: 1 converted"),
        "{}",
        ran.err
    );
}

#[test]
fn notes_are_counted_and_shown_with_v_only() {
    let folder = Folder::new();
    let ran = folder.pipe(&["convert"], PLAIN);
    ran.ends(0).says(&["1 note (`-v` shows notes)"]);
    assert!(!ran.err.contains("note["), "{}", ran.err);
    folder
        .pipe(&["convert", "-v"], PLAIN)
        .ends(0)
        .says(&["<stdin>:1:", "note[inactive-field] /n_iter: "]);
}

#[test]
fn quiet_leaves_errors_only() {
    let folder = Folder::new().with("loses.json", LOSES);
    assert_eq!(folder.run(&["convert", "-q", "loses.json"]).ends(0).err, "");
    let ran = folder.run(&["convert", "-q", "--deny", "warnings", "loses.json"]);
    ran.ends(1).says(&["error[deprecated-field] /n_iter"]);
    assert!(!ran.err.contains("payload:"), "no summary: {}", ran.err);
    folder
        .pipe(&["convert", "-q"], "{")
        .ends(2)
        .says(&["<stdin>:1:2: error: "]);
    let ran = folder.pipe(&["convert", "-q", "-v"], PLAIN);
    ran.ends(2);
}

#[test]
fn colours_follow_the_flag_and_no_color() {
    let folder = Folder::new();
    let coloured = |args: &[&str]| folder.pipe(args, LOSES).err.contains('\u{1b}');
    assert!(!coloured(&["convert"]), "a pipe is no terminal");
    assert!(coloured(&["convert", "--color", "always"]));
    let on_terminal = |args: &[&str], no_color: bool| {
        let terminal = Terminal::open();
        let folder = Folder::new().with("loses.json", LOSES);
        let mut command = folder.command(args);
        command.arg("loses.json").env("TERM", "xterm");
        if no_color {
            command.env("NO_COLOR", "1");
        }
        command
            .stderr(terminal.side())
            .stdout(std::process::Stdio::null());
        command.status().unwrap();
        drop(command);
        terminal.printed().contains("\u{1b}[")
    };
    assert!(on_terminal(&["convert"], false));
    assert!(!on_terminal(&["convert"], true));
    assert!(!on_terminal(&["convert", "--color", "never"], false));
    assert!(on_terminal(&["convert", "--color", "always"], true));
}

#[test]
fn at_most_a_hundred_findings_are_printed_and_the_rest_is_counted() {
    let log = format!("{}\n", LOSES.replace('\n', " ")).repeat(150);
    let folder = Folder::new().with("log.ndjson", log);
    let ran = folder.run(&["convert", "log.ndjson"]);
    ran.ends(0).says(&[
        "… and 50 more findings; `--report FILE` writes all of them, `--verbose` prints them",
    ]);
    assert_eq!(ran.err.matches("warning[deprecated-field]").count(), 100);
    let ran = folder.run(&["convert", "-v", "log.ndjson"]);
    assert_eq!(ran.err.matches("warning[deprecated-field]").count(), 150);
    let ran = folder.run(&["convert", "--report", "report.ndjson", "log.ndjson"]);
    ran.says(&["… and 50 more findings\n"]);
    assert_eq!(
        folder
            .read("report.ndjson")
            .matches("deprecated-field\",\"severity")
            .count(),
        150
    );
}

#[test]
fn the_summary_counts_outcomes_findings_and_files() {
    let folder = Folder::new()
        .with("a.json", LOSES)
        .with("b.json", PLAIN)
        .with("c.json", "{")
        .with(".hidden.json", PLAIN);
    let ran = folder.run(&["check", "."]);
    ran.ends(2).says(&[
        "3 payloads in 3 files: 2 still V2, 1 failed",
        "1 warning",
        "most often: 1 deprecated-field",
        "skipped: 1 hidden",
        "./a.json: holds 1 V2 payload",
        "./b.json: holds 1 V2 payload",
    ]);
}

#[test]
fn a_summary_in_a_pipe_is_the_same_every_time() {
    let folder = Folder::new().with("a.json", LOSES).with("b.json", PLAIN);
    let first = folder.run(&["check", "."]).err;
    for threads in ["1", "2", "7"] {
        assert_eq!(folder.run(&["check", "-j", threads, "."]).err, first);
    }
    assert!(!first.contains(" s\n"), "no time in it: {first}");
    folder.run(&["check", "-v", "."]).says(&[" read in "]);
}

#[test]
fn nothing_in_names_and_values_reaches_the_terminal_as_an_escape() {
    let evil = PLAIN
        .replace("\"a cat\"", "\"<lora:\u{202e}evil:x>\"")
        .replace("\"n_iter\":1", "\"\u{9b}31m\u{7f}\":1");
    let folder = Folder::new().with("a\u{1b}[2Jb.json", evil);
    let ran = folder.run(&["convert", "-v", "a\u{1b}[2Jb.json"]);
    ran.ends(0).says(&["a\\x1b[2Jb.json:1:", "unknown-field"]);
    let acting = |char: char| {
        (char.is_control() && char != '\n') || ('\u{202a}'..='\u{202e}').contains(&char)
    };
    assert!(!ran.err.contains(acting), "{:?}", ran.err);
}

#[test]
fn a_line_of_megabytes_is_shown_as_a_short_cut_of_it() {
    let image = "iVBORw0KGgo=".repeat(200_000);
    let payload = PLAIN.replace(
        "\"prompt\"",
        &format!("\"init_images\":[\"{image}\",\"{image}\"],\"prompt\""),
    );
    let ran = Folder::new().pipe(&["convert"], payload);
    ran.ends(0).says(&["warning[several-images] /init_images"]);
    assert!(
        ran.err.lines().all(|line| line.chars().count() < 200),
        "{}",
        ran.err.chars().take(2000).collect::<String>()
    );
}

#[test]
fn bad_input_has_a_place_and_advice() {
    let folder = Folder::new();
    for (input, place, words) in [
        (
            "{\"prompt\":\"a\nb\"}",
            "<stdin>:1:13: error: ",
            "--tolerant",
        ),
        ("{\"prompt\":\"a\"", "<stdin>:1:14: error: ", "cut off"),
        ("{\"a\":1,\"a\":2}", "<stdin>:1:8: error: ", "1:2"),
        ("7", "<stdin>:1:1: error: ", "a number"),
        (
            "{\"a\":1}",
            "<stdin>:1:1: error: ",
            "neither a V2 nor a V3 payload",
        ),
        (
            "{\"prompt\":\"a\",\n}",
            "<stdin>:2:1: error: ",
            "--tolerant",
        ),
    ] {
        let ran = folder.pipe(&["convert"], input);
        ran.ends(2).says(&[place, words]);
        assert_eq!(ran.out, "");
    }
    folder
        .pipe(&["convert"], "")
        .ends(2)
        .says(&["<stdin>:", "error: "]);
}

#[test]
fn a_run_of_more_than_a_second_shows_a_bar_to_a_terminal_and_to_nothing_else() {
    let slowly = |stderr: std::process::Stdio| {
        let folder = Folder::new();
        let mut command = folder.command(&["check", "--format", "ndjson"]);
        command
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null())
            .stderr(stderr)
            .env("TERM", "xterm");
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        for _ in 0..3 {
            writeln!(stdin, "{PLAIN}").unwrap();
            std::thread::sleep(std::time::Duration::from_millis(700));
        }
        drop(stdin);
        Ran::from(child.wait_with_output().unwrap())
    };
    let terminal = Terminal::open();
    slowly(terminal.side()).ends(1);
    let printed = terminal.printed();
    assert!(printed.contains("B/s"), "{printed:?}");
    assert!(
        printed.trim_end().ends_with(" s\u{1b}[0m"),
        "the bar is gone and the summary stands: {printed:?}"
    );
    let ran = slowly(std::process::Stdio::piped());
    assert!(
        !ran.err.contains("B/s") && ran.err.starts_with("3 payloads: 3 still V2\n"),
        "{}",
        ran.err
    );
}
