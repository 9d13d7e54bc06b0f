//! Scripts with curl commands: what was converted is V3 as a whole, and what was not is said.

use crate::support::{Folder, PLAIN, Ran};

const URL: &str = "https://api.novita.ai/v2/txt2img";
const V3: &str = "https://api.novita.ai/v3/async/txt2img";

fn convert(script: &str) -> Ran {
    Folder::new()
        .with("calls.sh", script)
        .run(&["convert", "calls.sh"])
}

fn v3() -> String {
    let folder = Folder::new().with("in.json", PLAIN);
    folder.run(&["convert", "in.json"]).ends(0).out.clone()
}

/// A compact payload without a line break at its end, as programs write one to a file.
#[test]
fn a_prompt_that_speaks_of_a_curl_makes_no_script() {
    let payload = PLAIN.replace("\"prompt\":\"", "\"prompt\":\"a curl of hair, curl , ");
    assert_ne!(payload, PLAIN);
    let folder = Folder::new().with("in.json", &payload);
    for ran in [
        folder.run(&["convert", "in.json"]),
        folder.pipe(&["convert"], &payload),
        folder.pipe(
            &["convert", "--tolerant"],
            payload.replacen('{', "// saved\n{\n", 1),
        ),
    ] {
        let out = &ran.ends(0).out;
        assert!(out.contains("\"prompt\":\"a curl"), "{out}");
        assert!(out.contains("\"request\""), "{out}");
    }
}

#[test]
fn all_urls_of_a_command_get_the_same_body() {
    let ran = convert(&format!("curl {URL} '{URL}?key=k' -d '{PLAIN}'\n"));
    let v3 = v3();
    assert_eq!(
        ran.ends(0).out,
        format!("curl {V3} '{V3}?key=k' -d '{v3}'\n")
    );
    let two = format!("curl {URL} https://api.novita.ai/v2/img2img -d '{PLAIN}'\n");
    let ran = convert(&two);
    ran.ends(2)
        .says(&["V2 URLs of different calls in one command"]);
    assert_eq!(ran.out, two);
}

/// The URL cannot be written anew: then nothing is, and nothing counts as converted.
#[test]
fn a_url_in_several_quotes_with_a_variable_is_told() {
    let script = format!("curl https://api.\"novita.ai/v2/txt2img?key=$KEY\" -d '{PLAIN}'\n");
    let ran = convert(&script);
    ran.ends(2).says(&[
        "calls.sh:1:6: error: a V2 URL with a shell variable, in more than one manner of quoting",
        "1 payload: 1 failed",
    ]);
    assert_eq!(ran.out, script);
}

#[test]
fn a_url_with_a_variable_for_the_endpoint_is_told() {
    for url in [
        "https://api.novita.ai/v2/$KIND",
        "'https://api.novita.ai/v2/'\"$KIND\"",
        "\"https://$HOST.novita.ai/v2/enterprise/${KIND}?key=1\"",
        "https://api.novita.ai/v2/$(kind)",
        "https://api.novita.ai/v2/`kind`",
    ] {
        for body in [format!(" -d '{PLAIN}'"), " -d @a.json".into(), "".into()] {
            let script = format!("curl {url}{body}\n");
            let ran = convert(&script);
            ran.ends(2)
                .says(&["calls.sh:1:6: error: a V2 URL with a shell variable for what it calls"]);
            assert_eq!(ran.out, script);
        }
    }
    for url in [
        "https://api.novita.ai/v2/models/$ID",
        "https://api.novita.ai/v3/$KIND",
        "https://api.novita.ai/v3/`kind`",
        "https://example.com/v2/$KIND",
    ] {
        convert(&format!("curl {url} -d @a.json\n"))
            .ends(0)
            .says(&["no payload"]);
    }
}

/// Whatever stands in a query stays there; a body is something that V3 does not take.
#[test]
fn a_question_for_progress_is_converted_or_told() {
    const ASKS: &str = "https://api.novita.ai/v2/progress";
    for flags in [
        "-G -d task_id=$ID",
        "-sGd task_id=1",
        "--get --data 'task_id=1'",
        "-XGET",
    ] {
        let ran = convert(&format!("curl {flags} {ASKS}\n"));
        let v3 = format!("curl {flags} https://api.novita.ai/v3/async/task-result\n");
        assert_eq!(ran.ends(0).out, v3);
    }
    for flags in ["-d task_id=1", "-XGET -d '{}'", "-d @GET.txt"] {
        let script = format!("curl {flags} {ASKS}\n");
        let ran = convert(&script);
        let column = script.find(ASKS).unwrap() + 1;
        ran.ends(2).says(&[&format!(
            "calls.sh:1:{column}: error: a question for progress that sends a body"
        )]);
        assert_eq!(ran.out, script);
    }
}

/// A call that a prompt speaks of is a text; where the call around it stays V2, it is looked at by itself.
#[test]
fn of_calls_inside_of_each_other_one_is_converted_as_a_whole() {
    let v3 = v3();
    let prompt = format!("write: curl {URL} --data {{}}");
    let outer = format!("curl {URL} -d '{}'\n", PLAIN.replace("a cat", &prompt));
    let ran = convert(&outer);
    let after = format!("curl {V3} -d '{}'\n", v3.replace("a cat", &prompt));
    assert_eq!(ran.ends(0).out, after);
    // To the first `curl`, the apostrophe opens a quote that holds the call.
    let page = format!("With curl it's easy:\n\ncurl {URL} -d '{PLAIN}'\n");
    assert_eq!(
        convert(&page).ends(0).out,
        format!("With curl it's easy:\n\ncurl {V3} -d '{v3}'\n")
    );
}

#[test]
fn more_commands_inside_of_each_other_than_are_looked_at_are_told_once() {
    let script = "echo $(curl ".repeat(50) + &")".repeat(50) + "\n";
    let ran = convert(&script);
    ran.ends(2).says(&[
        "more commands inside of each other than are looked at",
        "1 failed",
    ]);
    assert_eq!(ran.out, script);
}

/// Whoever still calls V2 after a run is told where.
#[test]
fn v2_urls_that_no_curl_command_calls_are_told() {
    let called = format!("curl {URL} -d '{PLAIN}'\n");
    for (line, column) in [
        (
            format!("wget --post-data='{PLAIN}' {URL}\n"),
            PLAIN.len() + 21,
        ),
        (format!("URL={URL}\n"), 5),
        (format!("bash -c \"curl {URL} -d @a.json\"\n"), 15),
        ("ask \"$BASE/v2/img2img\" # soon V3\n".to_owned(), 6),
        (
            "http POST api.omniinfer.io/v2/txt2img <in.json\n".to_owned(),
            11,
        ),
        // The host, or the endpoint, is said elsewhere.
        ("wget $(base)/v2/txt2img\n".to_owned(), 13),
        ("wget \"$(base)\"/v2/txt2img\n".to_owned(), 15),
        ("wget `base`/v2/txt2img\n".to_owned(), 12),
        ("wget \"$BASE\"'/v2/txt2img'\n".to_owned(), 14),
        ("wget \"$BASE\"/v2/txt2img\n".to_owned(), 13),
        ("P=/v2/enterprise/txt2img\n".to_owned(), 3),
        ("ask '/v2/img2img' in.json\n".to_owned(), 6),
        ("wget https://api.novita.ai/v2/$KIND\n".to_owned(), 6),
        ("wget \"https://api.novita.ai\"/v2/${KIND}\n".to_owned(), 29),
        (
            "wget https://api.novita.ai/v2/enterprise/\"$KIND\"\n".to_owned(),
            6,
        ),
        ("wget https://api.novita.ai/v2/`kind`\n".to_owned(), 6),
    ] {
        let script = format!("{line}{called}");
        let ran = convert(&script);
        ran.ends(2).says(&[
            &format!(
                "calls.sh:1:{column}: error: a V2 URL that no curl command calls; it stays as it is"
            ),
            "2 payloads: 1 converted, 1 failed",
        ]);
        let v3 = format!("{line}curl {V3} -d '{}'\n", v3());
        assert_eq!(ran.out, v3, "{line}");
    }
}

#[test]
fn calls_are_told_in_the_order_of_the_script() {
    let ran = convert(&format!(
        "A={URL}\ncurl {URL}\nB={URL}; curl {URL}\nC={URL}\n"
    ));
    let places: Vec<_> = ran
        .ends(2)
        .err
        .lines()
        .filter_map(|line| line.split_once(": error: "))
        .map(|(place, _)| place)
        .collect();
    let expected = ["1:3", "2:6", "3:3", "3:42", "4:3"];
    assert_eq!(places, expected.map(|place| format!("calls.sh:{place}")));
}

#[test]
fn what_only_speaks_of_v2_is_left_alone() {
    for line in [
        format!("# formerly {URL}\n"),
        format!("date # not {URL}\n"),
        format!("curl -H 'Referer: {URL}' https://example.com\n"),
        "wget https://example.com/v2/txt2img\n".to_owned(),
        "cp -r src/v2/txt2img .\n".to_owned(),
        "wget https://api.novita.ai/v2/models\n".to_owned(),
        "wget https://api.novita.ai/v2/ https://api.novita.ai/v2/\"models\"\n".to_owned(),
        "wget https://example.com/v2/$KIND \"https://example.com\"/v2/txt2img\n".to_owned(),
        "cp -r $SRC/v2/$KIND \"src\"/v2/txt2img /v2/models .\n".to_owned(),
    ] {
        let ran = convert(&line);
        ran.ends(0).says(&["1 record without a payload"]);
        assert_eq!(ran.out, line);
    }
    // A text is no script: it may tell of the past.
    let text = format!("Formerly one sent a payload to {URL} instead.\n");
    let folder = Folder::new().with("notes.md", &text);
    let ran = folder.run(&["convert", "--format", "curl", "notes.md"]);
    assert_eq!(ran.ends(0).out, text);
    let script = format!("#!/bin/sh\n{text}");
    folder
        .pipe(&["convert", "--format", "curl"], &script)
        .ends(2)
        .says(&["error: a V2 URL that no curl command calls"]);
}
