//! See `novita_migrate_fuzz::migrate`.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use novita_migrate_fuzz::{migrate, mutate};

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::json(data, size, max_size, seed, migrate::HEADER)
});

fuzz_target!(|data: &[u8]| migrate::check(data));
