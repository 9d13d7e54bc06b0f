//! See `novita_migrate_fuzz::tolerant`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| novita_migrate_fuzz::tolerant::check(data));
