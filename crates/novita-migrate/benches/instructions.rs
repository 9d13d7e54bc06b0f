//! Runs the case that the argument names once, for a program that counts instructions: `benches/instructions.sh`.
//! Without a case, lists them.

mod payloads;

use std::hint::black_box;

use novita_migrate::{Options, migrate};
use payloads::{CASES, Counted, case};

fn main() {
    let Some(name) = std::env::args().find(|name| CASES.contains(&name.as_str())) else {
        println!("{}", CASES.join("\n"));
        return;
    };
    let (payload, options, mut out) = (case(&name), Options::default(), Counted::default());
    // The first run pays for what is done once in a process.
    run(&payload, &options, &mut out);
    out = Counted::default();
    measured(&payload, &options, &mut out);
    println!("{} bytes", out.made.len() + out.lent);
}

/// What is counted: the script knows it by its name.
#[inline(never)]
fn measured(payload: &str, options: &Options, out: &mut Counted) {
    run(payload, options, out);
}

fn run(payload: &str, options: &Options, out: &mut Counted) {
    if let Ok(migration) = migrate(black_box(payload), None, options) {
        migration.write_to(out);
    }
}
