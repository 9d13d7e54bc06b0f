//! See `novita_migrate_fuzz::layout`.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use novita_migrate_fuzz::{layout, mutate};

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::json(data, size, max_size, seed, layout::HEADER)
});

fuzz_target!(|data: &[u8]| layout::check(data));
