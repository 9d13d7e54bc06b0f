//! Brackets outside of strings, a block at a time: most bytes of JSON documents end nothing.

use wide::{CmpEq, i8x16};

/// Bytes that are looked at together.
pub(super) const BLOCK: usize = 64;

/// Where in a block something stands, a bit for each byte.
#[derive(Default)]
struct Marks {
    quotes: u64,
    backslashes: u64,
    opening: u64,
    closing: u64,
}

impl Marks {
    #[inline]
    fn of(block: &[u8; BLOCK]) -> Self {
        let mut marks = Marks::default();
        for (at, bytes) in block.as_chunks::<16>().0.iter().enumerate() {
            let bytes = i8x16::from(bytes.map(u8::cast_signed));
            // `[` and `{`, `]` and `}` differ in this bit alone.
            let brackets = bytes | i8x16::splat(0x20);
            let among =
                |bytes: i8x16, byte: u8| bytes.cmp_eq(i8x16::splat(byte.cast_signed())).move_mask();
            let place = |mask: i32| u64::from(mask as u32) << (16 * at);
            marks.quotes |= place(among(bytes, b'"'));
            marks.backslashes |= place(among(bytes, b'\\'));
            marks.opening |= place(among(brackets, b'{'));
            marks.closing |= place(among(brackets, b'}'));
        }
        marks
    }
}

/// Goes over the blocks from here on in which nothing is escaped and no more brackets are closed than are open; tells
/// how many bytes that are. `depth` counts the open brackets, `quoted` tells whether the bytes begin inside a string; both
/// are brought up to date.
pub(super) fn skip(bytes: &[u8], depth: &mut usize, quoted: &mut bool) -> usize {
    let mut at = 0;
    while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let Marks {
            quotes,
            backslashes,
            opening,
            closing,
        } = Marks::of(block);
        if *quoted && quotes | backslashes == 0 {
            // A long string: what looks for two bytes alone is quicker.
            at += BLOCK;
            let rest = bytes.get(at..).unwrap_or_default();
            at += memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
            continue;
        }
        let inside = inside_of_strings(quotes) ^ if *quoted { u64::MAX } else { 0 };
        let closed = (closing & !inside).count_ones() as usize;
        if backslashes != 0 || closed >= *depth {
            break;
        }
        *depth = *depth + (opening & !inside).count_ones() as usize - closed;
        *quoted ^= quotes.count_ones() % 2 == 1;
        at += BLOCK;
    }
    at
}

/// The bits from each quote on up to the next one.
const fn inside_of_strings(mut quotes: u64) -> u64 {
    let mut shift = 1;
    while shift < u64::BITS {
        quotes ^= quotes << shift;
        shift *= 2;
    }
    quotes
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, skip};

    /// The same, byte by byte, up to an offset; `None` where a bracket is closed that ends the document.
    fn stepped(bytes: &[u8], mut depth: usize, mut quoted: bool) -> Option<(usize, bool)> {
        for byte in bytes {
            match byte {
                b'"' => quoted = !quoted,
                b'{' | b'[' if !quoted => depth += 1,
                b'}' | b']' if !quoted => {
                    depth = depth.checked_sub(1).filter(|depth| *depth > 0)?
                }
                _ => {}
            }
        }
        Some((depth, quoted))
    }

    #[test]
    fn blocks_are_skipped_as_their_bytes_would_be() {
        // A generator of 64 bits, xorshift, is random enough and the same in every run.
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below as u64) as usize
        };
        let (mut skipped, mut stopped) = (0, 0);
        for _ in 0..20_000 {
            let alphabet: &[u8] = [
                &b"{}[]\"\\a"[..],
                b"{[}]\"a,: 1",
                b"aaaaaaaaaaa\"{}",
                b"aaaaaaaa\"",
            ][random(4)];
            let length = random(4 * BLOCK);
            let bytes: Vec<u8> = (0..length)
                .map(|_| alphabet[random(alphabet.len())])
                .collect();
            let (depth, quoted) = (1 + random(40), random(2) == 1);
            let (mut new_depth, mut new_quoted) = (depth, quoted);
            let at = skip(&bytes, &mut new_depth, &mut new_quoted);
            let before = &bytes[..at];
            assert_eq!(
                stepped(before, depth, quoted),
                Some((new_depth, new_quoted)),
                "{before:?}"
            );
            assert!(!before.contains(&b'\\'));
            if let Some(block) = bytes.get(at..at + BLOCK) {
                // It stopped for a reason: an escape, or brackets of which some may be the last.
                stopped += 1;
                let closed = block
                    .iter()
                    .filter(|byte| matches!(byte, b'}' | b']'))
                    .count();
                assert!(block.contains(&b'\\') || closed >= new_depth, "{block:?}");
            }
            skipped += at;
        }
        assert!(
            skipped > 500_000 && stopped > 1_000,
            "{skipped} bytes, {stopped} stops"
        );
    }
}
