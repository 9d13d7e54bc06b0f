//! The law of V3: a migration without a warning is accepted by V3, as far as its documentation tells. Held against the
//! JSON Schemas, by a validator that is none of ours.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

#[path = "laws/objections.rs"]
mod objections;

use novita_migrate::{
    Catalog, Document, Embeddings, IpAdapter, Mask, NIter, Options, OutOfRange, Samplers, Status,
    Unknown, migrate, rows,
};
use objections::{is_quiet, objections};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestRunner;
use std::cell::Cell;

const IMAGE: &str = r#""iVBORw0KGgoAAAANSUhEUgAAAgAAAAMA""#;

/// A sensible value of a V2 field, and now and then of a V3 field that may be left over from a half migration.
fn sensible(name: &str) -> &'static [&'static str] {
    match name {
        "prompt" => &[
            r#""a cat""#,
            r#""a cat, <lora:x:0.5>""#,
            r#""(badhand:1.2), <lora:x>, <lora:y:1>""#,
        ],
        "negative_prompt" => &[r#""blurry""#, r#""""#, r#""badhand""#],
        "sampler_name" => &[r#""Euler a""#, r#""DPM++ 2M Karras""#, r#""UniPC""#],
        "batch_size" | "n_iter" => &["1", "2"],
        "image_num" => &["1"],
        "steps" => &["20", "25.0", r#""30""#],
        "cfg_scale" | "guidance_scale" => &["7", "7.5", "1e0"],
        "seed" => &["-1", "0", "12345678901234567890123"],
        "width" | "height" => &["512", "768"],
        "model_name" => &[r#""m.safetensors""#, r#""old-inpainting.safetensors""#],
        "restore_faces" => &["false"],
        "restore_faces_model" => &[r#""""#],
        "sd_vae" => &[r#""""#, r#""v.pt""#],
        "clip_skip" => &["1", "2"],
        "enable_hr" => &["true", "false"],
        "hr_upscaler" => &[r#""Latent""#],
        "hr_scale" => &["2", "1.5"],
        "hr_resize_x" | "hr_resize_y" => &["0", "1024"],
        "img_expire_ttl" => &["3600"],
        "sd_refiner" => &[
            r#"{"checkpoint":"sd_xl_refiner_1.0.safetensors","switch_at":0.5}"#,
            r#"{"switch_at":null}"#,
        ],
        "controlnet_units" => &[
            r#"[{"model":"control_v11p_sd15_canny","weight":1,"input_image":"a","module":"canny"}]"#,
            r#"{"model":"ip-adapter_sd15","input_image":"a","module":"none"}"#,
            "[]",
        ],
        "init_images" => &[
            r#"["iVBORw0KGgoAAAANSUhEUgAAAgAAAAMA"]"#,
            r#"["data:image/png;base64,iVBOR"]"#,
        ],
        "mask" => &[IMAGE, r#""""#, r#"["a"]"#],
        "denoising_strength" | "strength" => &["0.75", "1"],
        "mask_blur" => &["4"],
        "resize_mode" | "inpainting_fill" | "inpaint_full_res" | "inpainting_mask_invert" => {
            &["0", "1"]
        }
        "inpaint_full_res_padding" => &["32"],
        "initial_noise_multiplier" => &["1.0"],
        "extra" => &[
            "{}",
            r#"{"response_image_type":"jpeg","enable_nsfw_detection":true,"nsfw_detection_level":1}"#,
        ],
        _ => &["null"],
    }
}

/// Fields of V3 that a half migration may have left.
const V3_FIELDS: &[(&str, &[&str])] = &[
    ("image_num", &["1", "9"]),
    ("guidance_scale", &["7", r#""x""#]),
    (
        "image_base64",
        &[IMAGE, r#""""#, r#""data:image/png;base64,AA""#],
    ),
    ("mask_image_base64", &[IMAGE]),
    ("strength", &["0.5", "2"]),
    (
        "loras",
        &[
            r#"[{"model_name":"a","strength":1}]"#,
            "[{}]",
            r#"[{"model_name":5,"strength":"0.5"},null]"#,
            "[1]",
            "{}",
        ],
    ),
    (
        "embeddings",
        &[r#"[{"model_name":"a"}]"#, "[{},{},{},{},{},{}]", "null"],
    ),
    (
        "hires_fix",
        &[
            r#"{"target_width":1024,"target_height":1024,"strength":0.5}"#,
            r#"{"target_width":1}"#,
            "1",
        ],
    ),
    (
        "refiner",
        &[r#"{"switch_at":0.5}"#, r#"{"checkpoint":"x"}"#, "{}"],
    ),
    (
        "controlnet",
        &[
            r#"{"units":[{"model":"m","weight":1,"input_image":"a"}]}"#,
            r#"{"units":[]}"#,
            "{}",
        ],
    ),
    (
        "ip_adapters",
        &[
            r#"[{"model_name":"ip-adapter_sd15.bin","image_base64":"a","strength":1}]"#,
            "[{},{}]",
        ],
    ),
    ("inpainting_full_res", &["0", "true"]),
    ("task_id", &[r#""x""#]),
    ("request", &["1", r#""x""#]),
    (
        "lora",
        &[
            r#"[{"sd_name":"x","weight":0.5}]"#,
            r#"[{"sd_name":"z"}]"#,
            "[1]",
        ],
    ),
    (
        "extra",
        &[
            r#"{"webhook":{"url":"https://example.com"}}"#,
            r#"{"webhook":{}}"#,
            r#"{"custom_storage":{"aws_s3":{}},"enterprise_plan":{"enabled":true}}"#,
            r#"{"seed":"1"}"#,
        ],
    ),
];

const ODD: &[&str] = &[
    "null",
    "true",
    "false",
    r#""""#,
    r#""x""#,
    r#"" ""#,
    "0",
    "-1",
    "-0",
    "-2",
    "9",
    "1.5",
    "25.0",
    r#""25""#,
    "1e2",
    "99999999999999999999999",
    "1e400",
    "5000",
    "[]",
    "{}",
    "[1]",
    r#"["a"]"#,
    r#"{"a":1}"#,
    r#"[{"model":"m"}]"#,
    "[null]",
    r#""\u0045uler""#,
    r#"[["a"]]"#,
    "0.00001",
];

/// Names at the top of V2 requests.
fn names(document: Document) -> Vec<&'static str> {
    let names = rows(document).iter().filter_map(|row| row.v2());
    names.filter(|name| !name.contains('.')).collect()
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Flat,
    InRequest,
    Wrapped,
}

/// An object of members as JSON text; of two members of one name the first counts.
fn object(members: &[(String, String)]) -> String {
    let mut seen: Vec<&str> = Vec::new();
    let mut texts = Vec::new();
    for (name, value) in members {
        if !seen.contains(&&**name) {
            seen.push(name);
            texts.push(format!("\"{name}\":{value}"));
        }
    }
    format!("{{{}}}", texts.join(","))
}

/// The V2 fields of what V3 requires.
const REQUIRED: &[&str] = &[
    "prompt",
    "sampler_name",
    "batch_size",
    "steps",
    "cfg_scale",
    "width",
    "height",
    "model_name",
    "init_images",
];

/// A payload in which a field holds a sensible value, an odd one (`odd` of about 200 times) or none.
fn payload(odd: u32) -> impl Strategy<Value = String> {
    let document = select(vec![Document::Txt2img, Document::Img2img]);
    let members = document.prop_flat_map(move |document| {
        let member = move |name: &'static str| {
            // What V3 requires is seldom left out, the rest is seldom there: each may give a warning.
            let (absent, present) = if REQUIRED.contains(&name) {
                (1, 199)
            } else {
                (160, 40)
            };
            let value = prop_oneof![
                if odd == 0 && absent == 1 { 0 } else { absent } => Just(String::new()),
                present => any::<Index>().prop_map(move |at| (*at.get(sensible(name))).to_owned()),
                odd => select(ODD).prop_map(str::to_owned),
            ];
            value.prop_map(move |value| (name.to_owned(), value))
        };
        names(document).into_iter().map(member).collect::<Vec<_>>()
    });
    let left_over = select(V3_FIELDS).prop_flat_map(|(name, values)| {
        select(values).prop_map(move |value| ((*name).to_owned(), value.to_owned()))
    });
    let left_over = proptest::collection::vec(left_over, if odd == 0 { 0..1 } else { 0..3 });
    let form = if odd == 0 {
        select(&[Form::Flat, Form::Wrapped][..])
    } else {
        select(&[Form::Flat, Form::Flat, Form::InRequest, Form::Wrapped][..])
    };
    (members, left_over, form, any::<bool>()).prop_map(|(members, left_over, form, first)| {
        let mut members: Vec<_> = members
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let at = if first { 0 } else { members.len() };
        members.splice(at..at, left_over);
        let payload = object(&members);
        match form {
            Form::Flat => payload,
            Form::InRequest => format!("{{\"request\":{payload}}}"),
            Form::Wrapped => format!("{{\"params\":{payload}}}"),
        }
    })
}

fn options() -> impl Strategy<Value = Options> {
    (any::<[bool; 8]>()).prop_map(|[n_iter, mask, adapter, samplers, embeddings, catalog, range, unknown]| {
        let mut options = Options::default();
        if n_iter {
            options = options.n_iter(NIter::Multiply);
        }
        if mask {
            options = options.mask(Mask::Inpainting);
        }
        if adapter {
            options = options.ip_adapter(IpAdapter::Move);
        }
        if samplers {
            options = options.samplers(Samplers::Nearest);
        }
        if embeddings {
            options = options.embeddings(Embeddings::default().with("badhand", "badhand_1.pt"));
        }
        if catalog {
            let page = r#"{"models":[{"sd_name":"m.safetensors","sd_name_in_api":"m_1.safetensors","type":{"name":"checkpoint"}},
                {"sd_name":"x","sd_name_in_api":"x \"1\"","type":{"name":"lora"}}]}"#;
            options = options.catalog(Catalog::from_json(page).expect("a page"));
        }
        if range {
            options = options.out_of_range(OutOfRange::Keep);
        }
        if unknown {
            options = options.unknown(Unknown::Keep);
        }
        options
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

    #[test]
    fn odd_values_are_warned_of_or_mended(payload in payload(60), options in options()) {
        let Ok(migration) = migrate(&payload, None, &options) else {
            return Ok(());
        };
        if migration.status() == Status::Converted && is_quiet(&migration) {
            let objections = objections(&migration);
            prop_assert!(objections.is_empty(), "{payload}\n{migration}\n{objections:?}\n{:?}", migration.findings());
        }
    }

    /// Whatever is warned of: a sensible payload becomes a body that V3 accepts.
    #[test]
    fn sensible_payloads_are_accepted_by_v3(payload in payload(0)) {
        let migration = migrate(&payload, None, &Options::default()).expect("a payload");
        prop_assert_eq!(migration.status(), Status::Converted);
        let objections = objections(&migration);
        prop_assert!(objections.is_empty(), "{payload}\n{migration}\n{objections:?}");
    }
}

#[test]
fn a_migration_without_a_warning_is_accepted_by_v3() {
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 8192,
        ..ProptestConfig::default()
    });
    let quiet = Cell::new(0);
    let converted = Cell::new(0);
    let law = |(payload, options): (String, Options)| {
        let Ok(migration) = migrate(&payload, None, &options) else {
            return Ok(());
        };
        if migration.status() == Status::Converted && is_quiet(&migration) {
            quiet.set(quiet.get() + 1);
            let objections = objections(&migration);
            prop_assert!(
                objections.is_empty(),
                "{payload}\n{migration}\n{objections:?}\n{:?}",
                migration.findings()
            );
        }
        converted.set(converted.get() + u32::from(migration.status() == Status::Converted));
        Ok(())
    };
    if let Err(error) = runner.run(&(payload(3), options()), law) {
        panic!("{error}");
    }
    // A law about payloads that hardly occur would be none.
    assert!(
        quiet.get() * 10 > converted.get(),
        "only {} of {} gave no warning",
        quiet.get(),
        converted.get()
    );
}

#[test]
fn the_law_is_not_empty() {
    let payload = r#"{"prompt":"a","sampler_name":"Euler a","batch_size":1,"steps":20,"cfg_scale":7,"width":512,"height":512,
        "model_name":"m.safetensors","seed":-1}"#;
    let migration = migrate(payload, None, &Options::default()).expect("a payload");
    assert!(is_quiet(&migration));
    assert_eq!(objections(&migration), Vec::<String>::new());
    let broken = payload.replace("\"steps\":20,", "");
    let migration = migrate(&broken, None, &Options::default()).expect("a payload");
    assert!(!is_quiet(&migration));
    assert_eq!(
        objections(&migration),
        ["/request: \"steps\" is a required property"]
    );
}
