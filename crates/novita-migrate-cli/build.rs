//! How the command is linked on Linux with glibc: so that it starts at once.
//!
//! A start is what a short run costs most. Two thirds of what this program took more than `cat` was the loader's work:
//! 18,000 addresses to correct in a program that may lie anywhere, on 77 pages that had to be copied for it, and a shared
//! library of GCC's that asks the processor what it can do, which is slow in a virtual machine.
//! `docs/performance.md` has the figures. Whoever wants a program that may lie anywhere sets `NOVITA_MIGRATE_PIE`.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RUSTC_LINKER");
    println!("cargo::rerun-if-env-changed=NOVITA_MIGRATE_PIE");
    let target = |what: &str| env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    let is_glibc = target("OS") == "linux" && target("ENV") == "gnu";
    let is_static = target("FEATURE")
        .split(',')
        .any(|feature| feature == "crt-static");
    if is_glibc && !is_static && links_like_gcc() {
        if env::var_os("NOVITA_MIGRATE_PIE").is_none() {
            // The program's own address is fixed; those of its stack, its heap and its libraries still are not.
            println!("cargo::rustc-link-arg-bins=-no-pie");
        }
        println!("cargo::rustc-link-arg-bins=-Wl,--whole-archive,-lgcc_eh,--no-whole-archive");
    }
}

/// Whether the linker is a C compiler that knows GCC's static library for unwinding: it answers with a path where it
/// has the file, and else with the name alone.
fn links_like_gcc() -> bool {
    let linker = env::var_os("RUSTC_LINKER").unwrap_or_else(|| "cc".into());
    let answer = Command::new(linker)
        .arg("-print-file-name=libgcc_eh.a")
        .output();
    answer.is_ok_and(|answer| answer.status.success() && answer.stdout.contains(&b'/'))
}
