//! SARIF 2.1.0, for code scanning.

use std::io::{self, Write};
use std::path::Path;

use novita_migrate::{Code, Severity};
use serde_json::{Value, json};

use super::{Closing, STILL_V2, Teller, still_v2};
use crate::record::{Outcome, Record};

/// The rule of payloads that could not be read; not a finding class, so it has a name of its own.
const FAILED: &str = "failed";

/// Tells as one SARIF log, result by result.
pub(crate) struct Sarif<W> {
    out: W,
    /// Whether a payload that is still V2 is told too.
    check: bool,
    results: u64,
    failures: u64,
}

impl<W: Write> Sarif<W> {
    /// Starts the log.
    pub(crate) fn new(mut out: W, check: bool) -> io::Result<Self> {
        let driver = json!({
            "name": "novita-migrate",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules().map(rule).collect::<Vec<_>>(),
        });
        write!(
            out,
            "{{\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json\",\
             \"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{driver}}},\"columnKind\":\"unicodeCodePoints\",\"results\":["
        )?;
        Ok(Sarif {
            out,
            check,
            results: 0,
            failures: 0,
        })
    }

    fn result(
        &mut self,
        rule: &str,
        level: &str,
        message: &str,
        location: Value,
    ) -> io::Result<()> {
        self.out
            .write_all(if self.results == 0 { b"\n" } else { b",\n" })?;
        self.results += 1;
        let index = rules().position(|(id, _)| id == rule);
        let message = json!({ "text": message });
        let result = json!({ "ruleId": rule, "ruleIndex": index, "level": level, "message": message, "locations": [location] });
        super::plain_json(&mut self.out, &result)
    }
}

impl<W: Write> Teller for Sarif<W> {
    fn record(&mut self, path: &Path, record: &Record) -> io::Result<()> {
        if self.check && record.outcome == Outcome::Converted {
            let location = location(path, (record.line, record.column), &record.pointer);
            self.result(STILL_V2, "error", &still_v2(record), location)?;
        }
        for finding in &record.findings {
            let message = format!("{}: {}", finding.pointer, finding.message);
            let location = location(path, (finding.line, finding.column), &finding.pointer);
            self.result(
                finding.code.name(),
                level(finding.severity),
                message.trim_start_matches(": "),
                location,
            )?;
        }
        let Some(failure) = &record.failure else {
            return Ok(());
        };
        self.failures += 1;
        let location = location(path, (failure.line, failure.column), &record.pointer);
        self.result(FAILED, "error", &failure.message, location)
    }

    fn finish(&mut self, closing: &Closing) -> io::Result<()> {
        let successful = self.failures == 0 && closing.problems == 0;
        writeln!(
            self.out,
            "\n],\"invocations\":[{{\"executionSuccessful\":{successful}}}]}}]}}"
        )?;
        self.out.flush()
    }
}

/// The rules by name: the finding classes, and what else a result can be about.
fn rules() -> impl Iterator<Item = (&'static str, Option<Code>)> {
    Code::ALL
        .iter()
        .map(|code| (code.name(), Some(*code)))
        .chain([(STILL_V2, None), (FAILED, None)])
}

fn rule((id, code): (&str, Option<Code>)) -> Value {
    match code {
        Some(code) => json!({
            "id": id,
            "shortDescription": { "text": code.summary() },
            "fullDescription": { "text": code.explain() },
            "help": { "text": code.help() },
        }),
        None if id == STILL_V2 => {
            json!({ "id": id, "shortDescription": { "text": "a payload that is still V2" } })
        }
        None => {
            json!({ "id": id, "shortDescription": { "text": "an input that cannot be read, or is no payload" } })
        }
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        _ => "note",
    }
}

fn location(path: &Path, (line, column): (u64, u64), pointer: &str) -> Value {
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(path) },
            "region": { "startLine": line.max(1), "startColumn": column.max(1) },
        },
    });
    if let (false, Some(members)) = (pointer.is_empty(), location.as_object_mut()) {
        members.insert(
            "logicalLocations".to_owned(),
            json!([{ "fullyQualifiedName": pointer, "kind": "member" }]),
        );
    }
    location
}

/// A path as a URI reference: relative paths stay relative, to the folder that the run started in.
fn uri(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let mut uri = String::from(if path.is_absolute() { "file://" } else { "" });
    let path = path.strip_prefix("./").unwrap_or(path);
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(*byte))
            }
            _ => {
                use std::fmt::Write as _;
                // Writing to a String cannot fail.
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;
    use std::path::Path;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri(Path::new("./a b/ü#1.json")), "a%20b/%C3%BC%231.json");
        assert_eq!(uri(Path::new("/data/x:y.json")), "file:///data/x%3Ay.json");
    }
}
