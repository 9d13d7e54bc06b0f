//! `audit --compare OLD.json NEW.json`: what changed from one audit to another.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use super::view::{Class, Field, Group, Report, VERSION};
use super::words::{fence, title};

/// Reads a report.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub(crate) fn read(text: &str) -> Result<Report, String> {
    let report: Report = serde_json::from_str(text)
        .map_err(|error| format!("no report of an audit (`audit --report-json`): {error}"))?;
    if report.version != VERSION {
        return Err(format!(
            "version {} of the report; this program reads version {VERSION}",
            report.version
        ));
    }
    Ok(report)
}

/// What changed, as Markdown; empty if nothing did.
pub(crate) fn compare(old: &Report, new: &Report) -> String {
    let mut out = String::new();
    let mut parts = [
        totals(old, new),
        classes(old, new),
        fields(old, new),
        groups(old, new),
    ]
    .into_iter()
    .flatten();
    if let Some(first) = parts.next() {
        let converter = if old.converter == new.converter {
            format!("converter {}", new.converter)
        } else {
            format!("converter {} → {}", old.converter, new.converter)
        };
        let _ = write!(out, "# What changed ({converter})\n\n{first}");
        parts.for_each(|part| {
            let _ = write!(out, "\n{part}");
        });
    }
    out
}

fn totals(old: &Report, new: &Report) -> Option<String> {
    let counts = |report: &Report| {
        let totals = &report.totals;
        [
            ("inputs", totals.inputs),
            ("payloads", totals.payloads),
            ("converted", totals.converted),
            ("already V3", totals.already_v3),
            ("kept as V2", totals.kept),
            ("failed", totals.failed),
            ("warnings that nobody accepted", totals.unaccepted),
        ]
    };
    let changed = counts(old)
        .into_iter()
        .zip(counts(new))
        .filter(|(old, new)| old != new);
    section(
        "Totals",
        changed.map(|((name, old), (_, new))| format!("- {name}: {old} → {new}")),
    )
}

fn classes(old: &Report, new: &Report) -> Option<String> {
    let key = |class: &Class| format!("{}[{}]", class.severity, class.code);
    let lines = changed(&old.findings, &new.findings, key, |class| {
        class.findings.to_string()
    });
    section("Findings", lines)
}

fn fields(old: &Report, new: &Report) -> Option<String> {
    let key = |field: &Field| format!("{} `{}`", field.document, field.field);
    let fates = |field: &Field| {
        let counts = [
            ("same place", field.same),
            ("moved", field.moved),
            ("renamed", field.renamed),
            ("without effect", field.no_effect),
            ("lost", field.lost),
            ("kept", field.kept),
        ];
        let words: Vec<_> = counts
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(name, count)| format!("{count} {name}"))
            .collect();
        words.join(", ")
    };
    section("Fields", changed(&old.fields, &new.fields, key, fates))
}

/// A line for each thing of which something changed, in the order of their names.
fn changed<T>(
    old: &[T],
    new: &[T],
    key: impl Fn(&T) -> String,
    words: impl Fn(&T) -> String,
) -> Vec<String> {
    let mut both: BTreeMap<String, [Option<String>; 2]> = BTreeMap::new();
    for thing in old {
        both.entry(key(thing)).or_default()[0] = Some(words(thing));
    }
    for thing in new {
        both.entry(key(thing)).or_default()[1] = Some(words(thing));
    }
    let lines = both.into_iter().filter(|(_, [old, new])| old != new);
    lines
        .map(|(key, [old, new])| {
            let word = |words: Option<String>| words.unwrap_or_else(|| "none".to_owned());
            format!("- {key}: {} → {}", word(old), word(new))
        })
        .collect()
}

fn groups(old: &Report, new: &Report) -> Option<String> {
    if old.group_by != new.group_by {
        return section(
            "Groups",
            [format!(
                "- grouped by {} and by {}: not to be compared",
                old.group_by, new.group_by
            )],
        );
    }
    let by_id = |report: &'_ Report| {
        report
            .groups
            .iter()
            .map(|group| (group.id.clone(), ()))
            .collect::<BTreeMap<_, _>>()
    };
    let (in_old, in_new) = (by_id(old), by_id(new));
    let mut lines: Vec<String> = Vec::new();
    lines.extend(
        new.groups
            .iter()
            .filter(|group| !in_old.contains_key(&group.id))
            .map(|group| format!("- new: {}", named(group))),
    );
    lines.extend(
        old.groups
            .iter()
            .filter(|group| !in_new.contains_key(&group.id))
            .map(|group| format!("- gone: {}", named(group))),
    );
    let before: BTreeMap<&str, &Group> = old
        .groups
        .iter()
        .map(|group| (group.id.as_str(), group))
        .collect();
    for group in &new.groups {
        if let Some(old) = before.get(group.id.as_str()) {
            lines.extend(moved(old, group));
        }
    }
    section("Groups", lines)
}

/// What changed about a group that is in both.
fn moved(old: &Group, new: &Group) -> Option<String> {
    let name = format!("{} ({})", title(new), new.id);
    if old.v2_sum != new.v2_sum {
        let count = if old.payloads == new.payloads {
            "other payloads".to_owned()
        } else {
            format!("{} → {} payloads", old.payloads, new.payloads)
        };
        return Some(format!("- {name}: {count}"));
    }
    let is_said_alike = old.findings.len() == new.findings.len()
        && old
            .findings
            .iter()
            .zip(&new.findings)
            .all(|(old, new)| old.message == new.message && old.accepted == new.accepted);
    if old.v3_sum == new.v3_sum {
        return (!is_said_alike)
            .then(|| format!("- {name}: findings are said or accepted in another way"));
    }
    let mut line = format!("- {name}: the same payloads turn into something else");
    let diff = crate::write::unified(
        Path::new(&new.example.path),
        old.example.v3.as_bytes(),
        new.example.v3.as_bytes(),
        false,
    );
    if old.example.v3 != new.example.v3 {
        let fence = fence(&diff);
        let _ = write!(line, "\n\n{fence}diff\n{}\n{fence}\n", diff.trim_end());
    }
    Some(line)
}

fn named(group: &Group) -> String {
    let codes: Vec<_> = group
        .findings
        .iter()
        .map(|finding| format!("{}[{}] {}", finding.severity, finding.code, finding.field))
        .collect();
    let codes = if codes.is_empty() {
        String::new()
    } else {
        format!("; {}", codes.join(", "))
    };
    let count = crate::report::several(group.payloads, "payload");
    format!(
        "{count}: {} ({}), for example {} record {}{codes}",
        title(group),
        group.id,
        group.example.path,
        group.example.record
    )
}

fn section(heading: &str, lines: impl IntoIterator<Item = String>) -> Option<String> {
    let lines: Vec<String> = lines.into_iter().collect();
    (!lines.is_empty()).then(|| format!("## {heading}\n\n{}\n", lines.join("\n")))
}
