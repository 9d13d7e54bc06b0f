//! What the documents say is what the command does.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn novita_migrate(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_novita-migrate"));
    command
        .args(args)
        .current_dir(root())
        .output()
        .expect("the command starts")
}

#[test]
fn the_page_of_rules_is_fresh() {
    let printed = novita_migrate(&["rules", "--format", "markdown"]).stdout;
    assert!(
        read("docs/rules.md").as_bytes() == printed,
        "docs/rules.md is stale: novita-migrate rules --format markdown > docs/rules.md"
    );
}

/// The fenced blocks of the README in one language.
fn blocks(language: &str) -> Vec<String> {
    let readme = read("README.md");
    let fence = format!("```{language}\n");
    readme
        .split(&fence)
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .map(str::to_owned)
        .collect()
}

/// The commands of the console blocks, as arguments of this program. `cargo test`, which runs this very test, is not
/// run again.
fn commands() -> Vec<Vec<String>> {
    let lines: Vec<String> = blocks("console")
        .iter()
        .flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let typed = lines.iter().filter_map(|line| line.strip_prefix("$ "));
    typed
        .filter(|line| *line != "cargo test --workspace")
        .map(|line| {
            let args = line
                .strip_prefix("cargo run --release -- ")
                .or_else(|| line.strip_prefix("novita-migrate "));
            let args = args
                .unwrap_or_else(|| panic!("the README types `{line}`, which this test cannot run"));
            args.split(' ').map(str::to_owned).collect()
        })
        .collect()
}

#[test]
fn the_commands_of_the_readme_work() {
    let commands = commands();
    assert!(
        commands.len() >= 2,
        "the README shows commands: {commands:?}"
    );
    for args in commands {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let output = novita_migrate(&args);
        assert!(
            output.status.success(),
            "{args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(!output.stdout.is_empty(), "{args:?} prints something");
    }
}

#[test]
fn the_first_command_prints_what_the_readme_shows() {
    let commands = commands();
    let first: Vec<&str> = commands
        .first()
        .expect("a first command")
        .iter()
        .map(String::as_str)
        .collect();
    let printed = String::from_utf8(novita_migrate(&first).stdout).expect("UTF-8");
    let shown = blocks("json");
    let mut printed = printed.lines();
    for line in shown.first().expect("the README shows the output").lines() {
        // A line that ends in … is shown shortened.
        let start = line.split('…').next().unwrap_or(line);
        assert!(
            printed.any(|printed| printed
                .trim_end_matches(',')
                .starts_with(start.trim_end_matches(','))),
            "not printed: {line}"
        );
    }
}

/// Words without the ends of lines.
fn words(text: &str) -> String {
    let text = text.replace("\\\n", " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_page_about_audits_shows_what_ci_runs() {
    let page = read("docs/audit.md");
    let command = page
        .split("`.ci/run` runs\n\n```text\nnovita-migrate ")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("the page shows the command");
    assert!(
        words(&read(".ci/run")).contains(&words(command)),
        "{command}"
    );
}

/// What the page about cargo-insta tells teams without a package of their own to write.
#[test]
fn the_manifest_for_cargo_insta_is_one() {
    let page = read("docs/audit.md");
    let manifest = page
        .split("```toml\n[package]")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("the page shows a manifest");
    let folder = std::env::temp_dir().join(format!("novita-migrate-docs-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("Cargo.toml"), format!("[package]{manifest}")).expect("a file");
    let mut cargo = Command::new(env!("CARGO"));
    let ran = cargo
        .args(["metadata", "--offline", "--no-deps", "--format-version=1"])
        .current_dir(&folder)
        .output()
        .expect("cargo starts");
    std::fs::remove_dir_all(&folder).expect("it can go");
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}
