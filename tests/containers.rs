//! What payloads are kept in, through the binary: logs, packed files, tables, larger documents and scripts come back as
//! they were, with every V2 payload in them migrated.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail the test"
)]

#[path = "containers/fixtures.rs"]
mod fixtures;
#[path = "containers/packed.rs"]
mod packed;
#[path = "containers/places.rs"]
mod places;
#[path = "containers/scripts.rs"]
mod scripts;
#[path = "containers/streams.rs"]
mod streams;
#[path = "cli/support.rs"]
#[allow(dead_code, reason = "shared with the tests of the command")]
mod support;
