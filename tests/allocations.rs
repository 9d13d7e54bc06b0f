//! What one migration costs in allocations: a few, whatever the payload holds.
#![allow(
    unsafe_code,
    reason = "a global allocator that counts cannot be written without; it only forwards"
)]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use novita_migrate::{Migration, Options, Sink, Status, migrate};

thread_local! {
    /// Allocations of this thread and their bytes; the test harness allocates in others.
    static COUNT: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

struct Counting;

fn count(bytes: usize) {
    // While a thread ends, its counter is gone; nothing is counted then.
    let _ = COUNT.try_with(|count| {
        let (calls, sum) = count.get();
        count.set((calls + 1, sum + bytes));
    });
}

// SAFETY: every call goes to the system's allocator unchanged; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller's promises are the system allocator's conditions.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above; the pointer came from `System`.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations and their bytes while `run` runs.
fn cost<T>(run: impl FnOnce() -> T) -> (usize, usize, T) {
    let (calls, bytes) = COUNT.get();
    let result = run();
    let (calls_after, bytes_after) = COUNT.get();
    (calls_after - calls, bytes_after - bytes, result)
}

/// The tree's nodes, the members found, the members of `request`, and those of `extra`.
const MOST: usize = 4;

/// Without findings there is nothing to allocate for but the three lists; `extra` is a fourth.
fn cheap<'a>(input: &'a str, options: &Options) -> (usize, usize, Migration<'a>) {
    let (calls, bytes, migration) = cost(|| migrate(input, None, options));
    let migration = migration.expect("a payload");
    assert_eq!(migration.status(), Status::Converted);
    let found: Vec<_> = migration
        .findings()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(found.is_empty(), "{found:?}");
    (calls, bytes, migration)
}

const REQUIRED: &str = r#""model_name":"m.safetensors","sampler_name":"Euler a","batch_size":1,"steps":20,"cfg_scale":7.50,"width":512,"height":512"#;
const OTHERS: &str = r#""negative_prompt":"blurry","seed":12345678901234567890123,"restore_faces":false,"sd_vae":"vae.ckpt","clip_skip":2,
    "n_iter":null,"enable_hr":null,"hr_scale":null,"hr_resize_x":null,"hr_resize_y":null,"img_expire_ttl":null,"controlnet_units":null"#;

#[test]
fn costs_a_few_allocations_however_many_fields() {
    let few = format!(r#"{{"prompt":"a cat",{REQUIRED}}}"#);
    let many = format!(
        r#"{{"prompt":"a cat",{REQUIRED},{OTHERS},"extra":{{"enable_nsfw_detection":true,"nsfw_detection_level":2}}}}"#
    );
    for input in [&few, &many] {
        let (calls, bytes, _) = cheap(input, &Options::default());
        assert!(
            (1..=MOST).contains(&calls),
            "{calls} allocations, {bytes} bytes for {input}"
        );
    }
}

#[test]
fn costs_the_same_for_values_of_any_size() {
    let payload = |characters: usize| {
        format!(
            r#"{{"prompt":"a cat",{REQUIRED},"sd_vae":"{}"}}"#,
            "é".repeat(characters / 2)
        )
    };
    let (small, large) = (payload(1_000), payload(10_000_000));
    let (small_calls, small_bytes, _) = cheap(&small, &Options::default());
    let (large_calls, large_bytes, migration) = cheap(&large, &Options::default());
    assert_eq!((small_calls, small_bytes), (large_calls, large_bytes));
    assert!(large_bytes < 64 * 1024, "{large_bytes} bytes");

    // Output: one buffer, made once.
    let (calls, bytes, output) = cost(|| migration.to_vec());
    assert_eq!(
        calls,
        1,
        "{bytes} bytes in {calls} allocations for {} bytes of output",
        output.len()
    );
}

/// A prompt longer than V3 takes has a finding, which says how long it is; the text itself is not copied.
#[test]
fn a_long_prompt_is_not_copied() {
    let payload = |characters: usize| {
        format!(
            r#"{{"prompt":"{}",{REQUIRED}}}"#,
            "a \\u00e9".repeat(characters / 8)
        )
    };
    let cost_of = |input: &str| {
        let (calls, bytes, migration) = cost(|| {
            migrate(input, None, &Options::default()).map(|migration| migration.findings().len())
        });
        assert_eq!(migration, Ok(1), "the length");
        (calls, bytes)
    };
    let (few, many) = (payload(16_000), payload(10_000_000));
    assert_eq!(cost_of(&few), cost_of(&many));
    assert!(cost_of(&many).0 <= MOST + 1, "{:?}", cost_of(&many));
}

/// The pieces that a sink is lent come without being copied, or allocated for.
#[test]
fn a_sink_that_keeps_references_is_lent_the_large_values() {
    struct Lent(usize, usize);
    impl<'a> Sink<'a> for Lent {
        fn copy(&mut self, piece: &[u8]) {
            self.0 += piece.len();
        }
        fn lend(&mut self, piece: &'a [u8]) {
            self.1 += piece.len();
        }
    }
    let image = "iVBORw0KGgo=".repeat(100_000);
    let input = format!(r#"{{"prompt":"a cat",{REQUIRED},"init_images":["{image}"]}}"#);
    let migration = migrate(&input, None, &Options::default()).expect("a payload");
    let (calls, _, sink) = cost(|| {
        let mut sink = Lent(0, 0);
        migration.write_to(&mut sink);
        sink
    });
    assert_eq!(calls, 0);
    assert!(sink.1 >= image.len(), "{} bytes lent", sink.1);
    assert!(sink.0 < 1_000, "{} bytes copied", sink.0);
}
