//! `validate` and `schema v3-…`: what V3 takes, and what is said about the rest.

use serde_json::Value;

use crate::support::{Folder, LOSES, PLAIN, V3};

/// A V3 body with three mistakes.
const WRONG: &str = r#"{
  "request": {
    "prompt": "a cat",
    "model_name": "m.safetensors",
    "sampler_name": "Euler A",
    "image_num": 9,
    "steps": 25,
    "cfg_scale": 7,
    "width": 512,
    "height": 512
  }
}
"#;

fn guide(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/guide/");
    std::fs::read_to_string(format!("{folder}{name}")).unwrap()
}

fn schema(folder: &Folder, name: &str) -> Value {
    let ran = folder.run(&["schema", name]);
    serde_json::from_str(&ran.ends(0).out).unwrap()
}

#[test]
fn the_schemas_take_the_guides_own_bodies_and_nothing_of_v2() {
    let folder = Folder::new();
    for (name, example) in [("v3-txt2img", "txt2img"), ("v3-img2img", "img2img")] {
        let schema = schema(&folder, name);
        assert_eq!(
            schema["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let body = |version: &str| -> Value {
            serde_json::from_str(&guide(&format!("{example}.{version}.json"))).unwrap()
        };
        let errors: Vec<_> = validator
            .iter_errors(&body("v3"))
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        assert!(!validator.is_valid(&body("v2")), "{name}");
    }
}

#[test]
fn the_schemas_have_the_ranges_of_the_table() {
    let folder = Folder::new();
    for endpoint in novita_migrate::Endpoint::ALL {
        let schema = schema(&folder, &format!("v3-{}", endpoint.name()));
        let printed = novita_migrate::schema(endpoint);
        assert_eq!(schema, serde_json::from_str::<Value>(&printed).unwrap());
        let fields = novita_migrate::v3::FIELDS.iter();
        for field in fields.filter(|field| field.is_on(endpoint)) {
            let pointer = format!(
                "/properties/{}",
                field
                    .path()
                    .replace("[]", ".items")
                    .replace('.', "/properties/")
            );
            let pointer = pointer.replace("/properties/items", "/items");
            let property = schema
                .pointer(&pointer)
                .unwrap_or_else(|| panic!("{pointer}"));
            let (min, max) = field.bounds().unzip();
            assert_eq!(property["minimum"].as_f64(), min, "{pointer}");
            assert_eq!(
                property["maximum"].as_f64(),
                max.filter(|max| max.is_finite()),
                "{pointer}"
            );
        }
    }
}

#[test]
fn findings_have_a_code_a_place_and_help() {
    let folder = Folder::new().with("v3.json", V3).with("wrong.json", WRONG);
    folder
        .run(&["validate", "v3.json"])
        .ends(0)
        .says(&["1 payload: 1 valid"]);
    let ran = folder.run(&["validate", "wrong.json"]);
    ran.ends(1).says(&[
        "wrong.json:2:14: warning[missing-required] /request: V3 requires `request.guidance_scale`",
        "wrong.json:5:21: warning[no-counterpart] /request/sampler_name:",
        "did you mean `Euler a`?",
        "wrong.json:6:18: warning[out-of-range] /request/image_num: `9` is outside V3's range for `request.image_num`, 1 to 8",
        "wrong.json:8:18: warning[unknown-field] /request/cfg_scale:",
        "`cfg_scale` is V2's name of `request.guidance_scale`",
        "= help: `novita-migrate convert` finishes",
        "1 payload: 1 not valid",
    ]);
    assert_eq!(ran.out, "", "nothing is converted");
    assert_eq!(folder.read("wrong.json"), WRONG);
}

#[test]
fn every_output_format_and_the_report_tell_them() {
    let folder = Folder::new().with("v3.json", V3).with("wrong.json", WRONG);
    for (format, words) in [
        (
            "concise",
            "wrong.json:6:18: warning[out-of-range] /request/image_num:",
        ),
        (
            "github",
            "::warning file=./wrong.json,line=6,col=18,title=out-of-range::/request/image_num:",
        ),
        ("json", r#""status":"invalid""#),
        ("sarif", r#""ruleId":"out-of-range""#),
    ] {
        let ran = folder.run(&["validate", "--output-format", format, "."]);
        ran.ends(1);
        assert!(ran.out.contains(words), "{format}:\n{}", ran.out);
    }
    folder
        .run(&[
            "validate",
            "--report",
            "report.out",
            "v3.json",
            "wrong.json",
        ])
        .ends(1);
    let validator = jsonschema::draft202012::new(&schema(&folder, "report")).unwrap();
    let report = folder.read("report.out");
    let lines: Vec<Value> = report
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for line in &lines {
        let errors: Vec<_> = validator
            .iter_errors(line)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{line}: {errors:?}");
    }
    let [valid, invalid, summary] = lines.as_slice() else {
        panic!("{report}");
    };
    assert_eq!(valid["status"], "valid");
    assert_eq!(valid["endpoint"], "/v3/async/txt2img");
    assert_eq!(invalid["findings"][0]["to"], "/request/guidance_scale");
    assert_eq!(
        (&summary["summary"]["valid"], &summary["summary"]["invalid"]),
        (&1.into(), &1.into())
    );
}

#[test]
fn the_schema_follows_from_the_body_or_the_flag() {
    let folder = Folder::new();
    let with = |members: &str| V3.replace("{\"request\":{", &format!("{{\"request\":{{{members},"));
    let endpoint = |flags: &[&str], body: &str| {
        let args = [&["validate", "--output-format", "json"], flags].concat();
        let ran = folder.pipe(&args, body);
        let line: Value = serde_json::from_str(ran.out.lines().next().unwrap()).unwrap();
        (line["endpoint"].clone(), ran.code)
    };
    let image = with(r#""image_base64":"AA""#);
    assert_eq!(endpoint(&[], V3), ("/v3/async/txt2img".into(), 0));
    assert_eq!(endpoint(&[], &image), ("/v3/async/img2img".into(), 0));
    let masked = with(r#""image_base64":"AA","mask_image_base64":"BB""#)
        .replace(r#","width":512,"height":512"#, "");
    assert_eq!(endpoint(&[], &masked), ("/v3/async/inpainting".into(), 0));
    assert_eq!(
        endpoint(&["--endpoint", "img2img"], V3),
        ("/v3/async/img2img".into(), 1)
    );
    assert_eq!(
        endpoint(&["--endpoint", "txt2img"], &image),
        ("/v3/async/txt2img".into(), 1)
    );
}

#[test]
fn what_convert_reads_is_read() {
    let folder = Folder::new()
        .with(
            "in/log.ndjson",
            format!("{V3}\n{}\n", WRONG.replace('\n', " ")),
        )
        .with("in/list.json", format!("[{V3},\n {WRONG}]"))
        .with(
            "rows.csv",
            format!(
                "id,body\n1,\"{}\"\n",
                V3.replace("steps\":25", "steps\":0").replace('"', "\"\"")
            ),
        )
        .with("deep.json", format!("{{\"jobs\":[{{\"body\":{WRONG}}}]}}"));
    let ran = folder.run(&["validate", "in"]);
    ran.ends(1).says(&[
        "4 payloads in 2 files: 2 valid, 2 not valid",
        "in/log.ndjson:2:",
        "in/list.json:7:18: warning[out-of-range] /1/request/image_num:",
    ]);
    folder
        .run(&["validate", "--column", "body", "rows.csv"])
        .ends(1)
        .says(&["/body/request/steps", "out-of-range"]);
    for flags in [&["--at", "/jobs/*/body"][..], &["--find"]] {
        let ran = folder.run(&[&["validate"], flags, &["deep.json"]].concat());
        ran.ends(1).says(&["/jobs/0/body/request/image_num"]);
    }
    folder
        .pipe(&["validate", "--tolerant"], format!("{V3} // a comment"))
        .ends(0);
    let converted = folder.pipe(&["convert"], PLAIN).ends(0).out.clone();
    folder.pipe(&["validate"], converted).ends(0);
}

#[test]
fn what_is_no_v3_payload_is_told_apart() {
    let folder = Folder::new();
    folder.pipe(&["validate"], LOSES).ends(1).says(&[
        "this is a V2 payload",
        "`novita-migrate convert` makes V3 of it",
    ]);
    folder
        .pipe(&["validate"], r#"{"task_id":"x"}"#)
        .ends(0)
        .says(&["1 already V3"]);
    folder
        .pipe(
            &["validate"],
            r#"{"code":0,"msg":"","data":{"task_id":"x"}}"#,
        )
        .ends(1)
        .says(&["an answer of V2"]);
    folder
        .pipe(&["validate"], "{\"request\": {")
        .ends(2)
        .says(&["<stdin>:1:14: error"]);
    folder.pipe(&["validate"], r#"{"a":1}"#).ends(2).says(&[
        "neither a V2 nor a V3 payload",
        "txt2img|img2img|inpainting",
    ]);
    folder.run(&["validate", "absent.json"]).ends(2);
    let script = folder.with(
        "call.sh",
        "curl -d '{}' https://api.novita.ai/v3/async/txt2img\n",
    );
    script
        .run(&["validate", "call.sh"])
        .ends(2)
        .says(&["not validated"]);
}

#[test]
fn levels_decide_what_counts() {
    let strong = V3.replace(
        "{\"request\":{",
        r#"{"request":{"loras":[{"model_name":"x","strength":1.5}],"#,
    );
    let folder = Folder::new().with("strong.json", &strong);
    folder.run(&["validate", "strong.json"]).ends(1);
    let ran = folder.run(&[
        "validate",
        "-v",
        "--allow",
        "out-of-range=loras.strength",
        "strong.json",
    ]);
    ran.ends(0)
        .says(&["note[out-of-range] /request/loras/0/strength"]);
    let ran = folder.run(&["validate", "-q", "--deny", "warnings", "strong.json"]);
    ran.ends(1).says(&["error[out-of-range]"]);
}
