//! The report as Markdown, for a pull request or a terminal.

use std::fmt::Write as _;

use super::view::{Acceptance, Class, Field, Group, Report};
use super::words::{code, fence, text, title, what};
use crate::report::several;

/// The most groups that have a section of their own; `--report-json` has all.
const MOST_GROUPS: usize = 100;
/// The most groups whose example is shown whole.
const MOST_EXAMPLES: usize = 20;

/// The page.
pub(crate) fn markdown(report: &Report) -> String {
    let mut page = Page(String::new());
    let totals = &report.totals;
    page.line("# What the payloads turn into");
    page.line("");
    page.line(&format!(
        "{} in {}: {} converted, {} already V3, {} kept as V2, {} failed.",
        several(totals.payloads, "payload"),
        several(totals.inputs, "input"),
        totals.converted,
        totals.already_v3,
        totals.kept,
        totals.failed
    ));
    page.classes(&report.findings);
    page.accepted(&report.accepted);
    page.fields(&report.fields);
    page.groups(report);
    page.0
}

struct Page(String);

impl Page {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn heading(&mut self, heading: &str) {
        self.line(&format!("\n## {heading}\n"));
    }

    fn row(&mut self, cells: &[&dyn std::fmt::Display]) {
        for cell in cells {
            // Writing to a String cannot fail.
            let _ = write!(
                self.0,
                "| {} ",
                cell.to_string().replace('|', "\\|").replace('\n', " ")
            );
        }
        self.line("|");
    }

    fn table(&mut self, names: &[&str], numbers_from: usize) {
        let cells: Vec<&dyn std::fmt::Display> = names
            .iter()
            .map(|name| name as &dyn std::fmt::Display)
            .collect();
        self.row(&cells);
        for at in 0..names.len() {
            self.0.push_str(if at < numbers_from {
                "| --- "
            } else {
                "| ---: "
            });
        }
        self.line("|");
    }

    fn classes(&mut self, classes: &[Class]) {
        self.heading("Findings");
        if classes.is_empty() {
            return self.line("None: nothing is lost, and nothing needs to be known.");
        }
        self.table(
            &[
                "severity", "code", "what", "findings", "payloads", "accepted",
            ],
            3,
        );
        for class in classes {
            let code = code(&class.code);
            self.row(&[
                &class.severity,
                &code,
                &text(&class.summary),
                &class.findings,
                &class.payloads,
                &class.accepted,
            ]);
        }
    }

    fn accepted(&mut self, accepted: &[Acceptance]) {
        if accepted.is_empty() {
            return;
        }
        self.heading("Accepted");
        self.table(&["what", "owner", "reason", "findings"], 3);
        for accept in accepted {
            let findings = if accept.findings == 0 {
                "none: out of date".to_owned()
            } else {
                accept.findings.to_string()
            };
            self.row(&[
                &what(accept),
                &text(&accept.owner),
                &text(&accept.reason),
                &findings,
            ]);
        }
    }

    fn fields(&mut self, fields: &[Field]) {
        if fields.is_empty() {
            return;
        }
        self.heading("Fields");
        self.table(
            &[
                "field",
                "in V3",
                "present",
                "same place",
                "moved",
                "renamed",
                "without effect",
                "lost",
                "kept",
                "with a warning",
            ],
            2,
        );
        let mut document = "";
        for field in fields {
            if field.document != document {
                document = &field.document;
                self.row(&[
                    &format!("**{document}**"),
                    &"",
                    &"",
                    &"",
                    &"",
                    &"",
                    &"",
                    &"",
                    &"",
                    &"",
                ]);
            }
            let to = field.to.as_deref().map_or_else(|| "–".to_owned(), code);
            let number = |count: u64| {
                if count == 0 {
                    String::new()
                } else {
                    count.to_string()
                }
            };
            let counts = [
                field.present,
                field.same,
                field.moved,
                field.renamed,
                field.no_effect,
                field.lost,
                field.kept,
                field.warned,
            ]
            .map(number);
            let mut cells: Vec<String> = vec![code(&field.field), to];
            cells.extend(counts);
            let cells: Vec<&dyn std::fmt::Display> = cells
                .iter()
                .map(|cell| cell as &dyn std::fmt::Display)
                .collect();
            self.row(&cells);
        }
    }

    fn groups(&mut self, report: &Report) {
        self.heading(&format!("Groups, by {}", report.group_by));
        for (at, group) in report.groups.iter().take(MOST_GROUPS).enumerate() {
            self.group(group, at < MOST_EXAMPLES);
        }
        let more = report.groups.len().saturating_sub(MOST_GROUPS) as u64;
        if more > 0 {
            self.line(&format!(
                "… and {}; `--report-json` has them all.",
                several(more, "smaller group")
            ));
        }
        if report.ungrouped > 0 {
            self.line(&format!(
                "{} beyond the most groups that are kept apart.",
                several(report.ungrouped, "payload")
            ));
        }
    }

    fn group(&mut self, group: &Group, is_whole: bool) {
        self.line(&format!(
            "### {}: {}\n",
            several(group.payloads, "payload"),
            title(group)
        ));
        if let Some(failure) = &group.failure {
            self.line(&format!("- {}", text(failure)));
        }
        for finding in &group.findings {
            let accepted = match finding.accepted {
                0 => String::new(),
                count if count == finding.payloads => " (accepted)".to_owned(),
                count => format!(" ({count} of {} accepted)", finding.payloads),
            };
            let field = if finding.field.is_empty() {
                String::new()
            } else {
                format!(" {}", code(&finding.field))
            };
            self.line(&format!(
                "- {}[{}]{field}: {}{accepted}",
                finding.severity,
                finding.code,
                text(&finding.message)
            ));
        }
        if group.findings.is_empty() && group.failure.is_none() {
            self.line("- no findings");
        }
        let example = &group.example;
        self.line(&format!(
            "\nFor example {}, record {}{}\n",
            code(&example.path),
            example.record,
            place(&example.pointer)
        ));
        if is_whole && !example.v2.is_empty() {
            self.line("<details><summary>V2 and V3</summary>\n");
            self.fenced(&example.v2);
            if !example.v3.is_empty() {
                self.line("");
                self.fenced(&example.v3);
            }
            self.line("\n</details>\n");
        }
    }

    fn fenced(&mut self, body: &str) {
        let fence = fence(body);
        self.line(&format!("{fence}json\n{}\n{fence}", body.trim_end()));
    }
}

fn place(pointer: &str) -> String {
    if pointer.is_empty() {
        String::new()
    } else {
        format!(", at {}", code(pointer))
    }
}
