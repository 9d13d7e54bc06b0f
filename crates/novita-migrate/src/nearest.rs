//! Names spelled most like another.

/// How many names are given.
const MOST: usize = 3;

/// Of pairs of a spelling and a name, the names with the spellings most like `wanted`, the nearest first: those of which
/// a third of the characters or less would have to change. Upper and lower case are the same here.
pub(crate) fn nearest<'n>(
    wanted: &str,
    spellings: impl Iterator<Item = (&'n str, &'n str)>,
) -> Vec<&'n str> {
    let wanted: Vec<u8> = wanted.to_ascii_lowercase().into_bytes();
    let limit = (wanted.len() / 3).max(1);
    let mut found: Vec<(usize, &str)> = Vec::new();
    for (spelling, name) in spellings {
        let spelling = spelling.to_ascii_lowercase().into_bytes();
        // A cheap look first: a catalog has tens of thousands of names.
        if wanted.len().abs_diff(spelling.len()) > limit
            || unlike(&wanted, &spelling) > 2 * limit as u32
        {
            continue;
        }
        let distance = distance(&wanted, &spelling);
        if distance <= limit {
            found.push((distance, name));
        }
    }
    found.sort_unstable();
    let mut seen: Vec<&str> = Vec::new();
    found.retain(|(_, name)| {
        let is_new = seen.len() < MOST && !seen.contains(name);
        if is_new {
            seen.push(name);
        }
        is_new
    });
    found.into_iter().map(|(_, name)| name).collect()
}

/// How many characters (of 64 classes) only one of the two has: each change of one character removes two at most.
fn unlike(a: &[u8], b: &[u8]) -> u32 {
    let set = |text: &[u8]| text.iter().fold(0_u64, |set, byte| set | 1 << (byte & 63));
    (set(a) ^ set(b)).count_ones()
}

/// How many characters must be put in, taken out, replaced or swapped with their neighbour.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
            let mut least = (at(&above, j) + usize::from(x != y))
                .min(at(&above, j + 1) + 1)
                .min(at(&row, j) + 1);
            let is_swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if is_swapped {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_changes() {
        for (a, b, changes) in [
            ("", "", 0),
            ("abc", "abc", 0),
            ("abc", "acb", 1),
            ("abc", "ab", 1),
            ("abc", "xbc", 1),
            ("abc", "", 3),
            ("", "ab", 2),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(a.as_bytes(), b.as_bytes()), changes, "{a} {b}");
        }
    }

    #[test]
    fn gives_the_nearest_first_and_nothing_far_off() {
        let names = [
            ("dreamshaper_7.safetensors", "seven"),
            ("DreamShaper_8.safetensors", "eight"),
            ("dreamshaper_8.ckpt", "eight"),
            ("realistic.safetensors", "realistic"),
        ];
        assert_eq!(
            nearest("dreamshaper_8.safetensor", names.into_iter()),
            ["eight", "seven"]
        );
        assert!(nearest("x", names.into_iter()).is_empty());
    }
}
