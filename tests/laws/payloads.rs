//! Arbitrary V2 payloads: every field of the table absent, null, empty, typical, extreme or of a wrong type, among
//! unknown ones, in any order and style.

use std::collections::BTreeSet;

use novita_migrate::{Document, rows, unlisted};
use proptest::prelude::*;
use proptest::sample::select;

use crate::choices::Choices;
use crate::prompts;
use crate::text::{Json, STYLES, Style};

/// A payload as text, and how it was made.
#[derive(Debug, Clone)]
pub(crate) struct Payload {
    pub(crate) text: String,
    pub(crate) document: Option<Document>,
    pub(crate) style: Style,
    /// The values are such as V2 took.
    pub(crate) is_sound: bool,
    /// Some of its members stand in `request`.
    pub(crate) is_half_migrated: bool,
    pub(crate) members: usize,
}

/// How far the values stray from what V2 took.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mode {
    /// Typical values, and null.
    Sound,
    /// Empty values, numbers out of range, odd spellings, slips of type.
    Odd,
    /// Anything anywhere.
    Wild,
}

/// Any request or response.
pub(crate) fn payload() -> impl Strategy<Value = Payload> {
    let requests =
        prop_oneof![Just(Document::Txt2img), Just(Document::Img2img)].prop_flat_map(request);
    prop_oneof![8 => requests, 1 => response()]
}

fn shape() -> impl Strategy<Value = (Mode, Style)> {
    let mode = prop_oneof![4 => Just(Mode::Sound), 4 => Just(Mode::Odd), 1 => Just(Mode::Wild)];
    (mode, select(STYLES.to_vec()))
}

fn request(document: Document) -> impl Strategy<Value = Payload> {
    let halves = prop_oneof![7 => Just(None), 1 => any::<u64>().prop_map(Some)];
    (shape(), select(vec![0.3, 0.7, 0.98]), halves, any::<bool>()).prop_flat_map(
        move |((mode, style), density, halves, is_named)| {
            let fields: Vec<_> = names(document)
                .into_iter()
                .map(|name| {
                    let value =
                        field(name, document, mode).prop_map(move |value| (name.to_owned(), value));
                    proptest::option::weighted(density, value)
                })
                .collect();
            let unknown = proptest::collection::vec(anything(), 0..3);
            (fields, unknown, proptest::bool::weighted(0.1))
                .prop_map(|(fields, unknown, is_escaped)| {
                    let mut members: Vec<_> = fields.into_iter().flatten().collect();
                    let more = unknown.into_iter().enumerate();
                    members
                        .extend(more.map(|(at, value)| (format!("mystery {at}~/\\ud800"), value)));
                    if is_escaped {
                        members.iter_mut().for_each(|(key, _)| escape_first(key));
                    }
                    members
                })
                .prop_shuffle()
                .prop_map(move |members| {
                    let members = half_migrated(members, halves);
                    Payload {
                        members: members.len(),
                        text: style.print(&Json::Object(members)),
                        document: is_named.then_some(document),
                        style,
                        is_sound: mode == Mode::Sound,
                        is_half_migrated: halves.is_some(),
                    }
                })
        },
    )
}

/// Spells the first character of a key as an escape.
fn escape_first(key: &mut String) {
    if let Some(first) = key.chars().next() {
        *key = format!(
            "\\u{:04x}{}",
            first as u32,
            key.get(1..).unwrap_or_default()
        );
    }
}

/// Puts some of the members into `request`, as somebody does who began to migrate by hand.
fn half_migrated(members: Vec<(String, Json)>, choice: Option<u64>) -> Vec<(String, Json)> {
    let Some(bits) = choice else { return members };
    let (mut outer, mut inner) = (Vec::new(), Vec::new());
    for (at, member) in members.into_iter().enumerate() {
        match bits >> (at % 64) & 1 == 1 && !member.0.ends_with("xtra") {
            true => inner.push(member),
            false => outer.push(member),
        }
    }
    outer.push(("request".to_owned(), Json::Object(inner)));
    outer
}

fn response() -> impl Strategy<Value = Payload> {
    let text = || {
        prop_oneof![
            Just(Json::null()),
            Just(Json::quoted("")),
            prompts::text().prop_map(|text| Json::quoted(&text))
        ]
    };
    let code = prop_oneof![4 => Just(Json::scalar("0")), 1 => odd_number(), 1 => anything()];
    let data = (
        proptest::option::of(text()),
        proptest::option::of(text()),
        proptest::option::of(anything()),
    )
        .prop_map(|(task, warn, other)| {
            let members = [("task_id", task), ("warn", warn), ("other", other)];
            Json::Object(present(members))
        });
    let data = prop_oneof![6 => data, 1 => anything()];
    (
        proptest::option::of(code),
        proptest::option::of(text()),
        proptest::option::of(data),
        shape(),
    )
        .prop_map(|(code, msg, data, (_, style))| {
            let members = present([("code", code), ("msg", msg), ("data", data)]);
            Payload {
                members: members.len(),
                text: style.print(&Json::Object(members)),
                document: Some(Document::Response),
                style,
                is_sound: false,
                is_half_migrated: false,
            }
        })
}

fn present<const N: usize>(members: [(&str, Option<Json>); N]) -> Vec<(String, Json)> {
    let present = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    present.collect()
}

/// The top-level names of a document's table, and those that the guide leaves out.
fn names(document: Document) -> BTreeSet<&'static str> {
    let of = |rows: &'static [novita_migrate::Row]| rows.iter().filter_map(|row| row.v2());
    let mut names: BTreeSet<_> = of(rows(document)).chain(of(unlisted())).collect();
    names.retain(|name| !name.contains('.'));
    names
}

/// The names inside an object of the table, such as `controlnet_units[]`.
fn inner_names(prefix: &'static str) -> Vec<&'static str> {
    let rows = rows(Document::Img2img).iter().chain(unlisted());
    rows.filter_map(|row| row.v2()?.strip_prefix(prefix)?.strip_prefix('.'))
        .collect()
}

fn field(name: &'static str, document: Document, mode: Mode) -> BoxedStrategy<Json> {
    let typical = typical(name, document, mode);
    match mode {
        Mode::Sound => prop_oneof![8 => typical, 1 => Just(Json::null())].boxed(),
        Mode::Odd => prop_oneof![6 => typical, 1 => Just(Json::null()), 3 => odd(name)].boxed(),
        Mode::Wild => prop_oneof![20 => typical, 1 => odd(name), 1 => anything()].boxed(),
    }
}

fn words(words: &[&'static str]) -> BoxedStrategy<Json> {
    select(words.to_vec()).prop_map(Json::quoted).boxed()
}

fn scalars(texts: &[&'static str]) -> BoxedStrategy<Json> {
    select(texts.to_vec()).prop_map(Json::scalar).boxed()
}

fn typical(name: &'static str, document: Document, mode: Mode) -> BoxedStrategy<Json> {
    match name {
        "prompt" | "negative_prompt" => prompts::prompt().prop_map(|text| Json::quoted(&text)).boxed(),
        "sampler_name" => words(&["Euler a", "DPM++ 2M Karras", "DPM++ 2M SDE", "DPM++ SDE", "my \\ud800 sampler"]),
        "model_name" => words(&["old.safetensors", "gone.safetensors", "dream inpainting.safetensors", "d\\u00e9j\\/a.ckpt"]),
        "sd_vae" => words(&["", "vae-ft.ckpt", "Automatic"]),
        "restore_faces_model" => words(&["", "CodeFormer", "GFPGAN"]),
        "hr_upscaler" => words(&["Latent", "R-ESRGAN 4x+", "R-ESRGAN 4x+ Anime6B", "ESRGAN_4x", "Lanczos"]),
        "restore_faces" | "restore_face" | "enable_hr" | "controlnet_no_detectmap" | "pixel_perfect" | "lowvram" => {
            scalars(&["true", "false"])
        }
        "extra" => object(vec![
            ("enable_nsfw_detection", scalars(&["true", "false"])),
            ("nsfw_detection_level", scalars(&["0", "2"])),
            ("enable_progress_info", scalars(&["true", "false"])),
            ("response_image_type", words(&["png", "jpeg", "webp"])),
            ("mystery", anything()),
        ]),
        "sd_refiner" => object(vec![
            ("checkpoint", words(&["sd_xl_refiner_1.0.safetensors", "other.safetensors"])),
            ("switch_at", scalars(&["0.5", "0.70", "1e-1", "null"])),
            ("mystery", anything()),
        ]),
        "controlnet_units" => {
            let fields = inner_names("controlnet_units[]").into_iter().map(|name| (name, field(name, document, mode)));
            let mut fields: Vec<_> = fields.collect();
            fields.push(("mystery", anything()));
            let unit = object(fields);
            let units = proptest::collection::vec(unit.clone(), 0..3).prop_map(Json::List);
            prop_oneof![3 => units, 1 => unit].boxed()
        }
        "lora" => {
            let entry = object(vec![
                ("sd_name", words(&["paws", "style_1", "sub\\/dir"])),
                ("weight", prop_oneof![scalars(&["0.30", "1", "2"]), words(&["0.5", ".5"])].boxed()),
            ]);
            proptest::collection::vec(entry, 0..3).prop_map(Json::List).boxed()
        }
        "init_images" => proptest::collection::vec(image(), 0..3).prop_map(Json::List).boxed(),
        "mask" | "input_image" => prop_oneof![image(), Just(Json::quoted("")).boxed()].boxed(),
        "model" => words(&["", "control_v11p_sd15_lineart", "ip-adapter_sd15", "ip-adapter_sd15_plus", "t2i-adapter_xl_canny"]),
        "module" => words(&["none", "", "hed", "lineart", "tile_resample", "pidinet_safe"]),
        "seed" => prop_oneof![any::<u32>().prop_map(|seed| Json::scalar(seed.to_string())), scalars(&["-1", "12345678901234567890123"])].boxed(),
        "cfg_scale" | "denoising_strength" | "hr_scale" | "weight" | "guidance_start" | "guidance_end"
        | "initial_noise_multiplier" => (0..200_u32).prop_map(|n| Json::scalar(format!("{}.{:02}", n / 100, n % 100))).boxed(),
        "height" | "width" | "hr_resize_x" | "hr_resize_y" => {
            prop_oneof![4 => (64..2600_u32).prop_map(|side| Json::scalar(side.to_string())), 1 => scalars(&["0", "512"])].boxed()
        }
        _ => (0..30_u32).prop_map(|number| Json::scalar(number.to_string())).boxed(),
    }
}

/// An object of some of these members, in any order.
fn object(fields: Vec<(&'static str, BoxedStrategy<Json>)>) -> BoxedStrategy<Json> {
    let members: Vec<_> = fields
        .into_iter()
        .map(|(name, value)| {
            let often = if name == "mystery" { 0.2 } else { 0.7 };
            proptest::option::weighted(often, value.prop_map(move |value| (name.to_owned(), value)))
        })
        .collect();
    let members = members.prop_map(|members| members.into_iter().flatten().collect::<Vec<_>>());
    members.prop_shuffle().prop_map(Json::Object).boxed()
}

fn image() -> BoxedStrategy<Json> {
    let base64 = "[A-Za-z0-9+/]{4,12}=".prop_map(|text| Json::quoted(&text));
    let escaped = "[A-Za-z0-9]{2,5}".prop_map(|text| Json::quoted(&format!("{text}\\/{text}")));
    let uri = "[A-Za-z0-9]{4,9}"
        .prop_map(|text| Json::quoted(&format!("data:image\\/png;base64,{text}")));
    prop_oneof![4 => base64, 1 => escaped, 1 => uri].boxed()
}

/// Numbers in unusual spellings, and beyond every range.
pub(crate) fn odd_number() -> BoxedStrategy<Json> {
    scalars(&[
        "7.50",
        "1e2",
        "1E+2",
        "25.0",
        "-0",
        "-0.0",
        "0.10",
        "12345678901234567890123",
        "-1",
        "1e400",
        "-1e-400",
        "0e0",
        "2.00000000000000000001",
        "99999",
        "0",
    ])
}

/// Empty values, odd numbers, and slips that are mended.
fn odd(name: &'static str) -> BoxedStrategy<Json> {
    let empty = match name {
        "extra" => vec![Json::Object(Vec::new())],
        "sd_refiner" => vec![Json::Object(Vec::new()), Json::List(vec![Json::null()])],
        "controlnet_units" => vec![
            Json::List(Vec::new()),
            Json::List(vec![Json::null()]),
            Json::Object(Vec::new()),
        ],
        "init_images" => vec![
            Json::List(vec![Json::null(), Json::quoted("iVBORw0KGgo=")]),
            Json::List(vec![Json::quoted("")]),
            Json::quoted("iVBORw0K"),
        ],
        _ => vec![Json::quoted(""), Json::quoted(" "), Json::List(Vec::new())],
    };
    let empty = select(empty);
    if ["extra", "sd_refiner", "controlnet_units", "init_images"].contains(&name) {
        return empty.boxed();
    }
    let slip = odd_number().prop_map(|number| match number {
        Json::Scalar(text) => Json::quoted(&text),
        other => other,
    });
    let single = odd_number().prop_map(|number| Json::List(vec![number]));
    prop_oneof![2 => odd_number(), 1 => slip, 1 => single, 1 => scalars(&["true", "false"]), 1 => empty].boxed()
}

/// Any JSON at all, nested, with nulls.
pub(crate) fn anything() -> BoxedStrategy<Json> {
    let leaf = prop_oneof![
        Just(Json::null()),
        scalars(&["true", "false"]),
        odd_number(),
        prompts::text().prop_map(|text| Json::quoted(&text)),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        let members = proptest::collection::vec(inner.clone(), 0..3).prop_map(|values| {
            let members = values.into_iter().enumerate();
            Json::Object(
                members
                    .map(|(at, value)| (format!("m\\n{at}"), value))
                    .collect(),
            )
        });
        prop_oneof![
            proptest::collection::vec(inner, 0..3).prop_map(Json::List),
            members
        ]
    })
    .boxed()
}

/// Every combination of options.
pub(crate) fn choices() -> impl Strategy<Value = Choices> {
    any::<[bool; 9]>().prop_map(Choices::of)
}
