//! Where the bytes of a text that was read out of another text came from.

use std::ops::Range;

/// From offsets of a text to offsets of the source that it was read out of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Map {
    /// Ascending. What comes before the first stands in the source at its own offset.
    steps: Vec<Step>,
}

/// From here on, the text stands in the source at another place.
#[derive(Debug, Clone, Copy)]
struct Step {
    text: usize,
    source: usize,
    /// Whether the bytes up to the next step are the source's own, rather than something that the source spells
    /// otherwise.
    same: bool,
}

impl Map {
    /// What follows `text` has stood behind `source`, in the same bytes.
    pub(crate) fn same(&mut self, text: usize, source: usize) {
        self.push(Step {
            text,
            source,
            same: true,
        });
    }

    /// What follows `text`, up to the next call, is spelt otherwise from `source` on.
    pub(crate) fn respelt(&mut self, text: usize, source: usize) {
        self.push(Step {
            text,
            source,
            same: false,
        });
    }

    fn push(&mut self, step: Step) {
        if self.steps.last().is_some_and(|last| last.text == step.text) {
            self.steps.pop();
        }
        self.steps.push(step);
    }

    fn step(&self, text: usize) -> Step {
        let behind = self.steps.partition_point(|step| step.text <= text);
        let last = behind.checked_sub(1).and_then(|last| self.steps.get(last));
        last.copied().unwrap_or(Step {
            text: 0,
            source: 0,
            same: true,
        })
    }

    /// The offset in the source. Inside of something that is spelt otherwise it is at most that thing's end.
    pub(crate) fn source(&self, text: usize) -> usize {
        let step = self.step(text);
        let offset = step.source + (text - step.text);
        match self
            .steps
            .get(self.steps.partition_point(|step| step.text <= text))
        {
            Some(next) => offset.min(next.source.max(step.source)),
            None => offset,
        }
    }

    /// The bytes of the source that spell this piece of the text; `None` where it begins or ends inside of something
    /// that is spelt otherwise.
    pub(crate) fn spelling(&self, piece: Range<usize>) -> Option<Range<usize>> {
        let is_border = |step: Step, offset: usize| step.same || step.text == offset;
        let (start, end) = (self.step(piece.start), self.step(piece.end));
        if piece.is_empty() || !is_border(start, piece.start) || !is_border(end, piece.end) {
            return None;
        }
        let range = start.source + (piece.start - start.text)..end.source + (piece.end - end.text);
        (range.start <= range.end).then_some(range)
    }
}

/// The way from a text through everything that it was read out of to the bytes of the input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way<'w> {
    /// From the text to what it was read out of, if anything was respelt.
    pub(crate) map: Option<&'w Map>,
    /// Where the text's source begins in the text around it.
    pub(crate) start: usize,
    /// The way of the text around it; `None` for the input itself.
    pub(crate) outer: Option<&'w Way<'w>>,
}

impl Way<'static> {
    /// A text that stands as it is at this offset of the input.
    pub(crate) const fn at(start: usize) -> Self {
        Way {
            map: None,
            start,
            outer: None,
        }
    }
}

impl Way<'_> {
    /// The way of a part of the text.
    pub(crate) fn part(&self, start: usize) -> Way<'_> {
        Way {
            map: None,
            start,
            outer: Some(self),
        }
    }

    /// The way of a text that was read out of a part of this one.
    pub(crate) fn inside<'w>(&'w self, start: usize, map: &'w Map) -> Way<'w> {
        Way {
            map: Some(map),
            start,
            outer: Some(self),
        }
    }

    /// The offset in the input.
    pub(crate) fn source(&self, offset: usize) -> usize {
        let offset = self.start + self.map.map_or(offset, |map| map.source(offset));
        self.outer.map_or(offset, |outer| outer.source(offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text `a"b` out of the source `xa\"b`.
    fn quoted() -> Map {
        let mut map = Map::default();
        map.same(0, 1);
        map.respelt(1, 2);
        map.same(2, 4);
        map
    }

    #[test]
    fn offsets_lead_to_the_source() {
        let map = quoted();
        assert_eq!([0, 1, 2, 3].map(|offset| map.source(offset)), [1, 2, 4, 5]);
        assert_eq!(Map::default().source(7), 7);
    }

    #[test]
    fn a_piece_is_spelt_as_in_the_source_or_not_at_all() {
        let map = quoted();
        assert_eq!(map.spelling(0..3), Some(1..5));
        assert_eq!(map.spelling(1..2), Some(2..4));
        assert_eq!(map.spelling(2..2), None);
        // `42` out of `{"$numberInt":"42"}`: half of it has no spelling.
        let mut map = Map::default();
        map.respelt(0, 0);
        map.same(2, 19);
        assert_eq!(map.spelling(0..2), Some(0..19));
        assert_eq!(map.spelling(0..1), None);
        assert_eq!(map.spelling(1..2), None);
    }

    #[test]
    fn ways_lead_through_all_texts() {
        let (map, outer) = (quoted(), Way::at(100));
        let inner = outer.inside(10, &map);
        assert_eq!(inner.part(1).source(1), 100 + 10 + 4);
    }
}
