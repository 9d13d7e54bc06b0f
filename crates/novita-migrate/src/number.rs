//! Numbers as text: JSON's grammar, whole numbers written in other ways. Nothing here goes through a float except to
//! compare with the bounds of a range.

/// Whether the whole text is a JSON number.
pub(crate) fn is_number(text: &[u8]) -> bool {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, rest) = digits(unsigned);
    if whole.is_empty() || (whole.len() > 1 && whole.starts_with(b"0")) {
        return false;
    }
    let rest = match rest.strip_prefix(b".") {
        None => rest,
        Some(rest) => match digits(rest) {
            ([], _) => return false,
            (_, rest) => rest,
        },
    };
    match rest.strip_prefix(b"e").or_else(|| rest.strip_prefix(b"E")) {
        None => rest.is_empty(),
        Some(rest) => {
            let rest = rest
                .strip_prefix(b"+")
                .or_else(|| rest.strip_prefix(b"-"))
                .unwrap_or(rest);
            matches!(digits(rest), ([_, ..], []))
        }
    }
}

/// The leading digits, and what follows.
fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(
        text.iter()
            .position(|byte| !byte.is_ascii_digit())
            .unwrap_or(text.len()),
    )
}

/// The value of a number of at most 15 digits without an exponent, as nearly all are written, and whether it is written
/// as a whole number. `None` for all others.
///
/// The value is the nearest float: digits and power of ten are floats themselves, and a division rounds once.
pub(crate) fn short(text: &[u8]) -> Option<(f64, bool)> {
    const POWERS: [f64; 16] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ];
    let unsigned = match text {
        [b'-', rest @ ..] => rest,
        _ => text,
    };
    if unsigned.len() > 16 || !unsigned.first()?.is_ascii_digit() {
        return None;
    }
    let (mut value, mut count, mut point) = (0_u64, 0, None);
    for byte in unsigned {
        match byte {
            b'0'..=b'9' => {
                value = value * 10 + u64::from(byte - b'0');
                count += 1;
            }
            b'.' if point.is_none() => point = Some(count),
            _ => return None,
        }
    }
    let fraction = point.map_or(0, |point| count - point);
    if count > 15 || (point.is_some() && fraction == 0) {
        return None;
    }
    let value = value as f64 / POWERS.get(fraction)?;
    let value = if unsigned.len() < text.len() {
        -value
    } else {
        value
    };
    Some((value, point.is_none()))
}

/// The value for comparisons with a bound; `None` where the text is no number.
pub(crate) fn value(text: &[u8]) -> Option<f64> {
    match short(text) {
        Some((value, _)) => Some(value),
        None => std::str::from_utf8(text).ok()?.parse().ok(),
    }
}

/// A number as JSON text; whole ones without a point. It must be finite.
pub(crate) fn text(value: f64) -> String {
    let whole = value as i64;
    // Quicker than printing a float, and the same text.
    if whole as f64 == value
        && whole.unsigned_abs() < 1 << 53
        && !(whole == 0 && value.is_sign_negative())
    {
        return whole.to_string();
    }
    value.to_string()
}

/// The longest whole number that is written out from an exponent: more digits than any field of V3 can mean.
const LONGEST: i64 = 400;

/// A JSON number as a whole number: `None` if it is none; `Some(None)` if it is written as one already; else its
/// digits (`25.0` → `25`, `1e2` → `100`).
pub(crate) fn whole(text: &[u8]) -> Option<Option<Box<str>>> {
    if let Some((_, true)) = short(text) {
        return Some(None);
    }
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let (mantissa, exponent) = match unsigned.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        None => (unsigned, 0),
        Some(at) => {
            let exponent = std::str::from_utf8(unsigned.get(at + 1..)?).ok()?;
            // An exponent beyond i64 is beyond every whole number that matters, unless the mantissa is zero.
            (
                unsigned.get(..at)?,
                exponent.parse().unwrap_or(if exponent.starts_with('-') {
                    -LONGEST
                } else {
                    LONGEST + 1
                }),
            )
        }
    };
    let (head, rest) = digits(mantissa);
    if rest.is_empty() && mantissa.len() == unsigned.len() {
        return Some(None);
    }
    let fraction = rest.strip_prefix(b".").unwrap_or(rest);
    let mut all: Vec<u8> = head.iter().chain(fraction).copied().collect();
    while all.len() > 1 && all.last() == Some(&b'0') && all.len() > head.len() {
        all.pop();
    }
    let is_zero = all.iter().all(|digit| *digit == b'0');
    // Where the decimal point stands after the exponent moved it.
    let point = i64::try_from(head.len()).ok()?.checked_add(exponent)?;
    if is_zero {
        return Some(Some("0".into()));
    }
    if point > LONGEST {
        return None;
    }
    let point = usize::try_from(point).ok()?;
    if all
        .get(point..)
        .unwrap_or_default()
        .iter()
        .any(|digit| *digit != b'0')
    {
        return None;
    }
    all.resize(point, b'0');
    let first = all.iter().position(|digit| *digit != b'0').unwrap_or(0);
    let sign = if unsigned.len() < text.len() { "-" } else { "" };
    let digits = std::str::from_utf8(all.get(first..)?).ok()?;
    Some(Some(format!("{sign}{digits}").into()))
}

/// A JSON number times 100, digit by digit: `0.4567` → `45.67`. `None` where the text is no number, or its exponent is
/// beyond all reason.
pub(crate) fn hundredfold(text: &[u8]) -> Option<Box<str>> {
    if !is_number(text) {
        return None;
    }
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let at = unsigned.iter().position(|byte| matches!(byte, b'e' | b'E'));
    let (mantissa, exponent) = unsigned.split_at(at.unwrap_or(unsigned.len()));
    let exponent: i64 = match std::str::from_utf8(exponent.get(1..).unwrap_or_default()).ok()? {
        "" => 0,
        text => text
            .parse()
            .ok()
            .filter(|size: &i64| size.abs() <= LONGEST)?,
    };
    let (head, rest) = digits(mantissa);
    let fraction = rest.strip_prefix(b".").unwrap_or(rest);
    let mut all: Vec<u8> = head.iter().chain(fraction).copied().collect();
    let point = i64::try_from(head.len()).ok()? + exponent + 2;
    // Zeros in front until a digit stands before the point, and behind until the point is reached.
    let missing = usize::try_from((1 - point).max(0)).ok()?;
    all.splice(0..0, std::iter::repeat_n(b'0', missing));
    let point = usize::try_from(point.max(1)).ok()?;
    if all.len() < point {
        all.resize(point, b'0');
    }
    let (whole, fraction) = all.split_at_checked(point)?;
    let whole = std::str::from_utf8(whole).ok()?.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = std::str::from_utf8(fraction).ok()?.trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    let sign = if unsigned.len() < text.len() { "-" } else { "" };
    Some(format!("{sign}{whole}{dot}{fraction}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_grammar_of_numbers() {
        for good in [
            "0",
            "-0",
            "7",
            "7.50",
            "1e2",
            "1E+2",
            "-0.5",
            "12345678901234567890123",
            "0.0e-0",
        ] {
            assert!(is_number(good.as_bytes()), "{good}");
        }
        for bad in [
            "", "-", "07", ".5", "5.", "1e", "1e+", "+1", "0x1", "1 ", "NaN", "--1", "1.2.3",
        ] {
            assert!(!is_number(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn whole_numbers_keep_every_digit() {
        let written = |text: &str| whole(text.as_bytes()).map(|text| text.map(String::from));
        assert_eq!(written("12345678901234567890123"), Some(None));
        assert_eq!(written("-1"), Some(None));
        assert_eq!(written("25.0"), Some(Some("25".into())));
        assert_eq!(written("1e2"), Some(Some("100".into())));
        assert_eq!(written("1.5e1"), Some(Some("15".into())));
        assert_eq!(written("1200e-2"), Some(Some("12".into())));
        assert_eq!(
            written("-12345678901234567890123.000"),
            Some(Some("-12345678901234567890123".into()))
        );
        assert_eq!(written("0.0"), Some(Some("0".into())));
        assert_eq!(written("0e99999999999999999999"), Some(Some("0".into())));
        for broken in ["25.5", "1e-1", "1e401", "1e99999999999999999999", "0.1"] {
            assert_eq!(written(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_hundredfold_moves_the_point_and_nothing_else() {
        for (number, hundredfold) in [
            ("0", "0"),
            ("1", "100"),
            ("1.0", "100"),
            ("0.5", "50"),
            ("0.07", "7"),
            ("0.4567", "45.67"),
            ("0.001", "0.1"),
            ("0.0001", "0.01"),
            ("1e-2", "1"),
            ("5E-5", "0.005"),
            ("0.12345678901234567890123", "12.345678901234567890123"),
            ("-0.5", "-50"),
            ("1.2e1", "1200"),
        ] {
            assert_eq!(
                super::hundredfold(number.as_bytes()).as_deref(),
                Some(hundredfold),
                "{number}"
            );
        }
        for other in ["", ".5", "1e999999", "x"] {
            assert_eq!(super::hundredfold(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn values_compare_with_bounds() {
        assert_eq!(value(b"8"), Some(8.0));
        assert_eq!(value(b"-1"), Some(-1.0));
        assert_eq!(value(b"7.50"), Some(7.5));
        assert_eq!(
            value(b"123456789012345678901"),
            Some(123_456_789_012_345_678_901.0)
        );
        assert_eq!(value(b"x"), None);
    }
}
