//! What the fuzz targets check. Each target is a few lines in `fuzz_targets/`; the laws are those of the property tests
//! in `tests/laws/`.
//!
//! A target panics where a law is broken: that is how the engine learns of it.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a broken law is told by a panic"
)]

#[path = "../../tests/laws/choices.rs"]
#[allow(dead_code, reason = "the property tests need more of it")]
mod choices;
#[path = "../../tests/laws/check.rs"]
mod laws;
#[path = "../../tests/laws/names.rs"]
#[allow(dead_code, reason = "the property tests need more of it")]
mod names;
#[path = "../../tests/laws/objections.rs"]
mod objections;
#[path = "../../tests/laws/spelled.rs"]
#[allow(dead_code, reason = "the property tests need more of it")]
mod spelled;
#[path = "../../tests/laws/text.rs"]
#[allow(dead_code, reason = "the property tests need more of it")]
mod text;

pub mod curl;
pub mod find;
mod grown;
pub mod layout;
pub mod migrate;
pub mod mutate;
pub mod reader;
pub mod tolerant;

/// What is wrong, with the input that it is wrong with.
#[track_caller]
fn kept(law: Result<(), String>, input: &[u8]) {
    if let Err(why) = law {
        panic!("{why}\n  in: {}", String::from_utf8_lossy(input));
    }
}
