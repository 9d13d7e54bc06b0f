//! Changes to parts of a text.

use std::ops::Range;

/// What stands in place of a part of a text.
pub(crate) type Edit = (Range<usize>, Vec<u8>);

/// In the order of the text, without parts that overlap an earlier one.
pub(crate) fn sorted(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort_by_key(|(range, _)| range.start);
    let mut from = 0;
    edits.retain(|(range, _)| {
        let is_behind = range.start >= from;
        if is_behind {
            from = range.end;
        }
        is_behind
    });
    edits
}

#[cfg(test)]
mod tests {
    use super::sorted;

    #[test]
    fn parts_come_in_order_and_do_not_overlap() {
        let edits = [4..6, 0..1, 5..7, 6..6]
            .map(|range| (range, Vec::new()))
            .to_vec();
        let ranges: Vec<_> = sorted(edits).into_iter().map(|(range, _)| range).collect();
        assert_eq!(ranges, [0..1, 4..6, 6..6]);
    }
}
