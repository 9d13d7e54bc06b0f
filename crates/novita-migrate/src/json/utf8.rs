//! Validation of the characters above ASCII, one at a time: they are few in payloads.

/// Skips the characters of two to four bytes from `at` on, where the first of them starts.
///
/// Returns the offset of the first ASCII byte behind them, or as an error the offset of the first bytes
/// that are no character (Unicode 15, table 3-7).
pub(super) fn skip_run(input: &[u8], mut at: usize) -> Result<usize, usize> {
    loop {
        let rest = input.get(at..).unwrap_or_default();
        let char = match rest.first_chunk::<4>() {
            Some(chunk) => u32::from_le_bytes(*chunk),
            None => padded(rest),
        };
        at += match length(char) {
            1 => return Ok(at),
            0 => return Err(at),
            length => length,
        };
    }
}

/// The last bytes of the input; zeros continue no character.
#[cold]
fn padded(rest: &[u8]) -> u32 {
    rest.iter()
        .rev()
        .fold(0, |char, byte| char << 8 | u32::from(*byte))
}

/// How many of four bytes (the first one lowest) form a valid character; 0 where they start with none.
#[inline]
fn length(char: u32) -> usize {
    if char & 0x80 == 0 {
        1
    } else if char & 0xc0_c0f0 == 0x80_80e0 {
        // The four bits of the lead and the top bit of the next byte's six tell what is excluded:
        // all zero is an overlong form, 1101 1 a surrogate.
        3 * usize::from(!matches!(char & 0x200f, 0 | 0x200d))
    } else if char & 0xc0e0 == 0x80c0 {
        2 * usize::from(char & 0x1e != 0)
    } else if char & 0xc0c0_c0f8 == 0x8080_80f0 {
        // At least 0x10000 and at most 0x10ffff.
        let top = (char & 7) << 2 | char >> 12 & 3;
        4 * usize::from((1..=16).contains(&top))
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_what_the_standard_library_accepts() {
        // Every lead and second byte, with third and fourth bytes at and beyond their limits.
        for first in 0x80..=0xffu8 {
            for second in 0..=0xffu8 {
                for third in [0x00, 0x41, 0x7f, 0x80, 0xa5, 0xbf, 0xc0, 0xff] {
                    for fourth in [0x22, 0x7f, 0x80, 0xbf, 0xc0, 0xf4] {
                        let bytes = [first, second, third, fourth];
                        let valid =
                            std::str::from_utf8(&bytes).map_or_else(|e| e.valid_up_to(), str::len);
                        match skip_run(&bytes, 0) {
                            Ok(at) => {
                                assert!(at <= valid && (at == 4 || bytes[at] < 0x80), "{bytes:x?}")
                            }
                            Err(at) => assert_eq!(at, valid, "{bytes:x?}"),
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_character_cut_by_the_end_is_invalid() {
        for text in ["é", "東", "🤖"] {
            let bytes = text.as_bytes();
            assert_eq!(skip_run(bytes, 0), Ok(bytes.len()));
            for cut in 1..bytes.len() {
                assert_eq!(skip_run(&bytes[..cut], 0), Err(0));
            }
        }
    }
}
