//! The laws of the library over arbitrary payloads. `PROPTEST_CASES=20000` looks further, with other payloads each time;
//! without it the payloads are always the same.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

#[path = "laws/check.rs"]
mod check;
#[path = "laws/choices.rs"]
mod choices;
#[path = "laws/names.rs"]
mod names;
#[path = "laws/payloads.rs"]
mod payloads;
#[path = "laws/prompts.rs"]
mod prompts;
#[path = "laws/runs.rs"]
mod runs;
#[path = "laws/spelled.rs"]
mod spelled;
#[path = "laws/text.rs"]
mod text;

use std::collections::BTreeSet;

use choices::Choices;
use novita_migrate::json::{Kind, Tree, Value};
use novita_migrate::{Code, Document, Migration, Options, OutOfRange, Status, Unknown, migrate};
use payloads::{Payload, anything, choices, payload};
use prompts::{Piece, pieces};
use proptest::prelude::*;
use spelled::{is_subsequence, separates, spelled};
use text::{Json, STYLES};

type Law = Result<(), TestCaseError>;

/// Runs `look` on a payload that was converted.
fn converted(
    payload: &Payload,
    choices: &Choices,
    look: impl FnOnce(&Migration<'_>, Value<'_, '_>, &[u8]) -> Law,
) -> Law {
    let Ok(migration) = migrate(&payload.text, payload.document, &choices.options) else {
        // Without a document it may be no payload at all.
        prop_assert!(payload.document.is_none());
        return Ok(());
    };
    if migration.status() != Status::Converted {
        let why: Vec<_> = migration
            .findings()
            .iter()
            .map(ToString::to_string)
            .collect();
        // Half migrated with names that both APIs have: that is V3.
        let is_v3 = migration.status() == Status::AlreadyV3 && payload.is_half_migrated;
        prop_assert!(
            !payload.is_sound || choices.denies || is_v3,
            "a sound payload is converted: {why:#?}"
        );
        return Ok(());
    }
    let tree = Tree::parse(payload.text.as_bytes()).expect("what was converted is JSON");
    let output = migration.to_vec();
    look(&migration, tree.root(), &output).map_err(|error| match error {
        TestCaseError::Fail(why) => {
            let found: Vec<_> = migration
                .findings()
                .iter()
                .map(ToString::to_string)
                .collect();
            TestCaseError::fail(format!(
                "{why}\n  in:  {}\n  out: {}\n  {found:#?}",
                payload.text,
                String::from_utf8_lossy(&output)
            ))
        }
        other => other,
    })
}

fn parse(output: &[u8]) -> Result<Tree<'_>, TestCaseError> {
    check::parse(output).map_err(TestCaseError::fail)
}

fn law(kept: check::Law) -> Law {
    kept.map_err(TestCaseError::fail)
}

proptest! {
    #![proptest_config(runs::config(600))]

    #[test]
    fn nothing_vanishes(payload in payload(), choices in choices()) {
        converted(&payload, &choices, |migration, root, output| {
            law(check::nothing_vanishes(migration, &choices, root, output))
        })?;
    }

    #[test]
    fn converting_twice_is_converting_once(payload in payload(), choices in choices()) {
        converted(&payload, &choices, |migration, _, output| law(check::twice_is_once(migration, &choices, output)))?;
    }

    #[test]
    fn output_is_v3(payload in payload(), choices in choices()) {
        converted(&payload, &choices, |migration, _, output| law(check::output_is_v3(migration, &choices, output)))?;
    }

    #[test]
    fn style_is_kept(payload in payload(), choices in choices()) {
        // The style shows in two members; one has no comma to learn from.
        if payload.members < 2 {
            return Ok(());
        }
        converted(&payload, &choices, |_, _, output| {
            let tree = parse(output)?;
            prop_assert_eq!(String::from_utf8_lossy(output), payload.style.print(&Json::of(tree.root())));
            Ok(())
        })?;
    }

    #[test]
    fn order_of_keys_is_kept(payload in payload(), choices in choices()) {
        converted(&payload, &choices, |migration, root, output| {
            let tree = parse(output)?;
            let Some(document) = migration.document() else { return Ok(()) };
            let set = root.members().chain(root.get("request").into_iter().flat_map(|request| request.members()));
            let order: Vec<_> = set.filter(|member| !member.is_null()).map(|member| member.key().expect("a key").name()).collect();
            let mut last = 0;
            for member in tree.root().get("request").into_iter().flat_map(Value::members) {
                let name = member.key().expect("a key").name();
                // Lists that are filled from several fields come last, and not from one place; so do V2's defaults.
                let is_assumed = migration.findings().iter().any(|finding| {
                    finding.code() == Code::ValueAssumed && finding.to().is_some_and(|to| to.to_string() == format!("/request/{name}"))
                });
                if is_assumed || ["loras", "embeddings", "ip_adapters"].contains(&&*name) {
                    continue;
                }
                let sources = names::sources(document, &name);
                let places: Vec<_> = (0..order.len()).filter(|at| order[*at] == name || sources.contains(&*order[*at])).collect();
                if let [place] = places[..] {
                    prop_assert!(place >= last, "{} has lost its place", name);
                    last = place;
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn what_is_not_converted_is_the_input(payload in payload(), choices in choices()) {
        if let Ok(migration) = migrate(&payload.text, payload.document, &choices.options) {
            law(check::kept_is_the_input(&migration, payload.text.as_bytes()))?;
        }
    }

    #[test]
    fn findings_point_into_the_input(payload in payload(), choices in choices()) {
        let run = || migrate(&payload.text, payload.document, &choices.options);
        let (Ok(first), Ok(second)) = (run(), run()) else { return Ok(()) };
        prop_assert_eq!(first.to_vec(), second.to_vec());
        let show = |migration: &Migration<'_>| serde_json::to_string(migration.findings()).expect("a report");
        prop_assert_eq!(show(&first), show(&second));
        let tree = Tree::parse(payload.text.as_bytes()).expect("JSON");
        law(check::findings_point_into_the_input(&first, tree.root()))?;
    }

    #[test]
    fn a_prompt_loses_exactly_its_tags(pieces in pieces(), style in proptest::sample::select(STYLES.to_vec())) {
        let prompt: String = pieces.iter().map(Piece::text).collect();
        let members = [("prompt", Json::quoted(&prompt)), ("model_name", Json::quoted("m"))];
        let text = style.print(&Json::Object(members.map(|(name, value)| (name.to_owned(), value)).into()));
        let migration = migrate(&text, None, &Options::default().out_of_range(OutOfRange::Keep)).expect("a payload");
        prop_assert_eq!(migration.status(), Status::Converted);
        let output = migration.to_vec();
        let tree = parse(&output)?;
        let request = tree.root().get("request").expect("a request");
        let inner = |value: Value<'_, '_>| String::from_utf8_lossy(value.inner().unwrap_or(value.raw())).into_owned();
        let stays = request.get("prompt").map(inner).unwrap_or_default();
        let expected: Vec<_> = pieces.iter().filter_map(|piece| match piece {
            Piece::Tag { name, weight, .. } => Some(((*name).to_owned(), (*weight).to_owned())),
            _ => None,
        }).collect();
        let loras: Vec<_> = request.get("loras").into_iter().flat_map(Value::elements).map(|lora| {
            let part = |name| lora.get(name).map(inner).unwrap_or_default();
            (part("model_name"), part("strength"))
        }).collect();
        prop_assert_eq!(&loras, &expected, "{} → {}", prompt, stays);
        if expected.is_empty() {
            prop_assert_eq!(stays, prompt);
            return Ok(());
        }
        let rest: String = pieces.iter().filter(|piece| !matches!(piece, Piece::Tag { .. })).map(Piece::text).collect();
        let (stays_spelled, rest) = (spelled(&stays), spelled(&rest));
        prop_assert!(is_subsequence(&stays_spelled, &rest), "{} → {}", prompt, stays);
        let words = |units: &[&str]| units.iter().filter(|unit| !separates(unit)).copied().collect::<String>();
        prop_assert_eq!(words(&stays_spelled), words(&rest), "{} → {}", prompt, stays);
        // A tag goes with one comma at most.
        let commas = |units: &[&str]| units.iter().filter(|unit| matches!(**unit, "," | "\\u002c")).count();
        prop_assert!(commas(&rest) - commas(&stays_spelled) <= pieces.len(), "{} → {}", prompt, stays);
    }

    #[test]
    fn kept_values_keep_their_bytes(number in payloads::odd_number(), value in anything(), style in proptest::sample::select(STYLES.to_vec())) {
        let Json::Scalar(number) = number else { return Ok(()) };
        let members = [("prompt", Json::quoted("p")), ("model_name", Json::quoted("m")), ("cfg_scale", Json::scalar(number.as_str())), ("mystery", value.clone())];
        let text = style.print(&Json::Object(members.map(|(name, value)| (name.to_owned(), value)).into()));
        let options = Options::default().out_of_range(OutOfRange::Keep).unknown(Unknown::Keep);
        let migration = migrate(&text, None, &options).expect("a payload");
        let output = migration.to_vec();
        let tree = parse(&output)?;
        let request = tree.root().get("request").expect("a request");
        prop_assert_eq!(request.get("guidance_scale").map(|value| value.raw()), Some(number.as_bytes()));
        // A value over several lines is indented anew; its tokens stay.
        let kept = request.get("mystery").map(|value| STYLES[0].print(&Json::of(value)));
        let is_null = matches!(&value, Json::Scalar(text) if text == "null");
        prop_assert_eq!(kept, (!is_null).then(|| STYLES[0].print(&value)));
    }
}

/// All documents, and the choice to find out.
fn documents() -> impl Iterator<Item = Option<Document>> {
    Document::ALL.into_iter().map(Some).chain([None])
}

/// Whatever the input is, there is an answer; what is not converted comes back as it was.
fn answers(input: &[u8], options: &Options) -> Law {
    for document in documents() {
        match migrate(input, document, options) {
            Ok(migration) if migration.status() == Status::Converted => {
                parse(&migration.to_vec())?;
            }
            Ok(migration) => prop_assert_eq!(migration.to_vec(), input),
            Err(error) => {
                prop_assert!(error.offset() <= input.len());
                prop_assert!(error.position().line > 0 && error.position().column > 0);
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(runs::config(300))]

    #[test]
    fn any_bytes_have_an_answer(input in proptest::collection::vec(any::<u8>(), 0..200), choices in choices()) {
        answers(&input, &choices.options)?;
    }

    #[test]
    fn any_json_has_an_answer(values in proptest::collection::vec(anything(), 1..6), seed in any::<u64>(), choices in choices()) {
        let known: Vec<_> = novita_migrate::guide().filter_map(|row| row.v2().or(row.v3())).filter_map(|path| path.rsplit('.').next()).collect();
        let mut seen = BTreeSet::new();
        let members = values.iter().zip(0_u32..).map(|(value, at)| {
            let pick = seed.rotate_left(at * 9) as usize % known.len();
            (known[pick].trim_end_matches("[]").to_owned(), value.clone())
        });
        let members: Vec<_> = members.filter(|(name, _)| seen.insert(name.clone())).collect();
        answers(STYLES[4].print(&Json::Object(members)).as_bytes(), &choices.options)?;
        answers(STYLES[0].print(&values[0]).as_bytes(), &choices.options)?;
    }

    #[test]
    fn a_damaged_payload_has_an_answer(payload in payload(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cuts in any::<bool>(), choices in choices()) {
        let mut input = payload.text.into_bytes();
        let at = at.index(input.len());
        if cuts {
            input.truncate(at);
        } else {
            input[at] = byte;
        }
        answers(&input, &choices.options)?;
    }
}

/// Most of the generated payloads are converted; else the laws would say little.
#[test]
fn the_laws_are_about_converted_payloads() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::new(runs::config(1));
    let (mut all, mut done, mut values) = (0, 0, BTreeSet::new());
    for _ in 0..300 {
        let payload = payload()
            .new_tree(&mut runner)
            .expect("a payload")
            .current();
        all += 1;
        if let Ok(migration) = migrate(&payload.text, payload.document, &Options::default()) {
            done += usize::from(migration.status() == Status::Converted);
            values.extend(migration.findings().iter().map(|finding| finding.code()));
        }
    }
    assert!(done * 2 > all, "{done} of {all} payloads were converted");
    assert!(values.len() >= 20, "only these were found: {values:?}");
}

/// A value of every kind in every field, alone: each is converted, or kept with an error that names it.
#[test]
fn every_field_has_an_answer_for_every_kind_of_value() {
    let values = [
        "0",
        "1",
        "7.50",
        "-1",
        "1e400",
        "\"\"",
        "\"x\"",
        "\"25\"",
        "true",
        "false",
        "[]",
        "[1]",
        "[null]",
        "[[]]",
        "{}",
        "{\"a\":1}",
    ];
    for document in [Document::Txt2img, Document::Img2img, Document::Response] {
        for row in novita_migrate::rows(document) {
            let Some(name) = row.v2().filter(|name| !name.contains('.')) else {
                continue;
            };
            for value in values {
                let text = format!("{{\"{name}\": {value}}}");
                let migration =
                    migrate(&text, Some(document), &Options::default()).expect("an object");
                if migration.status() == Status::Kept {
                    let error = migration
                        .findings()
                        .iter()
                        .find(|finding| finding.severity() == novita_migrate::Severity::Error);
                    let pointer = error
                        .map(|error| error.pointer().to_string())
                        .unwrap_or_default();
                    assert!(
                        pointer.starts_with(&format!("/{name}")),
                        "{text}: {error:?}"
                    );
                } else {
                    assert!(
                        Tree::parse(&migration.to_vec())
                            .is_ok_and(|tree| tree.root().kind() == Kind::Object),
                        "{text}"
                    );
                }
            }
        }
    }
}
