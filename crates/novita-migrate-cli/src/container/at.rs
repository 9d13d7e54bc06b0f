//! `--at POINTER`: JSON Pointers in which `*` is any element or member.

use novita_migrate::json::Key;

/// What is left of a pointer on the way down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pattern<'p> {
    rest: &'p str,
}

impl<'p> Pattern<'p> {
    /// The whole pointer, which the command line has checked: empty, or begins with a slash.
    pub(crate) fn new(pointer: &'p str) -> Self {
        Pattern { rest: pointer }
    }

    /// Whether it leads no further.
    pub(crate) fn is_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// One step down, to the member with this key or the element with this number, if it leads there.
    pub(crate) fn step(&self, key: Option<Key<'_>>, number: usize) -> Option<Self> {
        let rest = self.rest.strip_prefix('/')?;
        let (segment, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let leads = segment == "*"
            || match key {
                Some(key) => key.name() == segment.replace("~1", "/").replace("~0", "~"),
                None => segment == number.to_string(),
            };
        leads.then_some(Pattern { rest })
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;
    use novita_migrate::json::Tree;

    #[test]
    fn segments_lead_to_members_and_elements() {
        let tree = Tree::parse(br#"{"a/b~": 1, "*": 2}"#).unwrap();
        let keys: Vec<_> = tree
            .root()
            .members()
            .map(|member| member.key().unwrap())
            .collect();
        let step = |pointer, key: usize| {
            Pattern::new(pointer)
                .step(Some(keys[key]), key)
                .map(|pattern| pattern.rest)
        };
        assert_eq!(step("/a~1b~0/c", 0), Some("/c"));
        assert_eq!(step("/a~1b~0", 1), None);
        assert_eq!(step("/*", 0), Some(""));
        assert_eq!(step("", 0), None);
        let element = |pointer, number| Pattern::new(pointer).step(None, number).is_some();
        assert!(element("/1/x", 1) && element("/*", 7) && !element("/1", 0) && !element("/01", 1));
    }
}
