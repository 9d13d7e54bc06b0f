//! What the command promises about files, tried through its binary: every test here could fail. docs/reliability.md
//! lists the promises and the figures.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail the test"
)]

// Shared with tests/cli.rs, which uses all of it.
#[allow(dead_code, reason = "not every test needs every helper")]
#[path = "cli/support.rs"]
mod support;

#[path = "writing/bytes.rs"]
mod bytes;
#[path = "writing/faults.rs"]
mod faults;
#[path = "writing/folders.rs"]
mod folders;
#[path = "writing/full_disk.rs"]
mod full_disk;
#[path = "writing/inputs.rs"]
mod inputs;
#[path = "writing/isolation.rs"]
mod isolation;
#[path = "writing/kill.rs"]
mod kill;
#[path = "writing/limits.rs"]
mod limits;
#[path = "writing/out_dir.rs"]
mod out_dir;
#[path = "writing/previews.rs"]
mod previews;
#[path = "writing/race.rs"]
mod race;
#[path = "writing/rights.rs"]
mod rights;
#[path = "writing/secrets.rs"]
mod secrets;
#[path = "writing/truth.rs"]
mod truth;
#[path = "writing/undo.rs"]
mod undo;
