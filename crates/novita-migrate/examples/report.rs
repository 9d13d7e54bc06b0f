//! Migrates each line of standard input and writes one answer a line, in the form of the oracle in `tests/oracle`:
//! `{"status":…,"endpoint":…,"body":…,"findings":[{"code":…,"severity":…,"pointer":…}]}`.

use std::io::{self, BufRead, BufWriter, Write};

use novita_migrate::{Options, Status, migrate};
use serde_json::json;

fn main() -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    while {
        line.clear();
        input.read_until(b'\n', &mut line)? > 0
    } {
        out.write_all(&answer(line.strip_suffix(b"\n").unwrap_or(&line)))?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// What became of one payload. The body stands in the answer as its own bytes, so that numbers keep their spelling.
fn answer(payload: &[u8]) -> Vec<u8> {
    let Ok(migration) = migrate(payload, None, &Options::default()) else {
        return br#"{"status":"failed","endpoint":null,"body":null,"findings":[]}"#.to_vec();
    };
    let findings: Vec<_> = migration
        .findings()
        .iter()
        .map(|finding| {
            json!({
                "code": finding.code().name(),
                "severity": finding.severity().name(),
                "pointer": finding.pointer().to_string(),
            })
        })
        .collect();
    let output = migration.to_vec();
    // A payload that was kept has no V3 body; if its bytes did change, the answer shows it.
    let body = match migration.status() {
        Status::Kept if output == payload => b"null".to_vec(),
        _ => output,
    };
    let endpoint = migration.endpoint().map(|endpoint| endpoint.path());
    let mut answer = format!(
        "{{\"status\":\"{}\",\"endpoint\":{},\"body\":",
        migration.status(),
        json!(endpoint)
    )
    .into_bytes();
    answer.extend(body);
    answer.extend(format!(",\"findings\":{}}}", json!(findings)).into_bytes());
    answer
}
