//! "Did you mean": the known name nearest to an unknown one.

/// The nearest of `names`, if it is near enough to have been meant.
pub(crate) fn suggest<'n>(
    unknown: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    nearest(unknown, names, 1).into_iter().next()
}

/// Up to `limit` names that may have been meant, nearest first.
pub(crate) fn nearest<'n>(
    unknown: &str,
    names: impl IntoIterator<Item = &'n str>,
    limit: usize,
) -> Vec<&'n str> {
    let unknown = plain(unknown);
    let most = unknown.chars().count() / 3 + 1;
    let mut found: Vec<(usize, &str)> = names
        .into_iter()
        .filter_map(|name| {
            let known = plain(name);
            let last = known.rsplit('.').next().unwrap_or(&known);
            let distance = distance(&unknown, &known).min(distance(&unknown, last));
            let contains = unknown.len() >= 4 && known.contains(&*unknown);
            (distance <= most || contains).then_some((distance, name))
        })
        .collect();
    found.sort();
    found.dedup();
    found.truncate(limit);
    found.into_iter().map(|(_, name)| name).collect()
}

/// Names compare without case and with one kind of dash.
fn plain(name: &str) -> String {
    name.to_lowercase().replace('-', "_")
}

/// Edits (insert, delete, replace, swap neighbours) between two texts.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let width = b.len() + 1;
    let mut rows: Vec<Vec<usize>> = vec![(0..width).collect()];
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let cell = |up: usize, left: usize| {
                rows.get(i + 1 - up)
                    .and_then(|row| row.get(j + 1 - left))
                    .copied()
            };
            let replace = cell(1, 1).unwrap_or(usize::MAX - 1) + usize::from(x != y);
            let remove = cell(1, 0).unwrap_or(usize::MAX - 1) + 1;
            let insert = row.get(j).copied().unwrap_or(usize::MAX - 1) + 1;
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            let swap = if swapped {
                cell(2, 2).unwrap_or(usize::MAX - 1) + 1
            } else {
                usize::MAX
            };
            row.push(replace.min(remove).min(insert).min(swap));
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested_and_a_far_one_is_not() {
        let names = [
            "deprecated-field",
            "inactive-field",
            "out-of-range",
            "controlnet_units.module",
        ];
        assert_eq!(suggest("depricated-field", names), Some("deprecated-field"));
        assert_eq!(suggest("out_of_range", names), Some("out-of-range"));
        assert_eq!(suggest("modul", names), Some("controlnet_units.module"));
        assert_eq!(suggest("banana", names), None);
    }

    #[test]
    fn swapped_neighbours_are_one_edit() {
        assert_eq!(distance("n_iter", "n_itre"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }
}
