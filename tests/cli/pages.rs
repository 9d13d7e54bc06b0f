//! What is generated: the rules, completions, man pages, schemas.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::Folder;

#[test]
fn rules_print_every_line_of_the_guide_once_in_its_order() {
    let ran = Folder::new().run(&["rules", "--format", "json"]);
    let rows: Vec<Value> = serde_json::from_str(&ran.ends(0).out).unwrap();
    let lines: Vec<u64> = rows.iter().filter_map(|row| row["line"].as_u64()).collect();
    let wanted: Vec<u64> = (41..=74)
        .chain(80..=84)
        .chain(205..=257)
        .chain(263..=267)
        .collect();
    assert_eq!(lines, wanted);
    let n_iter = rows.iter().find(|row| row["line"] == 54).unwrap();
    assert_eq!(
        (
            n_iter["v2"].as_str(),
            n_iter["v3"].as_str(),
            n_iter["what"].as_str()
        ),
        (Some("n_iter"), None, Some("deprecated"))
    );
}

#[test]
fn rules_can_be_those_of_one_document() {
    let folder = Folder::new();
    let count = |document: &str| {
        let ran = folder.run(&["rules", "--format", "json", "--document", document]);
        let rows: Vec<Value> = serde_json::from_str(&ran.ends(0).out).unwrap();
        rows.iter().filter(|row| !row["line"].is_null()).count()
    };
    assert_eq!(
        [count("txt2img"), count("img2img"), count("response")],
        [34, 53, 10]
    );
}

#[test]
fn rules_as_text_and_markdown_hold_the_same_rows() {
    let folder = Folder::new();
    let (text, page) = (
        folder.run(&["rules"]).out,
        folder.run(&["rules", "--format", "markdown"]).out,
    );
    for row in novita_migrate::guide() {
        let has = |line: &str, mark: &str| {
            let words = |name: Option<&str>| name.is_none_or(|name| line.contains(name));
            line.trim_start().starts_with(mark)
                && words(row.v2())
                && words(row.v3())
                && line.contains(row.what().name())
        };
        assert!(
            text.lines()
                .any(|line| has(line, &format!("{} ", row.line()))),
            "{row:?}"
        );
        assert!(
            page.lines()
                .any(|line| has(line, &format!("| {} |", row.line()))),
            "{row:?}"
        );
    }
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    let uneven: Vec<_> = page
        .lines()
        .filter(|line| line.starts_with('|') && ![4, 6].contains(&cells(line)))
        .collect();
    assert!(uneven.is_empty(), "{uneven:?}");
}

/// The long flags that `--help` of a command names.
fn flags(folder: &Folder, command: &str) -> BTreeSet<String> {
    let help = folder.run(&[command, "--help"]);
    let words = help
        .ends(0)
        .out
        .split(|char: char| !(char.is_ascii_alphanumeric() || char == '-'));
    words
        .filter(|word| word.len() > 3 && word.starts_with("--"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn man_pages_name_every_flag() {
    let folder = Folder::new();
    assert!(
        folder
            .run(&["man"])
            .ends(0)
            .out
            .contains(".TH novita-migrate 1")
    );
    for command in ["convert", "check", "validate", "undo", "rules"] {
        let page = folder
            .run(&["man", command])
            .ends(0)
            .out
            .replace("\\-", "-");
        assert!(
            page.contains(&format!(".TH novita-migrate-{command} 1")),
            "{page}"
        );
        for flag in flags(&folder, command) {
            assert!(
                page.contains(&flag),
                "the man page of {command} lacks {flag}"
            );
        }
    }
    folder
        .run(&["man", "covnert"])
        .ends(2)
        .says(&["did you mean `convert`?"]);
}

#[test]
fn completions_know_every_command_and_flag() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = folder.run(&["completions", shell]).ends(0).out.clone();
        for flag in flags(&folder, "convert") {
            assert!(
                script.contains(flag.trim_start_matches('-')),
                "{shell} lacks {flag}"
            );
        }
        for command in [
            "convert", "check", "rules", "explain", "undo", "config", "schema",
        ] {
            assert!(script.contains(command), "{shell} lacks {command}");
        }
    }
}

#[test]
fn the_bash_completion_is_a_script_that_completes() {
    let folder = Folder::new();
    let script = folder.run(&["completions", "bash"]).out;
    let folder = folder.with("complete.bash", script);
    let probe = "source ./complete.bash; COMP_WORDS=(novita-migrate convert --out); COMP_CWORD=2; \
                 function=$(complete -p novita-migrate | sed 's/.*-F //; s/ .*//'); \
                 $function novita-migrate --out convert; echo \"${COMPREPLY[@]}\"";
    let output = std::process::Command::new("bash")
        .args(["-c", probe])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let words = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        words.split_whitespace().collect::<Vec<_>>(),
        ["--out-dir", "--out-of-range", "--output-format"]
    );
}

#[test]
fn help_fits_a_terminal_of_80_columns_and_names_the_exit_codes() {
    let folder = Folder::new();
    let help = folder.run(&["--help"]).ends(0).out.clone();
    let long: Vec<_> = help
        .lines()
        .filter(|line| line.contains("novita-migrate ") && line.chars().count() > 80)
        .collect();
    assert!(long.is_empty(), "{long:?}");
    assert!(help.contains("Exit codes:"), "{help}");
}

#[test]
fn the_page_about_the_command_line_names_every_flag_and_no_other() {
    let page = include_str!("../../docs/command-line.md");
    let words = |text: &str| -> BTreeSet<String> {
        let words = text.split(|char: char| !(char.is_ascii_alphanumeric() || char == '-'));
        words
            .filter(|word| word.len() > 3 && word.starts_with("--") && !word.starts_with("---"))
            .map(str::to_owned)
            .collect()
    };
    let folder = Folder::new();
    let commands = [
        "convert", "check", "audit", "undo", "rules", "explain", "man",
    ];
    let mut known: BTreeSet<String> = commands
        .iter()
        .flat_map(|command| flags(&folder, command))
        .collect();
    known.remove("--version");
    let named = words(page);
    assert_eq!(
        named.difference(&known).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "flags that do not exist"
    );
    known.remove("--help");
    assert_eq!(
        known.difference(&named).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "flags that are not named"
    );
}

#[test]
fn the_settings_file_on_the_page_is_one() {
    let page = include_str!("../../docs/command-line.md");
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (file, _) = rest.split_once("```").unwrap();
    let ran = Folder::new()
        .with("novita-migrate.toml", file)
        .run(&["config", "show"]);
    ran.ends(0);
    assert!(
        ran.out.contains("n-iter = \"multiply\"") && ran.out.contains("img_expire_ttl"),
        "{}",
        ran.out
    );
}
