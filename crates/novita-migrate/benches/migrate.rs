//! How long one payload takes, beside serde_json only reading the same bytes: `cargo bench -p novita-migrate`.

mod payloads;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use novita_migrate::{Options, migrate};
use payloads::{CASES, Counted, case};
use serde::de::IgnoredAny;

fn main() {
    divan::main();
}

#[divan::bench(args = CASES)]
fn migration(bencher: Bencher<'_, '_>, name: &str) {
    let (payload, options) = (case(name), Options::default());
    let mut out = Counted::default();
    bencher
        .counter(BytesCount::of_str(&payload))
        .bench_local(|| {
            out.made.clear();
            if let Ok(migration) = migrate(black_box(&payload), None, &options) {
                migration.write_to(&mut out);
            }
        });
}

#[divan::bench(args = CASES)]
fn serde_json_ignored_any(bencher: Bencher<'_, '_>, name: &str) {
    let payload = case(name);
    bencher
        .counter(BytesCount::of_str(&payload))
        .bench_local(|| serde_json::from_str::<IgnoredAny>(black_box(&payload)));
}

#[divan::bench(args = CASES)]
fn reader_alone(bencher: Bencher<'_, '_>, name: &str) {
    let payload = case(name);
    bencher
        .counter(BytesCount::of_str(&payload))
        .bench_local(|| novita_migrate::json::Tree::parse(black_box(payload.as_bytes())).is_ok());
}
