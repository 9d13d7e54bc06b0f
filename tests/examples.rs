//! The guide's own examples: each V2 body gives the guide's V3 body, apart from blanks in prompts, which the guide
//! loses without a word.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

mod support;

use novita_migrate::{Options, Severity, Status, migrate};
use serde_json::Value;
use support::{cases, fixtures};

fn read(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join("guide").join(name)).expect("a fixture is readable")
}

/// The value with all blanks taken out of its prompts.
fn without_prompt_blanks(mut value: Value) -> Value {
    for name in ["prompt", "negative_prompt"] {
        if let Some(Value::String(text)) = value.pointer_mut(&format!("/request/{name}")) {
            text.retain(|char| !char.is_whitespace());
        }
    }
    value
}

fn assert_example(v2: &str, v3: &str) {
    let input = read(v2);
    let migration = migrate(&input, None, &Options::default()).expect(v2);
    assert_eq!(migration.status(), Status::Converted);
    let warnings: Vec<_> = migration
        .findings()
        .iter()
        .filter(|finding| finding.severity() > Severity::Note)
        .collect();
    assert!(warnings.is_empty(), "{warnings:?}");
    let parse = |text: &[u8]| without_prompt_blanks(serde_json::from_slice(text).expect("JSON"));
    assert_eq!(parse(&migration.to_vec()), parse(&read(v3)));
}

#[test]
fn txt2img() {
    assert_example("txt2img.v2.json", "txt2img.v3.json");
}

#[test]
fn img2img() {
    assert_example("img2img.v2.json", "img2img.v3.json");
}

#[test]
fn responses_keep_their_task_id() {
    for name in ["txt2img.response.v2.json", "img2img.response.v2.json"] {
        let input = read(name);
        let task_id = |text: &[u8], pointer: &str| {
            let value: Value = serde_json::from_slice(text).expect("JSON");
            value.pointer(pointer).cloned().expect("a task id")
        };
        let output = migrate(&input, None, &Options::default())
            .expect(name)
            .to_vec();
        assert_eq!(
            task_id(&output, "/task_id"),
            task_id(&input, "/data/task_id")
        );
    }
}

#[test]
fn what_is_v3_stays_byte_for_byte() {
    for path in cases("guide")
        .iter()
        .filter(|path| path.to_string_lossy().ends_with(".v3.json"))
    {
        let input = std::fs::read(path).expect("a fixture is readable");
        let migration = migrate(&input, None, &Options::default()).expect("a payload");
        assert_eq!(migration.status(), Status::AlreadyV3, "{}", path.display());
        assert_eq!(migration.to_vec(), input);
    }
}

/// What SDKs put on the wire by default did nothing in V2: notes only. What recorded bodies lose is known by name.
#[test]
fn recorded_bodies_warn_of_losses_alone() {
    let expected: &[(&str, &[&str])] = &[
        ("golang-sdk-881c38b__img2img_typos_controlnet", &["/mask"]),
        ("golang-sdk-881c38b__txt2img_lora_hires", &["/hr_upscaler"]),
        (
            "novita-client-0.5.7__txt2img_extra_adetailer_enterprise",
            &["/adetailer"],
        ),
        ("novita-sdk-js-1.0.10__txt2img_lora_array", &["/n_iter"]),
        (
            "omniinfer-client-0.3.5__txt2img_controlnet",
            &["/controlnet_units/0"],
        ),
        ("omniinfer-client-0.3.5__txt2img_lora_hires_refiner", &[]),
        ("omniinfer-client-0.3.5__txt2img_minimal", &[]),
    ];
    let bodies = cases("recorded");
    assert_eq!(bodies.len(), expected.len());
    for (path, (name, pointers)) in bodies.iter().zip(expected) {
        assert_eq!(support::name(path), *name);
        let input = std::fs::read(path).expect("a fixture is readable");
        let migration = migrate(&input, None, &Options::default()).expect("a payload");
        let found = migration
            .findings()
            .iter()
            .filter(|finding| finding.severity() > Severity::Note);
        let found: Vec<_> = found.map(|finding| finding.pointer().to_string()).collect();
        assert_eq!(found, *pointers, "{name}");
    }
}
