//! The log: what stands in the journal, page by page, newest first.
//!
//! It is read from the disk beside the engine, like every question a few at a time. A page looks through a bounded
//! number of entries, whatever is wanted of them, and says where to go on.

use std::sync::Arc;

use axum::extract::{Query, State};
use controller_api::{Error, Log, LogQuery};
use controller_core::View;

use super::api::{Api, Told};
use crate::journal::{Entry, Journal, JournalError};
use crate::{failure, restore, views};

/// Events of one page, at the most and where nobody says.
const EVENTS_MAX: usize = 500;
const EVENTS_USUAL: u32 = 50;
/// Entries that one page looks through at the most: on an old PC a second.
const LOOKED_THROUGH_MAX: u64 = 20_000;
/// Entries read from the journal at one time.
const PIECE: u64 = 500;

pub(crate) async fn log(State(api): State<Api>, Query(wanted): Query<LogQuery>) -> Told<Log> {
    let journal = Arc::clone(&api.journal);
    api.try_tell(move |view| page(journal.as_ref(), &view.core, &wanted)).await
}

fn page(journal: &dyn Journal, view: &View, wanted: &LogQuery) -> Result<Log, Error> {
    let events_max = usize::try_from(wanted.limit.unwrap_or(EVENTS_USUAL)).unwrap_or(EVENTS_MAX);
    let events_max = events_max.clamp(1, EVENTS_MAX);
    // What is shown is on disk; what is beyond it is not there yet.
    let newest = view.sequence();
    let mut end = wanted.before.unwrap_or(u64::MAX).min(newest + 1).max(1);
    let last = end.saturating_sub(LOOKED_THROUGH_MAX).max(1);
    let mut events = Vec::new();
    while end > last {
        let first = end.saturating_sub(PIECE).max(last);
        let piece = match read(journal, first, end) {
            Ok(piece) => piece,
            // What was found is told first; the next page says what is wrong.
            Err(_) if !events.is_empty() => return Ok(Log { events, next: Some(end) }),
            Err(error) => return Err(failure::journal(&error)),
        };
        for entry in piece.iter().rev() {
            if events.len() == events_max {
                return Ok(Log { events, next: Some(end) });
            }
            end = entry.seq;
            if let Some(event) = event(view, wanted, entry)? {
                events.push(event);
            }
        }
        // A clock that was wrong for a while must not hide what is behind it: only a whole piece ends the search.
        if piece.iter().all(|entry| is_older(entry, wanted.from)) {
            return Ok(Log { events, next: None });
        }
        end = piece.first().map_or(first, |entry| entry.seq);
    }
    Ok(Log { events, next: Some(end).filter(|end| *end > 1) })
}

/// The entries from `first` on and before `end`; where the archive is lost, those that can be read without it.
fn read(journal: &dyn Journal, first: u64, end: u64) -> Result<Vec<Entry>, JournalError> {
    let read = |first: u64| journal.read(first, u32::try_from(end - first).unwrap_or(u32::MAX));
    match read(first) {
        // The first entry that is there is checked against one that is not.
        Err(JournalError::ArchiveMissing { first, .. }) if first + 1 < end => read(first + 1),
        read => read,
    }
}

/// The entry as an event, if it is wanted.
fn event(view: &View, wanted: &LogQuery, entry: &Entry) -> Result<Option<controller_api::Event>, Error> {
    // Most entries are sorted out by their name, and need not be taken apart.
    if wanted.kind.as_ref().is_some_and(|kind| *kind != entry.content.kind) {
        return Ok(None);
    }
    let read = restore::read(&entry.content).map_err(failure::internal)?;
    let event = views::event(view.state(), entry.seq, &read);
    Ok(Some(event).filter(|event| wanted.admits(event)))
}

fn is_older(entry: &Entry, from: Option<u64>) -> bool {
    from.is_some_and(|from| entry.content.at_ms.unsigned_abs() < from)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use controller_core::{Core, Identity, Restored};
    use firmware_proto::trust::SiteKey;
    use firmware_proto::{Mono, SiteId, UtcMillis};

    use super::*;
    use crate::journal::{Haste, NewEntry, SqliteJournal};

    const LAST: u64 = 25_000;

    /// Every 10,000th entry stops a job; each is a second later than the one before, but for one of a wrong clock.
    fn entry(n: u64) -> NewEntry {
        let (kind, body) = match n % 10_000 {
            0 => ("job-stopped", format!("{{\"record\":\"job-stopped\",\"job\":\"{n:032x}\"}}")),
            _ => ("job-sent", format!("{{\"record\":\"job-sent\",\"job\":\"{n:032x}\"}}")),
        };
        let at_ms = if n == 24_900 { 0 } else { 1_800_000_000_000 + n.cast_signed() * 1_000 };
        NewEntry { at_ms, version: 1, kind: kind.into(), actor: "{\"by\":\"controller\"}".into(), body }
    }

    /// A controller that knows of so many entries.
    fn view(sequence: u64) -> View {
        let identity =
            Identity { site: SiteId::new("bao-nhai").unwrap(), key: SiteKey::from_bytes(&[7; 64]) };
        let now = controller_core::Now { mono: Mono(1), utc: UtcMillis(1_800_000_000_000) };
        Core::new(identity, Restored { sequence: sequence - 1, ..Restored::default() }, now).view()
    }

    fn found(journal: &dyn Journal, wanted: &LogQuery) -> (Vec<u64>, Option<u64>) {
        let log = page(journal, &view(LAST), wanted).unwrap();
        (log.events.iter().map(|event| event.sequence).collect(), log.next)
    }

    #[test]
    fn a_page_is_bounded_and_says_where_to_go_on() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.db");
        let journal = SqliteJournal::open(&path).unwrap();
        journal.append(1, (1..=LAST).map(entry).collect(), Haste::AtOnce).unwrap();
        journal.close();
        let journal = SqliteJournal::open(&path).unwrap();
        for archived in [false, true] {
            if archived {
                assert_eq!(journal.archive(LAST, entry(15_001).at_ms).unwrap(), 15_000);
            }
            let usual = LogQuery::default();
            assert_eq!(found(&journal, &usual), (vec![20_000, 10_000], Some(5_001)));
            assert_eq!(found(&journal, &LogQuery { before: Some(5_001), ..usual.clone() }), (vec![], None));
            let one = LogQuery { limit: Some(1), ..usual.clone() };
            assert_eq!(found(&journal, &one), (vec![20_000], Some(20_000)));
            let next = LogQuery { before: Some(20_000), ..one };
            assert_eq!(found(&journal, &next), (vec![10_000], Some(10_000)));
            let all = LogQuery { all: true, limit: Some(3), ..usual.clone() };
            assert_eq!(found(&journal, &all), (vec![25_000, 24_999, 24_998], Some(24_998)));
            let many = LogQuery { all: true, limit: Some(u32::MAX), ..usual.clone() };
            assert_eq!(found(&journal, &many).0.len(), EVENTS_MAX);
            let job = LogQuery { job: Some(format!("{:032x}", 24_000)), all: true, ..usual.clone() };
            assert_eq!(found(&journal, &job).0, [24_000]);
            let from = Some(entry(24_998).at_ms.unsigned_abs());
            let lately = LogQuery { all: true, from, ..usual.clone() };
            assert_eq!(found(&journal, &lately), (vec![25_000, 24_999, 24_998], None));
            let from = Some(entry(24_000).at_ms.unsigned_abs());
            let job = LogQuery { job: Some(format!("{:032x}", 24_100)), all: true, from, ..usual.clone() };
            assert_eq!(found(&journal, &job), (vec![24_100], None));
            let to = Some(entry(2).at_ms.unsigned_abs());
            let early = LogQuery { all: true, to, before: Some(9), ..usual.clone() };
            assert_eq!(found(&journal, &early), (vec![1], None));
            let nobody = LogQuery { by: Some("van-hoa".into()), before: Some(0), ..usual };
            assert_eq!(found(&journal, &nobody), (vec![], None));
        }
    }
}
