//! The command through its binary: messages, exit codes, rules, explain, config, report formats.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail the test"
)]

#[path = "cli/audit.rs"]
mod audit;
#[path = "cli/audit_page.rs"]
mod audit_page;
#[path = "cli/config.rs"]
mod config;
#[path = "cli/explain.rs"]
mod explain;
#[path = "cli/formats.rs"]
mod formats;
#[path = "cli/messages.rs"]
mod messages;
#[path = "cli/pages.rs"]
mod pages;
#[path = "cli/preserve.rs"]
mod preserve;
#[path = "cli/support.rs"]
mod support;
#[path = "cli/usage.rs"]
mod usage;
#[path = "cli/validate.rs"]
mod validate;
