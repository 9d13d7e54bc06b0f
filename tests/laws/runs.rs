//! How often the property tests are run, and with which inputs.

use proptest::test_runner::{Config, RngSeed};

/// `PROPTEST_CASES` looks further, with other inputs each time; without it the inputs are always the same.
pub(crate) fn config(cases: u32) -> Config {
    let own = Config {
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..Config::default()
    };
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => own,
        None => Config {
            cases,
            rng_seed: RngSeed::Fixed(97),
            ..own
        },
    }
}
