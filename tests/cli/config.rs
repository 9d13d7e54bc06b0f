//! `novita-migrate.toml`: found upward, overruled by flags, strict about its words.

use crate::support::{Folder, LOSES};

const FILE: &str = "\
[options]
n-iter = \"multiply\"
hires-strength = 0.5
plan = \"enterprise\"

[files]
exclude = [\"vendor/**\"]

[[levels]]
code = \"warnings\"
level = \"deny\"
reason = \"we look at every loss\"

[[levels]]
code = \"deprecated-field\"
field = \"n_iter\"
level = \"allow\"
reason = \"our clients always sent 1\"
";

#[test]
fn show_says_where_every_value_comes_from() {
    let folder = Folder::new().with("novita-migrate.toml", FILE);
    let ran = folder.run(&[
        "config",
        "show",
        "--out-of-range",
        "keep",
        "--exclude",
        "old",
        "--deny",
        "too-long",
    ]);
    ran.ends(0);
    for (value, origin) in [
        ("hires-strength = 0.5", "novita-migrate.toml:3"),
        ("n-iter = \"multiply\"", "novita-migrate.toml:2"),
        ("out-of-range = \"keep\"", "flag --out-of-range"),
        ("unknown = \"drop\"", "default"),
        ("plan = \"enterprise\"", "novita-migrate.toml:4"),
        ("\"vendor/**\",", "novita-migrate.toml:7"),
        ("\"old\",", "flag --exclude"),
        ("hidden = false", "default"),
    ] {
        let line = ran
            .out
            .lines()
            .find(|line| line.trim_start().starts_with(value));
        assert!(
            line.is_some_and(|line| line.ends_with(&format!("# {origin}"))),
            "{value}: {line:?}\n{}",
            ran.out
        );
    }
    let levels: Vec<_> = ran
        .out
        .lines()
        .filter(|line| line.starts_with("[[levels]]"))
        .collect();
    let origins = [
        "novita-migrate.toml:9",
        "novita-migrate.toml:14",
        "flag --deny",
    ];
    assert_eq!(
        levels.len(),
        origins.len(),
        "flags come after the file, so that they win:\n{}",
        ran.out
    );
    assert!(
        levels
            .iter()
            .zip(origins)
            .all(|(line, origin)| line.ends_with(origin)),
        "{levels:?}"
    );
}

#[test]
fn what_show_prints_is_a_settings_file_that_means_the_same() {
    let folder = Folder::new().with("novita-migrate.toml", FILE);
    let first = folder
        .run(&["config", "show", "--deny", "out-of-range=steps"])
        .ends(0)
        .out
        .clone();
    let again = Folder::new()
        .with("novita-migrate.toml", &first)
        .run(&["config", "show"])
        .ends(0)
        .out
        .clone();
    let plain = |text: &str| -> Vec<String> {
        let lines = text
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default().trim().to_owned());
        lines.filter(|line| !line.is_empty()).collect()
    };
    assert_eq!(plain(&first), plain(&again));
}

#[test]
fn the_file_is_found_from_the_working_folder_upward() {
    let folder = Folder::new()
        .with("novita-migrate.toml", FILE)
        .with("a/b/payload.json", LOSES);
    let mut command = folder.command(&["convert", "payload.json"]);
    let output = command
        .current_dir(folder.path().join("a/b"))
        .output()
        .unwrap();
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("\"image_num\": 8")
    );
    let mut command = folder.command(&["convert", "--no-config", "payload.json"]);
    let output = command
        .current_dir(folder.path().join("a/b"))
        .output()
        .unwrap();
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("\"image_num\": 2")
    );
}

#[test]
fn flags_win_over_the_file() {
    let folder = Folder::new()
        .with("novita-migrate.toml", FILE)
        .with("payload.json", LOSES);
    let ran = folder.run(&["convert", "--n-iter", "drop", "payload.json"]);
    ran.ends(0);
    assert!(ran.out.contains("\"image_num\": 2"), "{}", ran.out);
    let ran = folder.run(&[
        "convert",
        "--n-iter",
        "drop",
        "--deny",
        "deprecated-field",
        "payload.json",
    ]);
    ran.ends(1).says(&["error[deprecated-field] /n_iter"]);
    assert_eq!(ran.out, "");
}

#[test]
fn another_file_can_be_named() {
    let folder = Folder::new().with("team.toml", FILE);
    let ran = folder.run(&["config", "show", "--config", "team.toml"]);
    ran.ends(0);
    assert!(ran.out.contains("# team.toml:2"), "{}", ran.out);
    folder
        .run(&["config", "show", "--config", "absent.toml"])
        .ends(2)
        .says(&["absent.toml", "no such file"]);
}

#[test]
fn mistakes_in_the_file_have_a_place_and_a_suggestion() {
    for (text, place, words) in [
        (
            "[options]\nn-itr = \"drop\"\n",
            ":2:1:",
            "did you mean `n-iter`?",
        ),
        ("[option]\n", ":1:2:", "did you mean `options`?"),
        (
            "[options]\nn-iter = \"multipl\"\n",
            ":2:10:",
            "did you mean `multiply`?",
        ),
        ("[options]\nhires-strength = 2\n", ":2:18:", "from 0 to 1"),
        (
            "[options]\nhires-strength = \"x\"\n",
            ":2:18:",
            "must be a number",
        ),
        (
            "[files]\nexclude = \"vendor\"\n",
            ":2:11:",
            "must be a list of texts",
        ),
        ("[files]\nhidden = 1\n", ":2:10:", "must be true or false"),
        (
            "[[levels]]\ncode = \"warnings\"\nlevel = \"deny\"\n",
            ":1:1:",
            "`reason` is missing",
        ),
        (
            "[[levels]]\ncode = \"warnigns\"\nlevel = \"deny\"\nreason = \"x\"\n",
            ":2:8:",
            "did you mean `warnings`?",
        ),
        (
            "[[levels]]\ncode = \"too-long\"\nlevel = \"forbid\"\nreason = \"x\"\n",
            ":3:9:",
            "allow, warn, deny",
        ),
        ("[options\n", ":1:", "not TOML"),
    ] {
        let ran = Folder::new()
            .with("novita-migrate.toml", text)
            .run(&["convert", "x.json"]);
        ran.ends(2)
            .says(&[&format!("novita-migrate.toml{place}"), words, "--no-config"]);
    }
}

#[test]
fn excludes_of_the_file_and_of_flags_both_count() {
    let folder = Folder::new()
        .with("novita-migrate.toml", FILE)
        .with("a.json", LOSES)
        .with("old/b.json", LOSES)
        .with("vendor/c.json", LOSES);
    let ran = folder.run(&["convert", "--list-different", "--exclude", "old", "."]);
    ran.ends(1);
    assert_eq!(ran.out.lines().collect::<Vec<_>>(), ["./a.json"]);
}
