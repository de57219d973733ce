//! When a view may be shown: once all that it contains is on disk, and never later than that.

/// The views that are still to be shown, of which there is at most one; what happens meanwhile waits for the next.
/// So there is always a next one, however busy the disk is.
#[derive(Debug)]
pub(crate) struct Showing<T> {
    /// A view, and the last entry that it contains.
    next: Option<(u64, T)>,
    /// Something has happened since the last view was made.
    stale: bool,
}

impl<T> Showing<T> {
    /// Nothing has been shown yet.
    pub(crate) fn new() -> Self {
        Self { next: None, stale: true }
    }

    /// Something has happened.
    pub(crate) fn mark(&mut self) {
        self.stale = true;
    }

    /// What was to be shown will never be on disk.
    pub(crate) fn drop_next(&mut self) {
        self.next = None;
    }

    /// The newest view whose entries, up to `committed`, are all on disk, if there is a newer one than before. `view`
    /// makes one of what is known now, with the last entry that it contains.
    pub(crate) fn advance(&mut self, committed: u64, view: impl Fn() -> (u64, T)) -> Option<T> {
        let mut newest = None;
        loop {
            if self.next.is_none() && std::mem::take(&mut self.stale) {
                self.next = Some(view());
            }
            match self.next.take_if(|(sequence, _)| *sequence <= committed) {
                Some((_, shown)) => newest = Some(shown),
                None => return newest,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_disk_is_shown_at_once() {
        let mut showing = Showing::new();
        assert_eq!(showing.advance(0, || (0, "new")), Some("new"));
        assert_eq!(showing.advance(0, || (0, "again")), None, "nothing has happened");
        // One is decided, and while it is written another: both come to the disk together.
        showing.mark();
        assert_eq!(showing.advance(0, || (1, "one")), None);
        showing.mark();
        assert_eq!(showing.advance(0, || (2, "two")), None);
        assert_eq!(showing.advance(2, || (2, "two")), Some("two"), "and not only the older one");
        // While the disk is always behind, what it has is shown.
        for sequence in 3..9 {
            showing.mark();
            let shown = showing.advance(sequence - 1, || (sequence, "later"));
            assert_eq!(shown.is_some(), sequence > 3);
        }
    }
}
