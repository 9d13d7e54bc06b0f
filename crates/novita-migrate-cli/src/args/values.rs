//! Values that are more than a word.

/// A number of bytes: `1048576`, `500K`, `64M`, `2G` (powers of 1024).
pub(super) fn size(text: &str) -> Result<u64, String> {
    let error = || "expected a number of bytes such as 1048576, 500K, 64M or 2G".to_owned();
    let trimmed = text
        .trim()
        .trim_end_matches(['b', 'B'])
        .trim_end_matches('i');
    let (digits, shift) = match trimmed.char_indices().last() {
        Some((at, 'k' | 'K')) => (&trimmed[..at], 10),
        Some((at, 'm' | 'M')) => (&trimmed[..at], 20),
        Some((at, 'g' | 'G')) => (&trimmed[..at], 30),
        Some((at, 't' | 'T')) => (&trimmed[..at], 40),
        _ => (trimmed, 0),
    };
    let number: u64 = digits.trim_end().parse().map_err(|_| error())?;
    number
        .checked_mul(1 << shift)
        .filter(|&bytes| bytes > 0)
        .ok_or_else(error)
}

/// A JSON Pointer (RFC 6901) in which a part `*` stands for any element or member.
pub(super) fn pointer(text: &str) -> Result<String, String> {
    if !text.is_empty() && !text.starts_with('/') {
        return Err(format!(
            "a JSON Pointer starts with a slash: /{}",
            text.replace('.', "/")
        ));
    }
    let bad_escape = text
        .split('~')
        .skip(1)
        .any(|rest| !rest.starts_with(['0', '1']));
    if bad_escape {
        return Err("in a JSON Pointer `~` is written ~0 and a `/` in a name ~1".to_owned());
    }
    Ok(text.to_owned())
}

/// A strength in 0..=1.
pub(super) fn strength(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
        _ => Err("expected a number from 0 to 1, such as 0.7".to_owned()),
    }
}

/// A number of threads.
pub(super) fn threads(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(number @ 1..=1024) => Ok(number),
        _ => Err("expected a number of threads from 1 to 1024".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_powers_of_1024() {
        assert_eq!(size("1048576"), Ok(1 << 20));
        assert_eq!(size("500K"), Ok(500 << 10));
        assert_eq!(size("64MiB"), Ok(64 << 20));
        assert_eq!(size("2g"), Ok(2 << 30));
        for bad in ["", "0", "M", "-1", "1.5G", "99999999999T"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn pointers_start_with_a_slash_and_escape_tildes() {
        assert_eq!(pointer("/a/*/b~1c"), Ok("/a/*/b~1c".to_owned()));
        assert_eq!(pointer(""), Ok(String::new()));
        assert!(pointer("a.b").unwrap_err().ends_with("/a/b"));
        assert!(pointer("/a~b").is_err());
    }
}
