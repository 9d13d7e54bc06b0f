//! Migrates each line of standard input, for trying the library: V3 or the unchanged line on standard output,
//! findings on standard error.

use std::io::{self, BufRead, Write};

use novita_migrate::{Options, migrate};

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        match migrate(&line, None, &Options::default()) {
            Ok(migration) => {
                migration
                    .findings()
                    .iter()
                    .for_each(|finding| eprintln!("{finding}"));
                out.write_all(&migration.to_vec())?;
            }
            Err(error) => {
                eprintln!(
                    "{}:{}: {error}",
                    error.position().line,
                    error.position().column
                );
                out.write_all(line.as_bytes())?;
            }
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}
