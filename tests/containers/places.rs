//! `--at` and `--find`: payloads inside larger documents, and the URLs beside them.

use crate::support::{Folder, PLAIN};

fn convert(flags: &[&str], input: &str) -> crate::support::Ran {
    let folder = Folder::new().with("in.json", input);
    folder.run(&[&["convert", "in.json"], flags].concat())
}

/// The same payload after its migration.
fn v3() -> String {
    convert(&[], PLAIN).ends(0).out.clone()
}

#[test]
fn a_pointer_leads_to_payloads_and_to_nothing_else() {
    let v3 = v3();
    for (at, before, after) in [
        (
            "/job",
            format!(r#"{{"job":{PLAIN},"prompt":1}}"#),
            format!(r#"{{"job":{v3},"prompt":1}}"#),
        ),
        (
            "/*",
            format!(r#"{{"a":{PLAIN},"b":{PLAIN}}}"#),
            format!(r#"{{"a":{v3},"b":{v3}}}"#),
        ),
        // Elements of a list at the top have their numbers.
        (
            "/1/body",
            format!(r#"[{{"body":{PLAIN}}}, {{"body":{PLAIN}}}]"#),
            format!(r#"[{{"body":{PLAIN}}}, {{"body":{v3}}}]"#),
        ),
        (
            "/*/body",
            format!(r#"[1, {{"body":{PLAIN}}}, 2]"#),
            format!(r#"[1, {{"body":{v3}}}, 2]"#),
        ),
        (
            "/a~1b",
            format!(r#"{{"a/b":{PLAIN}}}"#),
            format!(r#"{{"a/b":{v3}}}"#),
        ),
        ("", PLAIN.to_owned(), v3.clone()),
    ] {
        let ran = convert(&["--at", at], &before);
        ran.ends(0);
        assert_eq!(ran.out, after, "{at}");
    }
    let two = convert(
        &["--at", "/a", "--at", "/b"],
        &format!(r#"{{"a":{PLAIN},"b":{PLAIN},"c":{PLAIN}}}"#),
    );
    assert_eq!(two.out, format!(r#"{{"a":{v3},"b":{v3},"c":{PLAIN}}}"#));
}

#[test]
fn a_pointer_to_what_is_no_payload_is_told() {
    let ran = convert(&["--at", "/job"], r#"{"job":{"a":1}}"#);
    ran.ends(2).says(&[
        "in.json:1:8: error: /job: neither a V2 nor a V3 payload",
        "`--find` looks inside larger documents",
    ]);
    // What is not there is not missing: records differ.
    convert(&["--at", "/job"], r#"{"other":1}"#)
        .ends(0)
        .says(&["without a payload"]);
    convert(&["--at", "job"], "{}")
        .ends(2)
        .says(&["a JSON Pointer starts with a slash"]);
}

#[test]
fn json_in_strings_keeps_its_depth_and_its_manner_of_escaping() {
    let v3 = v3();
    for depth in 1..4 {
        let wrap = |payload: &str| {
            let mut text = payload.to_owned();
            for _ in 0..depth {
                text = format!(r#"{{"body":{}}}"#, serde_json::to_string(&text).unwrap());
            }
            text
        };
        let ran = convert(&["--find"], &wrap(PLAIN));
        ran.ends(0);
        assert_eq!(ran.out, wrap(&v3), "{depth}");
    }
    // As PHP and Python write it.
    let php = r#"{"body":"{\"prompt\":\"a\\\/b \\u00e9\",\"model_name\":\"m\",\"image\":\"x\"}"}"#;
    let ran = convert(&["--find", "--unknown", "keep"], php);
    assert_eq!(
        ran.out,
        r#"{"body":"{\"request\":{\"prompt\":\"a\\\/b \\u00e9\",\"model_name\":\"m\",\"image\":\"x\"}}"}"#
    );
}

#[test]
fn a_url_beside_a_payload_tells_what_it_is_and_becomes_its_v3_url() {
    // Without the URL this would be txt2img.
    let input = format!(r#"{{"url":"https://api.novita.ai/v2/img2img","json":{PLAIN}}}"#);
    let ran = convert(&["--find"], &input);
    assert!(
        ran.out
            .starts_with(r#"{"url":"https://api.novita.ai/v3/async/img2img","json":{"request":"#),
        "{}",
        ran.out
    );
    ran.says(&["image_base64"]);
    // A payload that stays V2 keeps its URL.
    let denied = convert(&["--find", "--deny", "missing-required"], &input);
    assert_eq!(denied.ends(1).out, input);
}

#[test]
fn the_path_of_dedicated_customers_becomes_a_member_of_the_body() {
    for host in ["https://api.novita.ai", "{{ _.base }}", ""] {
        let input = format!(r#"{{"url":"{host}/v2/enterprise/txt2img","body":{PLAIN}}}"#);
        let ran = convert(&["--find", "-v"], &input);
        ran.ends(0).says(&["V3 wants the plan in the body"]);
        let start = format!(
            r#"{{"url":"{host}/v3/async/txt2img","body":{{"extra":{{"enterprise_plan":{{"enabled":true}}}},"request":"#
        );
        assert!(ran.out.starts_with(&start), "{}", ran.out);
    }
}

#[test]
fn whose_path_is_not_known_is_under_the_plan_that_the_flag_says() {
    const ENTERPRISE: &str = r#""extra":{"enterprise_plan":{"enabled":true}}"#;
    let flag = ["--plan", "enterprise"];
    let stored = convert(&flag, PLAIN);
    let start = format!("{{{ENTERPRISE},\"request\":");
    assert!(stored.ends(0).out.starts_with(&start), "{}", stored.out);
    let standard = convert(&["--plan", "standard"], PLAIN);
    assert!(
        !standard.ends(0).out.contains("enterprise_plan"),
        "{}",
        standard.out
    );

    // A call that says its path knows better.
    let call =
        |path: &str| format!(r#"{{"url":"https://api.novita.ai/v2/{path}","body":{PLAIN}}}"#);
    for (path, is_enterprise) in [("txt2img", false), ("enterprise/txt2img", true)] {
        let ran = convert(&["--find", "--plan", "enterprise"], &call(path));
        assert_eq!(
            ran.ends(0).out.contains(ENTERPRISE),
            is_enterprise,
            "{}",
            ran.out
        );
    }
}

#[test]
fn calls_of_other_apis_are_left_alone() {
    for input in [
        format!(
            r#"{{"method":"POST","url":"https://example.com/sdapi/v1/txt2img","body":{PLAIN}}}"#
        ),
        r#"{"url":"https://example.com/v2/txt2img"}"#.to_owned(),
        r#"{"text":"see https://api.novita.ai/v2/txt2img"}"#.to_owned(),
    ] {
        let ran = convert(&["--find"], &input);
        assert_eq!(ran.ends(0).out, input);
    }
}

#[test]
fn an_answer_is_no_request_whatever_url_stands_near() {
    let input = r#"{"url":"https://api.novita.ai/v2/txt2img","answer":{"code":0,"msg":"","data":{"task_id":"a"}}}"#;
    for flags in [&["--find"][..], &["--at", "/answer"]] {
        let ran = convert(flags, input);
        assert_eq!(
            ran.ends(0).out,
            r#"{"url":"https://api.novita.ai/v3/async/txt2img","answer":{"task_id":"a"}}"#
        );
    }
}

/// What a second run finds is what the first one left.
#[test]
fn what_was_found_and_converted_is_not_found_again() {
    for (input, after) in [
        // What was asked for is repeated in the answer, as text.
        (
            r#"{"code":0,"msg":"","data":{"status":2,"progress":1,"imgs":[],"info":"{\"prompt\": \"a\", \"seed\": 7}"}}"#,
            r#"{"extra":{"seed":"7","debug_info":{"request_info":"{\"prompt\": \"a\", \"seed\": 7}"}},"#,
        ),
        (
            r#"{"code":0,"msg":"","data":{"task_id":"{\"prompt\":\"a\",\"model_name\":\"m\"}"}}"#,
            r#"{"task_id":"{\"prompt\":\"a\",\"model_name\":\"m\"}"}"#,
        ),
        // An answer without a state, which V3's has none of then either.
        (
            r#"{"code":0,"msg":"","data":{"status":null,"progress":0,"info":{"code":0,"msg":"","data":{"status":null,"progress":0}}}}"#,
            r#"{"extra":{"debug_info":{"request_info":"{\"code\":0,"#,
        ),
        // A record with an answer in `data`: its other members are somebody else's.
        (
            r#"{"id":7,"data":{"code":0,"msg":"","data":{"task_id":"t"}}}"#,
            r#"{"id":7,"data":{"task_id":"t"}}"#,
        ),
        (
            r#"{"code":0,"data":{"code":0,"msg":"","data":{"task_id":"t"}}}"#,
            r#"{"code":0,"data":{"task_id":"t"}}"#,
        ),
    ] {
        let once = convert(&["--find"], input).ends(0).out.clone();
        assert!(once.starts_with(after), "{input}: {once}");
        assert_eq!(convert(&["--find"], &once).ends(0).out, once, "{input}");
    }
}

/// An answer that is V3 hides no payload that somebody keeps beside it.
/// A record that looks like an answer and has names of requests, too: found by fuzzing.
#[test]
fn a_record_is_no_request_once_its_data_is_one_of_v3() {
    let record =
        r#"{"model_name":"m","strength":1,"data":{"prompt":"a","model_name":"m","task_id":"t"}}"#;
    let once = convert(&["--find"], record).out;
    assert_eq!(
        once,
        r#"{"model_name":"m","strength":1,"data":{"request":{"prompt":"a","model_name":"m"}}}"#
    );
    let again = convert(&["--find"], &once);
    assert_eq!(again.ends(0).out, once);
}

#[test]
fn a_payload_beside_a_v3_answer_is_found() {
    let v3 = v3();
    for answer in [
        r#""task_id":"t""#,
        r#""task":{"status":"TASK_STATUS_SUCCEED"},"images":[]"#,
        r#""task_id":"t","task":{"status":"queued"}"#,
    ] {
        let input = format!(r#"{{{answer},"asked":{PLAIN}}}"#);
        let ran = convert(&["--find"], &input);
        assert_eq!(ran.ends(0).out, format!(r#"{{{answer},"asked":{v3}}}"#));
    }
}

/// Names of V2 are words of everybody.
#[test]
fn somebodys_request_with_a_name_of_v2_is_left_alone() {
    let v3 = v3();
    for record in [
        r#"{"name":"n","request":{"mask":"*","method":"POST","url":"https://example.com"}}"#
            .to_owned(),
        format!(r#"{{"id":1,"request":{{"resize_mode":0,"body":{PLAIN}}}}}"#),
    ] {
        let ran = convert(&["--find"], &record);
        assert_eq!(ran.ends(0).out, record.replace(PLAIN, &v3));
    }
    let half = r#"{"request":{"prompt":"a","n_iter":1,"model_name":"m"}}"#;
    let ran = convert(&["--find"], half);
    assert_eq!(
        ran.ends(0).out,
        r#"{"request":{"prompt":"a","model_name":"m"}}"#
    );
}
