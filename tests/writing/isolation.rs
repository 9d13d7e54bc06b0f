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
    let parts = [
        "socket2",
        "mio",
        "tokio",
        "async-std",
        "smol",
        "hyper",
        "reqwest",
        "ureq",
        "curl",
        "isahc",
        "attohttpc",
        "h2",
        "quinn",
        "rustls",
        "native-tls",
        "openssl",
        "openssl-sys",
        "schannel",
        "security-framework",
        "trust-dns-resolver",
        "hickory-resolver",
        "tungstenite",
        "ssh2",
        "libssh2-sys",
        "git2",
    ];
    for package in tree.lines() {
        let mut words = package.split(' ');
        let name = words.next().unwrap_or_default();
        assert!(!parts.contains(&name), "{package}");
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
