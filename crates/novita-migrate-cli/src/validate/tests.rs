//! What is objected to, and what is not.

use std::path::Path;

use super::*;

/// A body that V3 takes, with a member of `request` replaced or (for an empty value) left out.
fn body(endpoint: Endpoint, name: &str, value: &str) -> String {
    let image = match endpoint {
        Endpoint::Img2img => &[("image_base64", "\"AA\"")][..],
        Endpoint::Inpainting => &[("image_base64", "\"AA\""), ("mask_image_base64", "\"AA\"")],
        _ => &[],
    };
    let mut members = vec![
        ("prompt", "\"a cat\""),
        ("model_name", "\"m.safetensors\""),
        ("sampler_name", "\"Euler a\""),
        ("image_num", "1"),
        ("steps", "25"),
        ("guidance_scale", "7.5"),
    ];
    if endpoint != Endpoint::Inpainting {
        members.extend([("width", "512"), ("height", "512")]);
    }
    members.extend(image);
    members.retain(|(own, _)| *own != name);
    members.push((name, value));
    let texts = members
        .iter()
        .filter(|(name, value)| !name.is_empty() && !value.is_empty())
        .map(|(name, value)| format!("\"{name}\":{value}"));
    format!(
        "{{\"request\":{{{}}}}}",
        texts.collect::<Vec<_>>().join(",")
    )
}

fn objections(text: &str) -> Vec<Objection> {
    match Checks::default().check(text.as_bytes()) {
        Ok(Checked::Request(_, objections)) => objections,
        other => panic!("{text}: {other:?}"),
    }
}

/// Code, pointer and what stands at the offset.
fn told(text: &str) -> Vec<(Code, String, String)> {
    let objections = objections(text).into_iter();
    let place = |objection: &Objection| text[objection.offset..].chars().take(6).collect();
    objections
        .map(|objection| (objection.code, objection.pointer.clone(), place(&objection)))
        .collect()
}

#[test]
fn sound_bodies_pass_on_every_endpoint() {
    for endpoint in Endpoint::ALL {
        let text = body(endpoint, "", "");
        let checked = Checks::default().check(text.as_bytes());
        assert_eq!(
            checked,
            Ok(Checked::Request(endpoint, Vec::new())),
            "{text}"
        );
    }
}

#[test]
fn the_guides_own_bodies_pass() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/guide");
    for (name, endpoint) in [
        ("txt2img.v3.json", Endpoint::Txt2img),
        ("img2img.v3.json", Endpoint::Img2img),
    ] {
        let text = std::fs::read(folder.join(name)).unwrap();
        let checked = Checks::default().check(&text);
        assert_eq!(
            checked,
            Ok(Checked::Request(endpoint, Vec::new())),
            "{name}"
        );
    }
    let answer = std::fs::read(folder.join("txt2img.response.v3.json")).unwrap();
    assert_eq!(
        Checks::default().check(&answer),
        Ok(Checked::Answer(Vec::new()))
    );
}

#[test]
fn each_kind_of_objection_has_its_class_and_its_place() {
    for (name, value, code, place) in [
        ("steps", "", Code::MissingRequired, "{\"prom"),
        ("cfg_scale", "7", Code::UnknownField, "7}}"),
        ("steps", "101", Code::OutOfRange, "101}}"),
        ("steps", "1e400", Code::OutOfRange, "1e400}"),
        ("steps", "25.5", Code::WrongType, "25.5}}"),
        ("steps", "\"25\"", Code::WrongType, "\"25\"}}"),
        ("steps", "null", Code::WrongType, "null}}"),
        (
            "sampler_name",
            "\"Restart\"",
            Code::NoCounterpart,
            "\"Resta",
        ),
        ("sampler_name", "5", Code::WrongType, "5}}"),
        ("prompt", "\"\"", Code::TooLong, "\"\"}}"),
        (
            "image_base64",
            "\"data:image/png;base64,AA\"",
            Code::WrongType,
            "\"data:",
        ),
    ] {
        let endpoint = match name {
            "image_base64" => Endpoint::Img2img,
            _ => Endpoint::Txt2img,
        };
        let text = body(endpoint, name, value);
        let pointer = match code {
            Code::MissingRequired => "/request".to_owned(),
            _ => format!("/request/{name}"),
        };
        assert_eq!(told(&text), [(code, pointer, place.to_owned())], "{text}");
    }
}

#[test]
fn lists_and_what_is_in_them_are_checked() {
    let lora = r#"{"model_name":"x","strength":1}"#;
    let six = format!("[{}]", [lora; 6].join(","));
    let text = body(Endpoint::Txt2img, "loras", &six);
    assert_eq!(told(&text)[0].0, Code::TooMany);
    let text = body(
        Endpoint::Txt2img,
        "loras",
        r#"[{"model_name":"x","strength":1.5}]"#,
    );
    assert_eq!(
        told(&text),
        [(
            Code::OutOfRange,
            "/request/loras/0/strength".to_owned(),
            "1.5}]}".to_owned()
        )]
    );
}

#[test]
fn limits_are_those_of_the_table() {
    use novita_migrate::v3::{FIELDS, Type};
    let mut seen = 0;
    for endpoint in Endpoint::ALL {
        for field in FIELDS.iter().filter(|field| field.is_on(endpoint)) {
            let Some(name) = field
                .path()
                .strip_prefix("request.")
                .filter(|name| !name.contains('.'))
            else {
                continue;
            };
            let Some((min, max)) = field.bounds() else {
                continue;
            };
            seen += 1;
            let step = if field.kind() == Type::Integer {
                1.0
            } else {
                0.25
            };
            let codes = |number: f64| -> Vec<Code> {
                let text = body(endpoint, name, &number.to_string());
                objections(&text)
                    .iter()
                    .map(|objection| objection.code)
                    .collect()
            };
            assert_eq!(codes(min), [], "{name}");
            assert_eq!(codes(min - step), [Code::OutOfRange], "{name}");
            if max.is_finite() {
                assert_eq!(codes(max), [], "{name}");
                assert_eq!(codes(max + step), [Code::OutOfRange], "{name}");
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn names_of_v2_lead_to_those_of_v3() {
    let message = |name, value| {
        objections(&body(Endpoint::Txt2img, name, value))
            .remove(0)
            .message
    };
    assert_eq!(
        message("cfg_scale", "7"),
        "V3 has no `request.cfg_scale`; `cfg_scale` is V2's name of `request.guidance_scale`"
    );
    assert_eq!(
        message("n_iter", "1"),
        "V3 has no `request.n_iter`; `n_iter` is a field of V2"
    );
    assert_eq!(
        message("guidence_scale", "1"),
        "V3 has no `request.guidence_scale`; did you mean `guidance_scale`?"
    );
    assert_eq!(message("mood", "1"), "V3 has no `request.mood`");
    assert_eq!(
        message("mask_blur", "1"),
        "V3 takes `request.mask_blur` on inpainting, not on txt2img"
    );
    assert_eq!(
        message("sampler_name", "\"Euler A\""),
        "V3 does not list `\"Euler A\"` for `request.sampler_name`; did you mean `Euler a`?"
    );
}

#[test]
fn a_payload_without_request_gets_one_objection() {
    for (text, words) in [
        (
            r#"{"prompt":"a","model_name":"m","steps":20,"n_iter":1}"#,
            "a V2 payload",
        ),
        (
            r#"{"prompt":"a","model_name":"m","image_num":1}"#,
            "at the top level",
        ),
    ] {
        let objections = objections(text);
        let [only] = objections.as_slice() else {
            panic!("{objections:?}");
        };
        assert_eq!((only.code, only.offset), (Code::MissingRequired, 0));
        assert!(only.message.contains(words), "{only:?}");
    }
}

#[test]
fn what_is_no_payload_is_no_matter_of_schemas() {
    let unfit = |text: &str| Checks::default().check(text.as_bytes()).unwrap_err();
    assert!(matches!(unfit("{").kind, ErrorKind::Syntax(_)));
    assert!(matches!(
        unfit(r#"{"request":{"steps":1,"steps":2}}"#).kind,
        ErrorKind::Syntax(_)
    ));
    assert_eq!(
        unfit(" [1]"),
        Unfit {
            kind: ErrorKind::NotAnObject("a list"),
            offset: 1
        }
    );
    assert_eq!(unfit(r#"{"a":1}"#).kind, ErrorKind::NotAPayload);
    let said = Checks {
        endpoint: Some(Endpoint::Txt2img),
        ..Checks::default()
    };
    let checked = said.check(br#"{"a":1}"#).unwrap();
    assert_eq!(checked.worst(), Severity::Warning, "{checked:?}");
}

#[test]
fn answers_of_v2_are_objected_to_and_those_of_v3_are_not() {
    let check = |text: &str| Checks::default().check(text.as_bytes()).unwrap();
    let v2 = check(r#"{"code":0,"msg":"","data":{"task_id":"x"}}"#);
    assert_eq!((v2.worst(), v2.endpoint()), (Severity::Warning, None));
    let v3 = check(r#"{"task":{"status":"TASK_STATUS_SUCCEED"},"images":[]}"#);
    assert_eq!(v3, Checked::Answer(Vec::new()));
}

#[test]
fn levels_change_the_severity() {
    let text = body(
        Endpoint::Txt2img,
        "loras",
        r#"[{"model_name":"x","strength":1.5}]"#,
    );
    let severity = |levels: &[(&str, Level)]| {
        let levels = levels.iter().map(|(about, level)| LevelRule {
            about: About::parse(about).unwrap(),
            level: *level,
        });
        let checks = Checks {
            endpoint: None,
            levels: levels.collect(),
        };
        match checks.check(text.as_bytes()) {
            Ok(Checked::Request(_, objections)) => objections[0].severity,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(severity(&[]), Severity::Warning);
    assert_eq!(
        severity(&[("out-of-range=loras.strength", Level::Allow)]),
        Severity::Note
    );
    assert_eq!(
        severity(&[("out-of-range=request.loras.strength", Level::Allow)]),
        Severity::Note
    );
    assert_eq!(
        severity(&[("out-of-range=steps", Level::Allow)]),
        Severity::Warning
    );
    assert_eq!(
        severity(&[("out-of-range", Level::Allow), ("warnings", Level::Deny)]),
        Severity::Error
    );
}

#[test]
fn half_a_surrogate_pair_is_a_text() {
    let text = body(Endpoint::Txt2img, "prompt", "\"\\ud800\"");
    assert_eq!(told(&text), []);
}
