//! The report as one HTML file that needs nothing beside it: no network, no font, no script of others.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use super::line::Line;
use super::view::{Acceptance, Field, Group, Report};
use super::words::{title, what};
use super::{Seen, group};

/// The most groups on the page; `--report-json` has all.
const MOST_GROUPS: usize = 500;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What the template is filled with.
#[derive(Serialize)]
struct Page<'a> {
    report: &'a Report,
    style: &'a str,
    script: &'a str,
    outcomes: Vec<Outcome>,
    bars: Vec<Bar<'a>>,
    accepted: Vec<Accepted<'a>>,
    documents: Vec<Document<'a>>,
    groups: Vec<Shown<'a>>,
    more: usize,
}

/// How many payloads ended in one way.
#[derive(Serialize)]
struct Outcome {
    name: &'static str,
    words: &'static str,
    count: u64,
    width: String,
}

/// A bar of the chart.
#[derive(Serialize)]
struct Bar<'a> {
    code: &'a str,
    severity: &'a str,
    summary: &'a str,
    findings: u64,
    payloads: u64,
    accepted: u64,
    width: String,
    accepted_width: String,
}

#[derive(Serialize)]
struct Accepted<'a> {
    what: String,
    accept: &'a Acceptance,
}

/// The fields of one document.
#[derive(Serialize)]
struct Document<'a> {
    name: &'a str,
    fields: Vec<Row<'a>>,
}

/// A field, and the parts of its bar.
#[derive(Serialize)]
struct Row<'a> {
    field: &'a Field,
    parts: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    fate: &'static str,
    count: u64,
    width: String,
}

/// A group on the page.
#[derive(Serialize)]
struct Shown<'a> {
    group: &'a Group,
    title: String,
    /// `error`, `warning`, `note` or `none`: the worst finding.
    worst: &'a str,
    /// The classes of its findings, between blanks.
    codes: String,
    v2: &'a [Line],
    v3: &'a [Line],
}

/// The page.
///
/// # Errors
/// None that a report could cause; the template is part of the program, and tests render it.
pub(crate) fn html(report: &Report, seen: &Seen) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?,
    );
    environment.add_filter("grouped", crate::report::grouped);
    environment.add_filter("spans", spans);
    environment.add_template("page", PAGE)?;
    let groups = seen.tally.groups.sorted();
    let page = Page {
        report,
        style: STYLE,
        script: SCRIPT,
        outcomes: outcomes(report),
        bars: bars(report),
        accepted: report
            .accepted
            .iter()
            .map(|accept| Accepted {
                what: what(accept),
                accept,
            })
            .collect(),
        documents: documents(&report.fields),
        groups: report
            .groups
            .iter()
            .zip(groups)
            .take(MOST_GROUPS)
            .map(|(group, inner)| show(group, inner))
            .collect(),
        more: report.groups.len().saturating_sub(MOST_GROUPS),
    };
    environment.get_template("page")?.render(Serde(&page))
}

/// A share in percent. In whole numbers: a float need not print the same everywhere.
fn percent(count: u64, of: u64) -> String {
    let thousandths = u128::from(count) * 1000 / u128::from(of.max(1));
    format!("{}.{}", thousandths / 10, thousandths % 10)
}

fn outcomes(report: &Report) -> Vec<Outcome> {
    let totals = &report.totals;
    let counts = [
        ("converted", "converted to V3", totals.converted),
        ("already-v3", "already V3", totals.already_v3),
        ("kept", "kept as V2", totals.kept),
        ("failed", "failed", totals.failed),
    ];
    let outcome = |(name, words, count)| Outcome {
        name,
        words,
        count,
        width: percent(count, totals.payloads),
    };
    counts.into_iter().map(outcome).collect()
}

fn bars(report: &Report) -> Vec<Bar<'_>> {
    // To scale within a severity: notes are so many that beside them no warning would be seen.
    let most = |severity: &str| {
        let alike = report
            .findings
            .iter()
            .filter(|class| class.severity == severity);
        alike.map(|class| class.findings).max().unwrap_or(1)
    };
    report
        .findings
        .iter()
        .map(|class| {
            let most = most(&class.severity);
            let (width, accepted_width) =
                (percent(class.findings, most), percent(class.accepted, most));
            Bar {
                code: &class.code,
                severity: &class.severity,
                summary: &class.summary,
                findings: class.findings,
                payloads: class.payloads,
                accepted: class.accepted,
                width,
                accepted_width,
            }
        })
        .collect()
}

fn documents(fields: &[Field]) -> Vec<Document<'_>> {
    let mut all: Vec<Document<'_>> = Vec::new();
    for field in fields {
        let row = Row {
            field,
            parts: parts(field),
        };
        match all.last_mut() {
            Some(document) if document.name == field.document => document.fields.push(row),
            _ => all.push(Document {
                name: &field.document,
                fields: vec![row],
            }),
        }
    }
    all
}

fn parts(field: &Field) -> Vec<Part> {
    let counts = [
        ("same", field.same),
        ("moved", field.moved),
        ("renamed", field.renamed),
        ("no-effect", field.no_effect),
        ("lost", field.lost),
        ("kept", field.kept),
    ];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    counts
        .map(|(fate, count)| Part {
            fate,
            count,
            width: percent(count, field.present),
        })
        .collect()
}

fn show<'a>(group: &'a Group, inner: &'a group::Group) -> Shown<'a> {
    let has = |severity: &&str| {
        group
            .findings
            .iter()
            .any(|finding| finding.severity == **severity)
    };
    let worst = match group.failure {
        Some(_) => "error",
        None => ["error", "warning", "note"]
            .into_iter()
            .find(has)
            .unwrap_or("none"),
    };
    let codes: Vec<_> = group
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    let codes = format!(" {} ", codes.join(" "));
    Shown {
        group,
        title: title(group),
        worst,
        codes,
        v2: &inner.example.v2,
        v3: &inner.example.v3,
    }
}

/// A sentence cut at its backticks, for the template to set every other part as code. The template escapes them.
fn spans(text: String) -> Vec<String> {
    text.split('`').map(str::to_owned).collect()
}
