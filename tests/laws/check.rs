//! The laws of one migration, as functions of what went in and what came out: held by the property tests on generated
//! payloads, and by the fuzz targets on whatever they come upon.

use novita_migrate::json::{Kind, Segment, Tree, Value, unescape};
use novita_migrate::{
    Code, Document, ErrorKind, Migration, Severity, Status, is_task_result, migrate,
};

use crate::choices::Choices;
use crate::names;
use crate::spelled::{is_subsequence, spelled};

/// Kept, or what is wrong.
pub(crate) type Law = Result<(), String>;

/// Fails the law unless something holds.
macro_rules! hold {
    ($holds:expr, $($why:tt)+) => {
        if !$holds {
            return Err(format!($($why)+));
        }
    };
}

/// Reads an output, which has to be JSON.
pub(crate) fn parse(output: &[u8]) -> Result<Tree<'_>, String> {
    Tree::parse(output).map_err(|error| format!("the output is not JSON: {error}"))
}

/// Every scalar of the input (null apart) is in the output with its exact value, or a finding names it.
pub(crate) fn nothing_vanishes(
    migration: &Migration<'_>,
    choices: &Choices,
    root: Value<'_, '_>,
    output: &[u8],
) -> Law {
    let tree = parse(output)?;
    let out = tree.root();
    let all = names::tally(out);
    let mut left = all.clone();
    let request = out.get("request");
    let has = |name: &str| request.is_some_and(|request| request.get(name).is_some());
    let mut scalars = Vec::new();
    names::scalars(root, &mut scalars);
    for scalar in scalars {
        if migration
            .findings()
            .iter()
            .any(|finding| names::names(finding, scalar, choices))
        {
            continue;
        }
        let is_unset =
            matches!(scalar.number(), Some(0.0)) || matches!(scalar.raw(), b"\"\"" | b"false");
        let is_there = match names::field(scalar).as_deref() {
            // The pass is on because the object is there, and a side of 0 is one that the other side gives.
            Some("enable_hr") => has("hires_fix"),
            Some("hr_resize_x" | "hr_resize_y") if is_unset => has("hires_fix"),
            // The finding about `n_iter` tells the product.
            Some("batch_size") if has("image_num") && is_multiplied(migration) => {
                choices.multiplies
            }
            Some("prompt") if has("loras") => {
                let inner = |value: Value<'_, '_>| {
                    value
                        .inner()
                        .map(|inner| String::from_utf8_lossy(inner).into_owned())
                };
                let stays = request
                    .and_then(|request| inner(request.get("prompt")?))
                    .unwrap_or_default();
                is_subsequence(
                    &spelled(&stays),
                    &spelled(&inner(scalar).unwrap_or_default()),
                )
            }
            // Two names of one field with one value are one value of V3.
            // The rows of this answer say which numbers are texts in V3.
            _ if migration.document() == Some(Document::Progress)
                && scalar.kind() == Kind::Number
                && all.contains_key(&*[b"\"", scalar.raw(), b"\""].concat()) =>
            {
                true
            }
            // What contradicts itself is not converted.
            _ if has_twin(migration, root, scalar) => true,
            _ => left.get_mut(scalar.raw()).is_some_and(|count| {
                *count = count.saturating_sub(1);
                true
            }),
        };
        hold!(
            is_there,
            "{} vanished from {}",
            String::from_utf8_lossy(scalar.raw()),
            scalar.pointer()
        );
        left.retain(|_, count| *count > 0);
    }
    Ok(())
}

/// What was migrated is V3 already, and stays as it is.
pub(crate) fn twice_is_once(migration: &Migration<'_>, choices: &Choices, output: &[u8]) -> Law {
    // Without a state and without lists, nothing tells that it is such an answer; it was read as one because somebody said so.
    let is_progress = migration.document() == Some(Document::Progress);
    if is_progress && !is_task_result(parse(output)?.root()) {
        return Ok(());
    }
    for document in [None, migration.document()] {
        match migrate(output, document, &choices.options) {
            // An answer without a task has nothing that V3 knows, and that was found the first time.
            Ok(again) if is_without_task(migration) => {
                hold!(again.to_vec() == output, "the second time it changed");
            }
            Ok(again) => {
                hold!(
                    again.status() == Status::AlreadyV3,
                    "the second time it was {}",
                    again.status()
                );
                hold!(again.to_vec() == output, "the second time it changed");
                hold!(
                    again.findings().is_empty(),
                    "the second time there are findings"
                );
            }
            Err(error) => hold!(
                is_without_task(migration) && *error.kind() == ErrorKind::NotAPayload,
                "the second time it failed: {error}"
            ),
        }
    }
    Ok(())
}

/// The output is JSON, for every reader; of a request it has V3's names and none of V2's, and no null.
pub(crate) fn output_is_v3(migration: &Migration<'_>, choices: &Choices, output: &[u8]) -> Law {
    let json = output.strip_prefix("\u{feff}".as_bytes()).unwrap_or(output);
    hold!(
        serde_json::from_slice::<serde::de::IgnoredAny>(json).is_ok(),
        "the output is JSON for us alone"
    );
    let tree = parse(output)?;
    let is_request =
        |document: &Document| matches!(document, Document::Txt2img | Document::Img2img);
    let Some(document) = migration.document().filter(is_request) else {
        return Ok(());
    };
    let request = tree.root().get("request").ok_or("a request without one")?;
    let name = |member: Value<'_, '_>| {
        member
            .key()
            .map(|key| key.name().into_owned())
            .unwrap_or_default()
    };
    hold!(
        tree.root()
            .members()
            .all(|member| ["extra", "request"].contains(&&*name(member))),
        "something stands beside `request` and `extra`"
    );
    let units = request
        .get("controlnet")
        .and_then(|controlnet| controlnet.get("units"));
    let objects = [
        (Some(request), "", "request."),
        (tree.root().get("extra"), "extra.", "extra."),
    ];
    let units = units.into_iter().flat_map(Value::elements).map(|unit| {
        (
            Some(unit),
            "controlnet_units[].",
            "request.controlnet.units[].",
        )
    });
    for (object, v2, v3) in objects.into_iter().chain(units) {
        let only_v2 = names::only_v2(document, v2, v3);
        for member in object.into_iter().flat_map(Value::members) {
            let name = name(member);
            hold!(!only_v2.contains(&*name), "{name} is V2's name");
            hold!(!member.is_null(), "{name} is null");
        }
    }
    // Inside values that nobody knows, null is theirs.
    hold!(
        choices.keeps_unknown || !names_null(tree.root()),
        "there is a null"
    );
    Ok(())
}

/// A payload is kept where an error stands against it, and nowhere else; what is not converted is the input.
pub(crate) fn kept_is_the_input(migration: &Migration<'_>, input: &[u8]) -> Law {
    let has_error = migration
        .findings()
        .iter()
        .any(|finding| finding.severity() == Severity::Error);
    hold!(
        (migration.status() == Status::Kept) == has_error,
        "{} with an error: {has_error}",
        migration.status()
    );
    hold!(
        migration.status() == Status::Converted || migration.to_vec() == input,
        "{} and changed",
        migration.status()
    );
    Ok(())
}

/// Every finding says something about a value of the input, and where that value is.
pub(crate) fn findings_point_into_the_input(migration: &Migration<'_>, root: Value<'_, '_>) -> Law {
    for finding in migration.findings() {
        let value = names::resolve(root, finding.pointer().segments())
            .ok_or_else(|| format!("{finding} leads nowhere"))?;
        let start = value
            .key()
            .map_or(value.span().start, |key| key.span().start);
        hold!(start == finding.offset(), "{finding}: {start}");
        let sentence = finding.message().to_string();
        hold!(!sentence.is_empty(), "{finding}");
        // A place for a value that none came into, unless the payload itself says so.
        let is_open = |text: &[u8]| text.windows(3).any(|part| part == b"{0}");
        let input = root.tree().input();
        hold!(!is_open(sentence.as_bytes()) || is_open(input), "{finding}");
    }
    Ok(())
}

/// Whether the payload says a thing twice: under V2's name and V3's, or beside `request` and in it. One of the two is
/// enough then, in whatever spelling.
fn has_twin(migration: &Migration<'_>, root: Value<'_, '_>, value: Value<'_, '_>) -> bool {
    let pointer = value.pointer();
    let mut way = pointer.segments().map(|segment| match segment {
        Segment::Key(raw) => unescape(raw).into_owned(),
        Segment::Index(index) => index.to_string(),
    });
    // It holds the payload where it stands alone.
    let params = root.get("params").filter(|_| root.members().count() == 1);
    let root = params.unwrap_or(root);
    let [request, data] = ["request", "data"].map(|name| root.get(name));
    let is_answer = matches!(
        migration.document(),
        Some(Document::Response | Document::Progress)
    );
    let is_way = |name: &str| match name {
        "request" => !is_answer,
        "data" => is_answer,
        "params" => params.is_some(),
        _ => false,
    };
    let field = way.find(|name| !is_way(name));
    // A unit of ControlNet may have both names of a field, too.
    let unit = value.parent().filter(|_| value.key().is_some());
    if let (Some(unit), Some(key)) = (unit, value.key()) {
        let names = names::twins_in_units(&key.name());
        let named = names.iter().filter_map(|name| unit.get(name));
        if named.filter(|value| !value.is_null()).count() > 1 {
            return true;
        }
    }
    let names = field.map(|field| names::twins(&field)).unwrap_or_default();
    let places = [
        Some(root),
        request,
        data.filter(|data| data.get("task_id").is_some()),
    ];
    let named = places.into_iter().flatten().flat_map(|place| {
        let named = names.iter().filter_map(move |name| place.get(name));
        named.filter(|value| !value.is_null())
    });
    named.count() > 1
}

/// Whether the finding about `n_iter` tells that the number of pictures is a product.
fn is_multiplied(migration: &Migration<'_>) -> bool {
    migration.findings().iter().any(|finding| {
        finding.code() == Code::ValueDerived && finding.pointer().to_string().ends_with("/n_iter")
    })
}

fn is_without_task(migration: &Migration<'_>) -> bool {
    let is_missing =
        |finding: &novita_migrate::Finding<'_>| finding.code() == Code::MissingRequired;
    migration.document() == Some(Document::Response) && migration.findings().iter().any(is_missing)
}

fn names_null(value: Value<'_, '_>) -> bool {
    value.is_null() || value.members().chain(value.elements()).any(names_null)
}
