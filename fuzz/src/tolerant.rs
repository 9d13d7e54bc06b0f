//! `--tolerant`: JSON keeps its bytes, what people write becomes JSON once and for all, and every byte is known to come
//! from somewhere.

use novita_migrate::json::Tree;
use novita_migrate_cli::fuzzing::{How, Strict, convert};

use crate::{grown, kept};

/// Holds the laws on any bytes.
pub fn check(data: &[u8]) {
    kept(made(data), data);
    kept(converted(data), data);
    if let Some(large) = grown::from(data) {
        let how = How {
            tolerant: true,
            ..How::default()
        };
        let _ = convert(&large, &how);
    }
}

fn made(source: &[u8]) -> Result<(), String> {
    let is_json = Tree::parse(source).is_ok();
    let strict = match Strict::of(source) {
        Ok(strict) => strict,
        Err((offset, message)) if is_json => {
            return Err(format!("JSON is refused at {offset}: {message}"));
        }
        Err((offset, message)) => {
            return (offset <= source.len() && !message.is_empty())
                .then_some(())
                .ok_or_else(|| format!("{message:?} at {offset}"));
        }
    };
    if is_json && strict.text != source {
        return Err(format!("JSON became {}", strict.text.escape_ascii()));
    }
    let mut last = 0;
    for offset in 0..=strict.text.len() {
        let from = strict.source(offset);
        if from > source.len() || from < last {
            return Err(format!("{offset} comes from {from}, after {last}"));
        }
        last = from;
    }
    if Tree::parse(&strict.text).is_ok() {
        let again =
            Strict::of(&strict.text).map_err(|(at, why)| format!("refused at {at}: {why}"))?;
        if again.text != strict.text {
            return Err(format!(
                "{} became {}",
                strict.text.escape_ascii(),
                again.text.escape_ascii()
            ));
        }
    }
    Ok(())
}

fn converted(source: &[u8]) -> Result<(), String> {
    let how = How {
        tolerant: true,
        json: true,
        ..How::default()
    };
    let done = convert(source, &how)?;
    if done.offsets.iter().any(|at| *at > source.len() as u64) {
        return Err(format!("payloads at {:?}", done.offsets));
    }
    let Some(output) = done.output else {
        return Ok(());
    };
    // An answer without a task is nothing that V3 knows.
    let again = convert(&output, &how)?;
    if again.converted > 0 || again.failed > done.failed + done.answers {
        return Err(format!(
            "the second time {} are converted and {} fail: {}",
            again.converted,
            again.failed,
            output.escape_ascii()
        ));
    }
    Ok(())
}
