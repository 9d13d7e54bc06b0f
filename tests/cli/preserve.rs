//! The options that keep the pictures, each on both sides: what it changes, and what stays without it.

use serde_json::Value;

use crate::support::{Folder, LOSES, PLAIN};

/// A fixture of an option.
fn fixture(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/options/");
    std::fs::read_to_string(format!("{folder}{name}")).unwrap()
}

/// `convert` of one payload with these flags: the body, and what was said.
fn convert(folder: &Folder, flags: &[&str], payload: &str) -> (Value, String) {
    let ran = folder.pipe(&[&["convert", "-v"], flags].concat(), payload);
    ran.ends(0);
    (serde_json::from_str(&ran.out).unwrap(), ran.err)
}

const MASKED: &str = r#"{"prompt":"a cat","model_name":"m.safetensors","sampler_name":"Restart","batch_size":2,"n_iter":2,
    "steps":25,"cfg_scale":7,"seed":-1,"width":512,"height":512,"init_images":["AA"],"mask":"BB","denoising_strength":0.5}"#;

#[test]
fn rounds_are_multiplied_or_the_number_of_requests_is_told() {
    let folder = Folder::new();
    let (body, said) = convert(&folder, &[], LOSES);
    assert_eq!(body["request"]["image_num"], 2);
    assert!(said.contains("warning[deprecated-field] /n_iter"), "{said}");
    let (body, said) = convert(&folder, &["--n-iter", "multiply"], LOSES);
    assert_eq!(body["request"]["image_num"], 8);
    assert!(!said.contains("warning"), "{said}");
    // 20 pictures are more than V3 makes of one request.
    let more = LOSES.replace("\"n_iter\": 4", "\"n_iter\": 10");
    let (body, said) = convert(&folder, &["--n-iter", "multiply"], &more);
    assert_eq!(body["request"]["image_num"], 2);
    assert!(
        said.contains("warning[deprecated-field] /n_iter") && said.contains("take 3 requests"),
        "{said}"
    );
}

#[test]
fn a_mask_becomes_an_inpainting_request_with_the_defaults_of_v2() {
    let folder = Folder::new();
    let (body, said) = convert(&folder, &[], MASKED);
    assert_eq!(body["request"]["mask_image_base64"], Value::Null);
    assert!(said.contains("warning[mask-dropped] /mask"), "{said}");
    let (body, said) = convert(&folder, &["--mask", "inpainting"], MASKED);
    let request = &body["request"];
    assert_eq!(request["mask_image_base64"], "BB");
    assert_eq!(
        request["initial_noise_multiplier"], 1,
        "V3's own default is 0.5"
    );
    assert_eq!(
        request["inpainting_full_res_padding"], 32,
        "V3's own default is 8"
    );
    assert_eq!(request["width"], Value::Null);
    assert!(
        said.contains("warning[unsuited-model] /model_name"),
        "{said}"
    );
    let report = folder.pipe(
        &["convert", "--mask", "inpainting", "--report", "r"],
        MASKED,
    );
    report.ends(0);
    assert!(
        folder
            .read("r")
            .contains(r#""endpoint":"/v3/async/inpainting""#)
    );
}

#[test]
fn an_inpainting_checkpoint_is_known_by_the_catalog_or_by_its_name() {
    let page = r#"{"models":[
        {"sd_name":"m.safetensors","sd_name_in_api":"m.safetensors","type":{"name":"checkpoint"},"status":1,"base_model_type":"Inpainting"},
        {"sd_name":"n.safetensors","sd_name_in_api":"n.safetensors","type":{"name":"checkpoint"},"status":1,"base_model_type":"Standard"}]}"#;
    let folder = Folder::new().with("page.json", page);
    let flags = ["--mask", "inpainting", "--catalog", "page.json"];
    let named = MASKED.replace("m.safetensors", "some-inpainting.safetensors");
    let standard = MASKED.replace("m.safetensors", "n.safetensors");
    for (flags, payload, is_unsuited) in [
        (&flags[..2], MASKED, true),
        (&flags[..2], &named, false),
        (&flags[..], MASKED, false),
        (&flags[..], &standard, true),
    ] {
        let (_, said) = convert(&folder, flags, payload);
        assert_eq!(
            said.contains("unsuited-model"),
            is_unsuited,
            "{flags:?} {payload}: {said}"
        );
    }
}

#[test]
fn an_ip_adapter_leaves_the_units_when_asked() {
    let folder = Folder::new();
    let payload = fixture("ip-adapter-move/sd15.json");
    let adapters = |flags: &[&str]| {
        let (body, _) = convert(&folder, flags, &payload);
        body["request"]["ip_adapters"][0]["model_name"].clone()
    };
    assert_eq!(adapters(&[]), Value::Null);
    for flag in ["--ip-adapter", "--ip-adapter=move", "--preserve"] {
        assert_eq!(adapters(&[flag]), "ip-adapter_sd15.bin", "{flag}");
    }
    assert_eq!(adapters(&["--preserve", "--ip-adapter=keep"]), Value::Null);
}

#[test]
fn a_sampler_that_v3_dropped_becomes_the_closest_when_asked() {
    let folder = Folder::new();
    let (body, said) = convert(&folder, &[], MASKED);
    assert_eq!(body["request"]["sampler_name"], "Restart");
    assert!(said.contains("--samplers nearest"), "{said}");
    let (body, said) = convert(&folder, &["--samplers", "nearest"], MASKED);
    assert_eq!(body["request"]["sampler_name"], "Heun");
    assert!(
        said.contains("Restart runs Heun steps"),
        "the reason: {said}"
    );
}

#[test]
fn preserve_is_all_four_and_a_flag_of_its_own_wins() {
    let folder = Folder::new();
    let (body, _) = convert(&folder, &["--preserve"], MASKED);
    let request = &body["request"];
    assert_eq!(request["image_num"], 4);
    assert_eq!(request["sampler_name"], "Heun");
    assert_eq!(request["mask_image_base64"], "BB");
    let flags = [
        "--preserve",
        "--n-iter",
        "drop",
        "--mask",
        "drop",
        "--samplers",
        "keep",
    ];
    let (body, _) = convert(&folder, &flags, MASKED);
    let (without, _) = convert(&folder, &[], MASKED);
    assert_eq!(body, without);
}

#[test]
fn embeddings_that_the_prompts_name_are_listed() {
    let names = fixture("embeddings/names/names.json");
    let folder = Folder::new()
        .with("names.json", names)
        .with("list.json", r#"["badhandv4"]"#);
    let payload = PLAIN.replace(
        r#""negative_prompt":"""#,
        r#""negative_prompt":"(badhandv4:1.2), blurry""#,
    );
    let listed = |flags: &[&str]| {
        let (body, _) = convert(&folder, flags, &payload);
        assert_eq!(
            body["request"]["negative_prompt"],
            "(badhandv4:1.2), blurry"
        );
        body["request"]["embeddings"].clone()
    };
    assert_eq!(listed(&[]), Value::Null);
    assert_eq!(
        listed(&["--embeddings", "names.json"]),
        serde_json::json!([{"model_name": "badhandv4_16755.pt"}])
    );
    assert_eq!(
        listed(&["--embeddings", "list.json"]),
        serde_json::json!([{"model_name": "badhandv4"}])
    );
}

#[test]
fn two_pages_of_a_catalog_rename_models_and_report_the_others() {
    let folder = Folder::new()
        .with("page-1.json", fixture("catalog/pages/page-1.json"))
        .with("page-2.json", fixture("catalog/pages/page-2.json"));
    let pages = ["--catalog", "page-1.json", "--catalog", "page-2.json"];
    let named = |name: &str| PLAIN.replace("m.safetensors", name);
    let (body, said) = convert(&folder, &pages, &fixture("catalog/renamed.json"));
    assert!(said.contains("note[renamed-model]"), "{said}");
    assert_ne!(
        body,
        convert(&folder, &[], &fixture("catalog/renamed.json")).0
    );
    // A name that is nearly one of the catalog's.
    let (body, said) = convert(&folder, &pages, &named("dreamshaper_8_93212.safetensors"));
    assert_eq!(
        body["request"]["model_name"],
        "dreamshaper_8_93212.safetensors"
    );
    assert!(
        said.contains("warning[unknown-model] /model_name")
            && said.contains("most like it: dreamshaper_8_93211.safetensors"),
        "{said}"
    );
    // The first page has it, with status 0.
    let (_, said) = convert(&folder, &pages, &named("dreamshaper_7.safetensors"));
    assert!(
        said.contains("warning[unavailable-model] /model_name"),
        "{said}"
    );
    let (_, said) = convert(&folder, &[], &named("dreamshaper_7.safetensors"));
    assert!(
        !said.contains("-model]"),
        "without a catalog nothing is known: {said}"
    );
}

#[test]
fn both_pages_count() {
    let page = |name: &str| {
        format!(
            r#"{{"models":[{{"sd_name":"{name}","sd_name_in_api":"{name}_v3","type":{{"name":"checkpoint"}},"status":1}}],"pagination":{{"next_cursor":"c_1"}}}}"#
        )
    };
    let folder = Folder::new()
        .with("1.json", page("one"))
        .with("2.json", page("two"));
    let flags = ["--catalog", "1.json", "--catalog", "2.json"];
    for name in ["one", "two"] {
        let (body, _) = convert(&folder, &flags, &PLAIN.replace("m.safetensors", name));
        assert_eq!(body["request"]["model_name"], format!("{name}_v3"));
    }
}

#[test]
fn files_of_names_that_are_none_are_errors_with_a_place() {
    let folder = Folder::new()
        .with("payload.json", PLAIN)
        .with("broken.json", "{\n  \"a\" 1}")
        .with("empty.json", "{}");
    for (flag, file, words) in [
        ("--catalog", "broken.json", "broken.json:2:7:"),
        ("--catalog", "empty.json", "there are no models"),
        ("--catalog", "absent.json", "absent.json: no such file"),
        ("--embeddings", "broken.json", "broken.json:2:7:"),
        ("--embeddings", "empty.json", "there are no names"),
    ] {
        let ran = folder.run(&["convert", flag, file, "payload.json"]);
        ran.ends(2).says(&[words]);
        assert_eq!(ran.out, "");
    }
}

#[test]
fn the_settings_file_says_it_too_and_flags_win() {
    let page = r#"{"models":[{"sd_name":"m.safetensors","sd_name_in_api":"m_1.safetensors","type":{"name":"checkpoint"}}]}"#;
    let settings =
        "[options]\npreserve = true\nsamplers = \"keep\"\ncatalog = [\"names/page.json\"]\n";
    let folder = Folder::new()
        .with("novita-migrate.toml", settings)
        .with("names/page.json", page)
        .with("deeper/payload.json", MASKED);
    let mut command = folder.command(&["convert", "payload.json"]);
    let output = command
        .current_dir(folder.path().join("deeper"))
        .output()
        .unwrap();
    let body: Value = serde_json::from_slice(&output.stdout).unwrap();
    let request = &body["request"];
    assert_eq!(request["image_num"], 4, "preserve");
    assert_eq!(
        request["sampler_name"], "Restart",
        "a key of its own wins over preserve"
    );
    assert_eq!(
        request["model_name"], "m_1.safetensors",
        "seen from the settings file's folder"
    );
    let (body, _) = convert(&folder, &["--preserve", "--mask", "drop"], MASKED);
    let request = &body["request"];
    assert_eq!(
        request["sampler_name"], "Heun",
        "the flag --preserve wins over the file"
    );
    assert_eq!(request["mask_image_base64"], Value::Null);
}

#[test]
fn config_show_tells_who_said_what() {
    let folder = Folder::new().with(
        "novita-migrate.toml",
        "[options]\nmask = \"inpainting\"\nembeddings = \"names.json\"\n",
    );
    let ran = folder.run(&[
        "config",
        "show",
        "--preserve",
        "--samplers",
        "keep",
        "--catalog",
        "a.json",
    ]);
    ran.ends(0);
    for (value, origin) in [
        ("preserve = true", "flag --preserve"),
        ("n-iter = \"multiply\"", "flag --preserve"),
        ("mask = \"inpainting\"", "flag --preserve"),
        ("ip-adapter = \"move\"", "flag --preserve"),
        ("samplers = \"keep\"", "flag --samplers"),
        ("embeddings = \"names.json\"", "novita-migrate.toml:3"),
        ("\"a.json\",", "flag --catalog"),
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
    let again = Folder::new()
        .with("novita-migrate.toml", &ran.out)
        .run(&["config", "show"]);
    again.ends(0);
    assert!(again.out.contains("samplers = \"keep\""), "{}", again.out);
    let plain = Folder::new().run(&["config", "show"]);
    assert!(plain.out.contains("preserve = false"), "{}", plain.out);
    assert!(plain.out.contains("mask = \"drop\""), "{}", plain.out);
}

#[test]
fn odd_input_is_finished_rather_than_refused() {
    let folder = Folder::new();
    let request = r#""prompt":"a cat","model_name":"m.safetensors","sampler_name":"Euler a","steps":25,"width":512,"height":512"#;
    let v3 = |members: &str| -> Value {
        serde_json::from_str(&format!("{{\"request\":{{{request}{members}}}}}")).unwrap()
    };
    let plain = v3(r#","image_num":2,"guidance_scale":7"#);
    let v2 = r#","batch_size":2,"cfg_scale":7"#;
    let image = r#","init_images":["AA"]"#;
    for (payload, expected, code) in [
        (
            format!("{{\"request\":{{{request}{v2}}}}}"),
            plain.clone(),
            "half-migrated",
        ),
        (
            format!("{{{request},\"image_num\":2,\"guidance_scale\":7}}"),
            plain.clone(),
            "half-migrated",
        ),
        (
            format!("{{\"params\":{{{request}{v2}}}}}"),
            plain.clone(),
            "unwrapped",
        ),
        (
            format!("{{{request},\"batch_size\":\"2\",\"cfg_scale\":\"7\"}}"),
            plain.clone(),
            "type-converted",
        ),
        (
            format!("{{{request}{v2}{image},\"restore_face\":true,\"inpaint_mask_invert\":1}}"),
            v3(r#","image_num":2,"guidance_scale":7,"image_base64":"AA""#),
            "inactive-field",
        ),
        (
            format!("{{{request}{v2},\"init_images\":[\"data:image/png;base64,AA\"]}}"),
            v3(r#","image_num":2,"guidance_scale":7,"image_base64":"AA""#),
            "type-converted",
        ),
        (
            format!("{{{request}{v2},\"sd_refiner\":[{{\"switch_at\":0.5}}]}}"),
            v3(r#","image_num":2,"guidance_scale":7,"refiner":{"switch_at":0.5}"#),
            "type-converted",
        ),
        (
            format!("{{{request}{v2}{image},\"mask\":[\"BB\"]}}"),
            v3(r#","image_num":2,"guidance_scale":7,"image_base64":"AA""#),
            "mask-dropped",
        ),
        (
            format!("{{{request}{v2},\"lora\":[{{\"sd_name\":\"x\",\"weight\":0.5}}]}}")
                .replace("a cat", "a cat, <lora:x:0.5>"),
            v3(r#","image_num":2,"guidance_scale":7,"loras":[{"model_name":"x","strength":0.5}]"#),
            "inactive-field",
        ),
    ] {
        let (body, said) = convert(&folder, &[], &payload);
        assert_eq!(body, expected, "{payload}");
        assert!(said.contains(&format!("[{code}]")), "{payload}: {said}");
    }
}

#[test]
fn stored_answers_of_progress_become_task_results() {
    let folder = Folder::new();
    let answer = r#"{"code":0,"msg":"","data":{"status":2,"progress":1,"eta_relative":0,"failed_reason":"","imgs":["https://example.com/1.png"],
        "current_images":null,"info":"{\"seed\":5}","submit_time":"1690000000000","execution_time":"1690000001000","finish_time":"1690000002000",
        "enable_nsfw_detection":true,"nsfw_detection_result":[{"valid":true,"confidence":0.9}],
        "debug_info":{"submit_time_ms":1690000000000,"execution_time_ms":1690000001000,"finish_time_ms":1690000002000,"txt2img_time_ms":7}}}"#;
    for flags in [&[][..], &["--endpoint", "progress"]] {
        let (body, said) = convert(&folder, flags, answer);
        assert_eq!(body["task"]["status"], "TASK_STATUS_SUCCEED", "{said}");
        assert_eq!(body["task"]["progress_percent"], 100);
        assert_eq!(body["images"][0]["image_url"], "https://example.com/1.png");
        assert_eq!(body["images"][0]["nsfw_detection_result"]["valid"], true);
        assert_eq!(body["extra"]["seed"], "5");
        assert_eq!(body["extra"]["enable_nsfw_detection"], true);
        assert_eq!(
            body["extra"]["debug_info"]["submit_time_ms"],
            "1690000000000"
        );
        assert!(
            said.contains("txt2img_time_ms"),
            "what is left out is told: {said}"
        );
    }
    // Nothing in it but what the other answers have, too: only the flag tells what it is.
    let bare = r#"{"code":0,"msg":"","data":{"status":1}}"#;
    let (body, _) = convert(&folder, &["--endpoint", "progress"], bare);
    assert_eq!(body["task"]["status"], "TASK_STATUS_PROCESSING");
}
