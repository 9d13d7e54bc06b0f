//! A bug costs one payload, and nothing is sent anywhere.

use std::fs;
use std::process::Command;

use crate::faults::{count, line, report};
use crate::support::Folder;

#[test]
fn a_panic_costs_the_payload_that_it_comes_from() {
    if !cfg!(debug_assertions) {
        return crate::faults::skip(
            "a_panic_costs_the_payload",
            "only debug builds can be made to panic",
        );
    }
    let log = format!("{}{}{}", line(1), line(4711), line(3));
    let folder = Folder::new().with("in.ndjson", log);
    let mut command = folder.command(&["convert", "--write", "--report", "r.ndjson", "in.ndjson"]);
    let output = command
        .env("NOVITA_MIGRATE_TEST_PANIC", "cat 4711")
        .output()
        .unwrap();
    let ran = crate::support::Ran::from(output);
    ran.ends(2).says(&[
        "in.ndjson:2:1:",
        "this program failed on the payload; please report it",
    ]);
    let lines = report(&folder, "r.ndjson");
    assert_eq!(
        (count(&lines, "converted"), count(&lines, "failed")),
        (2, 1)
    );
    let text = folder.read("in.ndjson");
    assert_eq!(text.lines().nth(1).unwrap(), line(4711).trim_end());
    assert_eq!(text.matches("\"request\"").count(), 2);
}

#[test]
fn panics_unwind_in_the_release_build_too() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let manifest = fs::read_to_string(root).unwrap();
    assert!(
        !manifest.contains("panic = \"abort\""),
        "a panic would end the whole run"
    );
}

/// The packages that `deny.toml` bans, all of them for the network's sake.
fn banned() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deny.toml");
    let config: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let names: Vec<String> = config["bans"]["deny"]
        .as_array()
        .unwrap()
        .iter()
        .map(|ban| ban["crate"].as_str().unwrap().to_owned())
        .collect();
    assert!(names.contains(&"socket2".to_owned()), "{names:?}");
    names
}

#[test]
fn nothing_in_the_program_can_reach_a_network() {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--locked",
            "--package",
            "novita-migrate-cli",
        ])
        .args([
            "--edges", "normal", "--prefix", "none", "--format", "{p} {f}",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        tree.status.success(),
        "{}",
        String::from_utf8_lossy(&tree.stderr)
    );
    let tree = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.lines().count() > 20, "{tree}");
    let banned = banned();
    for package in tree.lines() {
        let mut words = package.split(' ');
        let name = words.next().unwrap_or_default();
        assert!(!banned.iter().any(|one| one == name), "{package}");
        // The system's own calls, of which the network is a feature.
        if name == "rustix" {
            let features = words.next_back().unwrap_or_default();
            assert!(
                !features.split(',').any(|feature| feature == "net"),
                "{package}"
            );
        }
    }
    let crates = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    for part in ["novita-migrate/src", "novita-migrate-cli/src"] {
        for (path, bytes) in crate::faults::picture(format!("{crates}/{part}").as_ref()) {
            let text = String::from_utf8_lossy(&bytes);
            for word in [
                "std::net",
                "TcpStream",
                "UdpSocket",
                "UnixStream",
                "UnixListener::",
            ] {
                // A test of the selection makes a socket to skip.
                let allowed = path.ends_with("select/tests.rs");
                assert!(
                    allowed || !text.contains(word),
                    "{}: {word}",
                    path.display()
                );
            }
        }
    }
}
