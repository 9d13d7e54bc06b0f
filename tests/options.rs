//! Every choice of `Options`, on both sides: what it changes, and what it leaves alone.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

use novita_migrate::{
    Catalog, Code, Embeddings, Endpoint, IpAdapter, Level, Mask, Migration, NIter, Options,
    OutOfRange, Plan, Samplers, Severity, Status, Unknown, migrate,
};

const TXT2IMG: &str = r#""prompt":"a cat","model_name":"m.safetensors","steps":20"#;
const IMG2IMG: &str = r#""prompt":"a cat","model_name":"m.safetensors","init_images":["iVBOR"]"#;

/// A payload of these members and some that every payload has.
fn payload(common: &str, members: &str) -> String {
    format!("{{{common},{members}}}")
}

/// The output, and code, severity and pointer of each finding but those about what the small payloads lack.
fn run(input: &str, options: &Options) -> (String, Vec<(Code, Severity, String)>) {
    let migration = migrate(input, None, options).expect("a payload");
    (migration.to_string(), found(&migration))
}

fn found(migration: &Migration<'_>) -> Vec<(Code, Severity, String)> {
    let findings = migration
        .findings()
        .iter()
        .filter(|finding| finding.code() != Code::MissingRequired);
    findings
        .map(|finding| {
            (
                finding.code(),
                finding.severity(),
                finding.pointer().to_string(),
            )
        })
        .collect()
}

/// Asserts that the output has a text with the choice and not without it, and the reverse for `before`.
#[track_caller]
fn changes(input: &str, options: &Options, before: &str, after: &str) {
    let (without, _) = run(input, &Options::default());
    let (with, _) = run(input, options);
    assert!(
        without.contains(before) && !without.contains(after),
        "without the choice: {without}"
    );
    assert!(
        with.contains(after) && !with.contains(before),
        "with the choice: {with}"
    );
}

/// Asserts that the choice makes no difference.
#[track_caller]
fn leaves(input: &str, options: &Options) {
    assert_eq!(run(input, options), run(input, &Options::default()));
}

#[test]
fn hires_strength() {
    let options = Options::default().hires_strength(0.35);
    changes(
        &payload(TXT2IMG, r#""enable_hr":true,"width":512,"height":512"#),
        &options,
        r#""strength":0.8"#,
        r#""strength":0.35"#,
    );
    leaves(
        &payload(
            TXT2IMG,
            r#""enable_hr":true,"width":512,"height":512,"denoising_strength":0.50"#,
        ),
        &options,
    );
    leaves(&payload(TXT2IMG, r#""enable_hr":false"#), &options);
    for (given, written) in [
        (7.0, r#""strength":1"#),
        (-1.0, r#""strength":0"#),
        (f64::INFINITY, r#""strength":1"#),
    ] {
        let input = payload(TXT2IMG, r#""enable_hr":true,"width":512,"height":512"#);
        let (output, _) = run(&input, &Options::default().hires_strength(given));
        assert!(
            output.contains(&format!("{written}}}")),
            "{given}: {output}"
        );
    }
}

#[test]
fn hires_strength_that_is_no_number_makes_no_broken_body() {
    let input = payload(TXT2IMG, r#""enable_hr":true,"width":512,"height":512"#);
    let (output, _) = run(&input, &Options::default().hires_strength(f64::NAN));
    assert!(
        serde_json::from_str::<serde::de::IgnoredAny>(&output).is_ok(),
        "{output}"
    );
}

#[test]
fn plan() {
    let options = Options::default().plan(Plan::Enterprise);
    let input = payload(TXT2IMG, r#""extra":{"response_image_type":"png"}"#);
    changes(
        &input,
        &options,
        r#""response_image_type":"png"}"#,
        r#""response_image_type":"png","enterprise_plan":{"enabled":true}}"#,
    );
    let (output, _) = run(&payload(TXT2IMG, r#""seed":1"#), &options);
    assert!(
        output.starts_with(r#"{"extra":{"enterprise_plan":{"enabled":true}},"request":{"#),
        "{output}"
    );
    // A payload that speaks of it itself, an answer, and V3 bodies stay as they are.
    leaves(
        &payload(TXT2IMG, r#""extra":{"enterprise_plan":{"enabled":false}}"#),
        &options,
    );
    leaves(r#"{"code":0,"msg":"","data":{"task_id":"a"}}"#, &options);
}

/// What is beyond every float cannot be written, whatever the options keep.
#[test]
fn hires_size_beyond_all_numbers_keeps_the_payload() {
    let options = Options::default().out_of_range(OutOfRange::Keep);
    for size in [
        r#""width":512,"height":512,"hr_scale":1e400"#,
        r#""width":1e300,"height":512,"hr_scale":1e300"#,
        r#""width":512,"height":1e-300,"hr_resize_x":0,"hr_resize_y":512"#,
    ] {
        let input = payload(TXT2IMG, &format!(r#""enable_hr":true,{size}"#));
        let (output, findings) = run(&input, &options);
        let is_error = |finding: &(Code, Severity, String)| finding.1 == Severity::Error;
        assert!(findings.iter().any(is_error), "{size}: {output}");
        assert_eq!(output, input);
    }
}

#[test]
fn n_iter() {
    let options = Options::default().n_iter(NIter::Multiply);
    let input = payload(TXT2IMG, r#""batch_size":2,"n_iter":3"#);
    changes(&input, &options, r#""image_num":2"#, r#""image_num":6"#);
    let about = "/n_iter".to_owned();
    assert_eq!(
        run(&input, &Options::default()).1,
        [(Code::DeprecatedField, Severity::Warning, about.clone())]
    );
    assert_eq!(
        run(&input, &options).1,
        [(Code::ValueDerived, Severity::Note, about)]
    );
    leaves(&payload(TXT2IMG, r#""batch_size":2,"n_iter":1"#), &options);
    leaves(&payload(TXT2IMG, r#""batch_size":2"#), &options);
    // V3 makes 8 at most: nine are not made eight in silence.
    let (output, found) = run(&payload(TXT2IMG, r#""batch_size":3,"n_iter":3"#), &options);
    assert!(output.contains(r#""image_num":3"#), "{output}");
    assert_eq!(found[0].1, Severity::Warning);
    // One round is nothing to multiply: the value keeps its own way into V3.
    leaves(
        &payload(TXT2IMG, r#""batch_size":"2","n_iter":1"#),
        &options,
    );
    // Neither are numbers that V2 took for none of pictures.
    for odd in [
        r#""batch_size":1.5,"n_iter":2"#,
        r#""batch_size":2,"n_iter":2.5"#,
        r#""batch_size":0.5,"n_iter":4"#,
        r#""batch_size":-1,"n_iter":2"#,
        r#""batch_size":1001,"n_iter":2"#,
    ] {
        leaves(&payload(TXT2IMG, odd), &options);
    }
}

#[test]
fn mask() {
    let options = Options::default().mask(Mask::Inpainting);
    let input = payload(IMG2IMG, r#""mask":"bWFzaw==","mask_blur":7"#);
    let (without, with) = (
        migrate(&input, None, &Options::default()),
        migrate(&input, None, &options),
    );
    assert_eq!(
        without.expect("a payload").endpoint(),
        Some(Endpoint::Img2img)
    );
    let with = with.expect("a payload");
    assert_eq!(with.endpoint(), Some(Endpoint::Inpainting));
    let output = with.to_string();
    assert!(
        output.contains(r#""mask_image_base64":"bWFzaw==","mask_blur":7"#),
        "{output}"
    );
    assert!(
        run(&input, &Options::default())
            .1
            .iter()
            .any(|found| found.0 == Code::MaskDropped)
    );
    assert!(
        found(&with)
            .iter()
            .all(|found| found.0 != Code::MaskDropped)
    );
    for maskless in [
        r#""mask":null,"mask_blur":7"#,
        r#""mask":"","mask_blur":7"#,
        r#""mask_blur":7"#,
    ] {
        leaves(&payload(IMG2IMG, maskless), &options);
    }
    leaves(&payload(TXT2IMG, r#""mask":"bWFzaw==""#), &options);
}

#[test]
fn ip_adapter() {
    let options = Options::default().ip_adapter(IpAdapter::Move);
    let input = payload(
        IMG2IMG,
        r#""controlnet_units":[{"model":"ip-adapter_sd15","weight":0.70,"input_image":"aW1n"}]"#,
    );
    changes(
        &input,
        &options,
        r#""controlnet":"#,
        r#""ip_adapters":[{"model_name":"ip-adapter_sd15.bin","strength":0.70,"image_base64":"aW1n"}]"#,
    );
    leaves(
        &payload(
            IMG2IMG,
            r#""controlnet_units":[{"model":"control_v11p_sd15_canny","weight":1,"input_image":"aW1n"}]"#,
        ),
        &options,
    );
    leaves(
        &payload(
            TXT2IMG,
            r#""controlnet_units":[{"model":"ip-adapter_sd15","weight":1,"input_image":"aW1n"}]"#,
        ),
        &options,
    );
}

#[test]
fn samplers() {
    let options = Options::default().samplers(Samplers::Nearest);
    let gone = novita_migrate::pairings("sampler_name")
        .iter()
        .find(|pair| pair.v2 != pair.v3)
        .expect("V3 dropped some");
    let input = payload(TXT2IMG, &format!(r#""sampler_name":"{}""#, gone.v2));
    let spelled = |name: &str| format!(r#""sampler_name":"{name}""#);
    changes(&input, &options, &spelled(gone.v2), &spelled(gone.v3));
    assert_eq!(
        run(&input, &options).1,
        [(
            Code::Substituted,
            Severity::Warning,
            "/sampler_name".to_owned()
        )]
    );
    leaves(&payload(TXT2IMG, r#""sampler_name":"Euler a""#), &options);
    leaves(&payload(TXT2IMG, r#""sampler_name":"my own""#), &options);
}

#[test]
fn preserve_is_four_choices() {
    let four = Options::default()
        .n_iter(NIter::Multiply)
        .mask(Mask::Inpainting)
        .ip_adapter(IpAdapter::Move)
        .samplers(Samplers::Nearest);
    assert_eq!(Options::default().preserve(), four);
    assert_ne!(Options::default().preserve().n_iter(NIter::Drop), four);
}

#[test]
fn embeddings() {
    let options = Options::default()
        .embeddings(Embeddings::default().with("badhandv4", "badhandv4_16755.pt"));
    let input = payload(TXT2IMG, r#""negative_prompt":"(badhandv4:1.2), blurry""#);
    let (output, _) = run(&input, &options);
    assert!(
        output.contains(r#""embeddings":[{"model_name":"badhandv4_16755.pt"}]"#),
        "{output}"
    );
    assert!(
        output.contains(r#""negative_prompt":"(badhandv4:1.2), blurry""#),
        "the prompt keeps the name: {output}"
    );
    assert!(!run(&input, &Options::default()).0.contains("embeddings"));
    leaves(&payload(TXT2IMG, r#""negative_prompt":"blurry""#), &options);
    assert_eq!(
        Options::default().embeddings(Embeddings::default()),
        Options::default()
    );
}

#[test]
fn catalog() {
    let page = r#"{"models":[{"sd_name":"old.safetensors","sd_name_in_api":"new.safetensors","type":{"name":"checkpoint"},"status":1}]}"#;
    let options = Options::default().catalog(Catalog::from_json(page).expect("a page"));
    let old = r#"{"prompt":"a cat","model_name":"old.safetensors"}"#;
    changes(old, &options, "old.safetensors", "new.safetensors");
    assert_eq!(
        run(old, &options).1,
        [(Code::RenamedModel, Severity::Note, "/model_name".to_owned())]
    );
    let (output, found) = run(
        r#"{"prompt":"a cat","model_name":"none.safetensors"}"#,
        &options,
    );
    assert!(output.contains("none.safetensors"));
    assert_eq!(
        found,
        [(
            Code::UnknownModel,
            Severity::Warning,
            "/model_name".to_owned()
        )]
    );
    leaves(
        r#"{"prompt":"a cat","model_name":"new.safetensors"}"#,
        &options,
    );
    assert_eq!(
        Options::default().catalog(Catalog::default()),
        Options::default()
    );
}

/// A catalog has an opinion on the kinds that it lists, and on names.
#[test]
fn catalog_of_one_kind() {
    let page = r#"{"models":[{"sd_name":"old.safetensors","sd_name_in_api":"new.safetensors","type":{"name":"checkpoint"},"status":1}]}"#;
    let options = Options::default().catalog(Catalog::from_json(page).expect("a page"));
    leaves(
        &payload(TXT2IMG, r#""sd_vae":"old.safetensors""#)
            .replace("m.safetensors", "new.safetensors"),
        &options,
    );
    leaves(r#"{"prompt":"a cat","model_name":""}"#, &options);
}

#[test]
fn out_of_range() {
    let options = Options::default().out_of_range(OutOfRange::Keep);
    let input = payload(TXT2IMG, r#""cfg_scale":3e1,"width":2500"#);
    changes(&input, &options, r#""width":2048"#, r#""width":2500"#);
    for options in [&options, &Options::default()] {
        assert_eq!(
            run(&input, options).1,
            [(Code::OutOfRange, Severity::Warning, "/width".to_owned())]
        );
        assert!(
            run(&input, options).0.contains(r#""guidance_scale":3e1"#),
            "30 is in range"
        );
    }
    leaves(&payload(TXT2IMG, r#""width":2048,"height":128"#), &options);
}

#[test]
fn unknown() {
    let options = Options::default().unknown(Unknown::Keep);
    let input = payload(TXT2IMG, r#""mystery": {"b":1.0,  "a":null}"#);
    let (without, with) = (run(&input, &Options::default()), run(&input, &options));
    assert!(!without.0.contains("mystery"));
    assert!(
        with.0.contains(r#""mystery":{"b":1.0,  "a":null}}"#),
        "{}",
        with.0
    );
    for (_, found) in [without, with] {
        assert_eq!(
            found,
            [(Code::UnknownField, Severity::Warning, "/mystery".to_owned())]
        );
    }
    leaves(&payload(TXT2IMG, r#""mystery":null"#), &options);
    leaves(
        r#"{"code":0,"msg":"","data":{"task_id":"t","mystery":1}}"#,
        &options,
    );
}

/// Beside `request` and in it, an unknown field is one field, as a known one is.
#[test]
fn unknown_twice() {
    let options = Options::default().unknown(Unknown::Keep);
    let half = |beside: &str, inside: &str| {
        format!(r#"{{{beside},"request":{{"prompt":"a",{inside},"n_iter":1}}}}"#)
    };
    for same in [r#""mystery":[1,{"a":2}]"#, r#""\u006dystery":[1, {"a":2}]"#] {
        let input = half(r#""mystery":[1,{"a":2}]"#, same);
        let (output, _) = run(&input, &options);
        assert_eq!(
            output,
            r#"{"request":{"mystery":[1,{"a":2}],"prompt":"a"}}"#
        );
    }
    let input = half(r#""mystery":null"#, r#""mystery":2"#);
    let (output, _) = run(&input, &options);
    assert_eq!(output, r#"{"request":{"prompt":"a","mystery":2}}"#);
    let input = half(r#""mystery":1"#, r#""mystery":2"#);
    let migration = migrate(&input, None, &options).expect("a payload");
    assert_eq!(migration.status(), Status::Kept);
    let conflict = migration
        .findings()
        .iter()
        .find(|found| found.code() == Code::Conflict);
    let pointer = conflict.map(|found| found.pointer().to_string());
    assert_eq!(pointer.as_deref(), Some("/request/mystery"));
    // What is left out is no contradiction, and halves of surrogate pairs are names of their own.
    let (output, _) = run(&input, &Options::default());
    assert_eq!(output, r#"{"request":{"prompt":"a"}}"#);
    let input = half(r#""\ud800":1"#, r#""\udc00":2"#);
    let (output, _) = run(&input, &options);
    assert_eq!(
        output,
        r#"{"request":{"\ud800":1,"prompt":"a","\udc00":2}}"#
    );
}

/// The severity of the finding about a V2 field, and what became of the payload.
fn graded(members: &str, field: &str, options: Options) -> (Severity, Status) {
    let input = payload(TXT2IMG, members);
    let migration = migrate(&input, None, &options).expect("a payload");
    let finding = migration
        .findings()
        .iter()
        .find(|finding| finding.pointer().to_string() == format!("/{field}"));
    if migration.status() == Status::Kept {
        assert_eq!(migration.to_string(), input);
        assert_eq!(migration.endpoint(), None);
    }
    (finding.expect("a finding").severity(), migration.status())
}

const CLAMPED: &str = r#""steps_":0,"width":2500"#;
const KEPT: (Severity, Status) = (Severity::Error, Status::Kept);
const NOTED: (Severity, Status) = (Severity::Note, Status::Converted);
const WARNED: (Severity, Status) = (Severity::Warning, Status::Converted);

#[test]
fn a_denied_finding_keeps_the_payload_and_an_allowed_one_is_a_note() {
    let level = |level| Options::default().level(Code::OutOfRange, None, level);
    assert_eq!(graded(CLAMPED, "width", Options::default()), WARNED);
    assert_eq!(graded(CLAMPED, "width", level(Level::Deny)), KEPT);
    assert_eq!(graded(CLAMPED, "width", level(Level::Allow)), NOTED);
    assert_eq!(graded(CLAMPED, "width", level(Level::Warn)), WARNED);
    // A note can be raised as a warning can be lowered.
    let note = r#""img_expire_ttl":3600"#;
    assert_eq!(graded(note, "img_expire_ttl", Options::default()), NOTED);
    let level = |level| Options::default().level(Code::InactiveField, None, level);
    assert_eq!(graded(note, "img_expire_ttl", level(Level::Warn)), WARNED);
    assert_eq!(graded(note, "img_expire_ttl", level(Level::Deny)), KEPT);
}

#[test]
fn a_level_can_be_of_one_field() {
    let two = r#""width":2500,"height":2500"#;
    let options = Options::default().level(Code::OutOfRange, Some("width"), Level::Allow);
    assert_eq!(graded(two, "width", options.clone()), NOTED);
    assert_eq!(graded(two, "height", options), WARNED);
    let denied = Options::default().level(Code::OutOfRange, Some("clip_skip"), Level::Deny);
    assert_eq!(graded(two, "width", denied), WARNED);
    // A field inside another, as the guide spells it: of whichever unit.
    let input = payload(
        IMG2IMG,
        r#""controlnet_units":[{"model":"m","weight":1,"input_image":"i"},{"model":"m","weight":1,"input_image":"i","control_mode":2}]"#,
    );
    for (field, status) in [
        ("controlnet_units.control_mode", Status::Kept),
        ("controlnet_units.mask", Status::Converted),
    ] {
        let options = Options::default().level(Code::DeprecatedField, Some(field), Level::Deny);
        assert_eq!(
            migrate(&input, None, &options).expect("a payload").status(),
            status,
            "{field}"
        );
    }
    // A field that no table knows goes by its own name.
    let options = Options::default().level(Code::UnknownField, Some("steps_"), Level::Deny);
    assert_eq!(graded(CLAMPED, "steps_", options), KEPT);
}

#[test]
fn a_later_level_wins() {
    let of = |first: Level, second: Level| {
        Options::default()
            .level(Code::OutOfRange, None, first)
            .level(Code::OutOfRange, Some("width"), second)
    };
    assert_eq!(
        graded(CLAMPED, "width", of(Level::Deny, Level::Allow)),
        NOTED
    );
    assert_eq!(
        graded(CLAMPED, "width", of(Level::Allow, Level::Deny)),
        KEPT
    );
    // Also a general one over a special one.
    let options = Options::default()
        .level(Code::OutOfRange, Some("width"), Level::Deny)
        .level(Code::OutOfRange, None, Level::Warn);
    assert_eq!(graded(CLAMPED, "width", options), WARNED);
}

#[test]
fn errors_cannot_be_lowered() {
    for level in [Level::Allow, Level::Warn] {
        let options = Options::default()
            .level(Code::WrongType, None, level)
            .warnings(level);
        assert_eq!(graded(r#""seed":{"a":1}"#, "seed", options), KEPT);
    }
}

#[test]
fn warnings_as_a_whole() {
    let complete = r#"{"prompt":"p","model_name":"m","sampler_name":"Euler a","batch_size":1,"steps":20,"cfg_scale":7,"width":512,"height":512,"#;
    let status = |members: &str, options: &Options| {
        migrate(&format!("{complete}{members}}}"), None, options)
            .expect("a payload")
            .status()
    };
    let denied = Options::default().warnings(Level::Deny);
    assert_eq!(status(r#""n_iter":4"#, &denied), Status::Kept);
    assert_eq!(status(r#""mystery":1"#, &denied), Status::Kept);
    // Notes are none of them.
    assert_eq!(status(r#""n_iter":1"#, &denied), Status::Converted);
    // What is allowed afterwards is no warning.
    let options = denied
        .clone()
        .level(Code::DeprecatedField, Some("n_iter"), Level::Allow);
    assert_eq!(status(r#""n_iter":4"#, &options), Status::Converted);
    assert_eq!(status(r#""n_iter":4,"mystery":1"#, &options), Status::Kept);
    // And the reverse order denies it again.
    let options = Options::default()
        .level(Code::DeprecatedField, Some("n_iter"), Level::Allow)
        .warnings(Level::Deny);
    assert_eq!(status(r#""n_iter":4"#, &options), Status::Kept);
    assert_eq!(
        graded(CLAMPED, "width", Options::default().warnings(Level::Allow)),
        NOTED
    );
    // A note stays a note: `warnings` is about what is a warning by itself.
    assert_eq!(
        graded(
            r#""img_expire_ttl":3600"#,
            "img_expire_ttl",
            Options::default().warnings(Level::Warn)
        ),
        NOTED
    );
}
