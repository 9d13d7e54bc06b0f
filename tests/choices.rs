//! One snapshot for each fixture of an option, of a stored answer of `/v2/progress`, and of a half migration. And: what
//! comes out of an option without a warning is what V3 documents.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use novita_migrate::{
    CHOICES, Catalog, Code, Document, Embeddings, IpAdapter, Mask, NIter, Options, Samplers,
    Severity, Status, json, migrate, pairings, rows, schema,
};
use support::{cases, fixtures, name};

/// The folders of `fixtures/options`, and what each stands for.
fn options(folder: &str) -> Options {
    let read = |path: &str| {
        std::fs::read_to_string(fixtures().join("options").join(path)).expect("a fixture")
    };
    match folder {
        "options/n-iter-multiply" => Options::default().n_iter(NIter::Multiply),
        "options/mask-inpainting" => Options::default().mask(Mask::Inpainting),
        "options/ip-adapter-move" => Options::default().ip_adapter(IpAdapter::Move),
        "options/samplers-nearest" => Options::default().samplers(Samplers::Nearest),
        "options/embeddings" => {
            let names = Embeddings::from_json(&read("embeddings/names/names.json")).expect("names");
            Options::default().embeddings(names)
        }
        "options/catalog" => {
            let mut catalog =
                Catalog::from_json(&read("catalog/pages/page-1.json")).expect("a page");
            assert_eq!(catalog.add_page(&read("catalog/pages/page-2.json")), Ok(4));
            Options::default()
                .catalog(catalog)
                .embeddings(Embeddings::default().with("badhandv4", "badhandv4"))
        }
        "options/preserve" => Options::default().preserve(),
        _ => Options::default(),
    }
}

fn snapshots(folder: &str) {
    let options = options(folder);
    let cases = cases(folder);
    assert!(!cases.is_empty(), "no fixtures in {folder}");
    for path in cases {
        let input = std::fs::read(&path).expect("a fixture is readable");
        let mut text = String::new();
        match migrate(&input, None, &options) {
            Ok(migration) => {
                let endpoint = migration.endpoint().map_or("-", |endpoint| endpoint.path());
                writeln!(text, "{} {endpoint}", migration.status()).expect("a String");
                for finding in migration.findings() {
                    let place = json::position(&input, finding.offset());
                    let to = finding
                        .to()
                        .map(|to| format!(" → {to}"))
                        .unwrap_or_default();
                    writeln!(text, "{}:{} {finding}{to}", place.line, place.column)
                        .expect("a String");
                }
                write!(text, "\n{migration}").expect("a String");
                let body = migration.to_vec();
                json::Tree::parse(&body).expect("what comes out is JSON");
                if let (Status::Converted, Some(endpoint)) =
                    (migration.status(), migration.endpoint())
                    && migration
                        .findings()
                        .iter()
                        .all(|finding| finding.severity() == Severity::Note)
                {
                    let schema = serde_json::from_str(&schema(endpoint)).expect("a schema");
                    let body = serde_json::from_slice(&body).expect("JSON");
                    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
                    let objections: Vec<_> = validator
                        .iter_errors(&body)
                        .map(|error| error.to_string())
                        .collect();
                    assert!(objections.is_empty(), "{}: {objections:?}", path.display());
                }
            }
            Err(error) => writeln!(text, "failed\n{error}").expect("a String"),
        }
        insta::with_settings!({
            snapshot_path => format!("snapshots/{folder}"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
            input_file => format!("fixtures/{folder}/{}.json", name(&path)),
        }, {
            insta::assert_snapshot!(name(&path), text);
        });
    }
}

#[test]
fn n_iter_multiply() {
    snapshots("options/n-iter-multiply");
}

#[test]
fn mask_inpainting() {
    snapshots("options/mask-inpainting");
}

#[test]
fn ip_adapter_move() {
    snapshots("options/ip-adapter-move");
}

#[test]
fn samplers_nearest() {
    snapshots("options/samplers-nearest");
}

#[test]
fn embeddings() {
    snapshots("options/embeddings");
}

#[test]
fn catalog() {
    snapshots("options/catalog");
}

#[test]
fn preserve() {
    snapshots("options/preserve");
}

#[test]
fn progress() {
    snapshots("progress");
}

#[test]
fn half_migrated() {
    snapshots("half-migrated");
}

#[test]
fn codes_of_options_fire_with_them() {
    let mut seen = BTreeSet::new();
    for folder in ["options/catalog", "options/mask-inpainting"] {
        let options = options(folder);
        for path in cases(folder) {
            let input = std::fs::read(&path).expect("a fixture is readable");
            let migration = migrate(&input, None, &options).expect("a payload");
            seen.extend(migration.findings().iter().map(|finding| finding.code()));
        }
    }
    let silent: Vec<&Code> = support::OPTIONAL
        .iter()
        .filter(|code| !seen.contains(code))
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

/// Every choice names real V2 fields, and its rows are its own.
#[test]
fn choices_speak_of_fields_that_exist() {
    let known: Vec<&str> = Document::ALL
        .iter()
        .flat_map(|document| rows(*document))
        .filter_map(|row| row.v2())
        .collect();
    let known: Vec<&str> = known
        .into_iter()
        .chain(novita_migrate::unlisted().iter().filter_map(|row| row.v2()))
        .collect();
    for choice in CHOICES {
        let fields = choice
            .rows
            .iter()
            .filter_map(|row| row.v2())
            .chain(choice.fields.iter().copied());
        for field in fields {
            assert!(
                known.contains(&field),
                "--{} speaks of `{field}`",
                choice.option
            );
        }
        assert!(
            choice.rows.iter().all(|row| row.line() == 0),
            "{}",
            choice.option
        );
    }
}

/// A sampler that is not paired is one that V3 lists; `--samplers nearest` leaves none of V2's for V3 to refuse.
#[test]
fn every_v2_sampler_arrives() {
    let text =
        std::fs::read_to_string(fixtures().join("lists/every-sampler.ndjson")).expect("a fixture");
    let options = options("options/samplers-nearest");
    for line in text.lines() {
        let migration = migrate(line, None, &options).expect("a payload");
        let output = migration.to_string();
        let listed = novita_migrate::v3::SAMPLERS
            .iter()
            .any(|name| output.contains(&format!("\"sampler_name\":\"{name}\"")))
            || novita_migrate::v3::SAMPLERS
                .iter()
                .any(|name| output.contains(&format!("\"sampler_name\": \"{name}\"")));
        assert!(listed, "{output}");
    }
    assert_eq!(pairings("sampler_name").len(), 10);
}
