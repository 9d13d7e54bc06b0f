//! The size of a PNG picture, read off the first bytes of its base64 text.

/// Characters of base64 that hold a PNG's signature and the sides in its first chunk: 24 bytes.
const HEAD: usize = 32;

/// Width and height of a picture, given as base64 text (with or without a data-URI prefix, escaped as in JSON).
/// `None` where it is no PNG.
pub(crate) fn size(inner: &[u8]) -> Option<(u32, u32)> {
    let base64 = super::images::after_data_uri(inner).unwrap_or(inner);
    let mut bytes = Vec::with_capacity(24);
    let (mut bits, mut held) = (0_u32, 0);
    // The only escape inside base64 is `\/`.
    for char in base64.iter().filter(|char| **char != b'\\').take(HEAD) {
        bits = bits << 6 | u32::from(sextet(*char)?);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    let chunk = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")?;
    let (width, rest) = chunk.split_first_chunk::<4>()?;
    let height = rest.first_chunk::<4>()?;
    Some((u32::from_be_bytes(*width), u32::from_be_bytes(*height)))
}

fn sextet(char: u8) -> Option<u8> {
    Some(match char {
        b'A'..=b'Z' => char - b'A',
        b'a'..=b'z' => char - b'a' + 26,
        b'0'..=b'9' => char - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn reads_the_sides_of_a_png() {
        // 512 by 768.
        let png = "iVBORw0KGgoAAAANSUhEUgAAAgAAAAMA";
        assert_eq!(size(png.as_bytes()), Some((512, 768)));
        let uri = format!("data:image\\/png;base64,{png}");
        assert_eq!(size(uri.as_bytes()), Some((512, 768)));
        // The whole alphabet counts, and that of URLs.
        for (head, side) in [
            ("iVBORw0KGgoAAAANSUhEUgAAA/8AAAP/", 1023),
            ("iVBORw0KGgoAAAANSUhEUgAAA+8AAAPv", 1007),
            ("iVBORw0KGgoAAAANSUhEUgAAA_8AAAP_", 1023),
            ("iVBORw0KGgoAAAANSUhEUgAAA-8AAAPv", 1007),
        ] {
            assert_eq!(size(head.as_bytes()), Some((side, side)), "{head}");
        }
    }

    #[test]
    fn other_texts_have_no_size() {
        for text in [
            "",
            "iVBORw0KGgo",
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wCEAAkGBw==",
            "<IMAGE_BASE64>",
        ] {
            assert_eq!(size(text.as_bytes()), None, "{text}");
        }
    }
}
