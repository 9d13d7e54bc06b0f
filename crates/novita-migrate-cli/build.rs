//! How the command is linked on Linux with glibc: so that it starts at once.
//!
//! A start is what a short run costs most, and most of what this program took more than `cat` was the loader's work: to
//! find and map shared libraries, to correct 18,000 addresses in a program that may lie anywhere, and to fault in the
//! pages of all that. So the program is linked to a fixed address, with the libraries inside. `docs/performance.md` has
//! the figures. Whoever wants an ordinary program, which may lie anywhere, sets `NOVITA_MIGRATE_PIE`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the standard library asks the linker for beside libc and GCC's library for unwinding.
const LIBRARIES: [&str; 5] = ["m", "pthread", "dl", "rt", "util"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RUSTC_LINKER");
    println!("cargo::rerun-if-env-changed=NOVITA_MIGRATE_PIE");
    let target = |what: &str| env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    let is_glibc = target("OS") == "linux" && target("ENV") == "gnu";
    let is_static = target("FEATURE")
        .split(',')
        .any(|feature| feature == "crt-static");
    if !is_glibc || is_static || archive("gcc_eh").is_none() {
        return;
    }
    let link = |argument: &str| println!("cargo::rustc-link-arg-bins={argument}");
    if env::var_os("NOVITA_MIGRATE_PIE").is_none() {
        // The program's own address is fixed; those of its stack, its heap and what it maps still are not.
        link("-no-pie");
        if let Some(folder) = archives_only() {
            link("-static");
            link(&format!("-L{}", folder.display()));
            return;
        }
    }
    // GCC's shared library for unwinding asks the processor what it can do, which is slow in a virtual machine.
    link("-Wl,--whole-archive,-lgcc_eh,--no-whole-archive");
}

/// A folder in which the linker finds, under the names of the shared libraries, scripts that lead to the archives.
/// `None` where an archive is missing, as where only the files for running programs are installed.
///
/// `-static` alone does not do: behind it, the compiler tells the linker to look for shared libraries.
fn archives_only() -> Option<PathBuf> {
    // For another target, the compiler may need flags that only rustc knows to find the archives (`-m32`).
    if env::var_os("HOST")? != env::var_os("TARGET")? {
        return None;
    }
    // Before 2.34, glibc's threads were an archive of their own, of which a linker took too little.
    let is_recent = fs::metadata(archive("pthread")?).is_ok_and(|archive| archive.len() < 1024);
    if !is_recent {
        return None;
    }
    let folder = Path::new(&env::var_os("OUT_DIR")?).join("archives");
    fs::create_dir_all(&folder).ok()?;
    let write = |name: &str, archives: &[PathBuf]| {
        let archives: Vec<_> = archives
            .iter()
            .map(|path| format!("\"{}\"", path.display()))
            .collect();
        let script = format!("GROUP ( {} )\n", archives.join(" "));
        fs::write(folder.join(format!("lib{name}.so")), script).ok()
    };
    write("c", &[archive("c")?, archive("gcc")?, archive("gcc_eh")?])?;
    write("gcc_s", &[archive("gcc_eh")?])?;
    for name in LIBRARIES {
        write(name, &[archive(name)?])?;
    }
    Some(folder)
}

/// Where the linker, a C compiler, has an archive: it answers with a path where it has the file, and else with the name
/// alone.
fn archive(name: &str) -> Option<PathBuf> {
    let linker = env::var_os("RUSTC_LINKER").unwrap_or_else(|| "cc".into());
    let answer = Command::new(linker)
        .arg(format!("-print-file-name=lib{name}.a"))
        .output()
        .ok()?;
    let path = PathBuf::from(String::from_utf8(answer.stdout).ok()?.trim());
    (answer.status.success() && path.is_absolute()).then_some(path)
}
