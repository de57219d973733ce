//! `loa log`.

use std::time::Instant;

use controller_api::{Event, Log, LogQuery, Status, Text};
use schedules::Zone;

use crate::args::{LogArgs, Past};
use crate::client::Client;
use crate::failure::{Exit, Failure, Outcome};
use crate::limits::{LOG_LINES_MAX, LOG_LINES_USUAL, LOG_PAGE, POLL_EVERY, WATCH_PATIENCE};
use crate::report::log::Lines;
use crate::session::Session;

/// What has happened, newest last; then what happens, where it is followed.
pub async fn log(session: &mut Session, args: &LogArgs) -> Outcome {
    let (client, status) = session.connect().await?;
    let wanted = wanted(args, &status)?;
    let usual = if args.since.is_some() { LOG_LINES_MAX } else { LOG_LINES_USUAL };
    let (log, trouble) = collect(&client, wanted.clone(), args.last.map_or(usual, usize::from)).await;
    // What was found before is shown first, unless it would stand beside the failure in one JSON text.
    if let Some(trouble) = trouble.as_ref().filter(|_| log.events.is_empty() || session.global.json) {
        return Err(trouble.clone());
    }
    let newest = log.events.first().map_or(0, |event| event.sequence);
    if args.follow {
        let mut lines = Lines::new();
        for event in log.events.iter().rev() {
            told(session, &mut lines, event)?;
        }
        return follow(session, &client, &wanted, newest.max(status.journal_entries), lines).await;
    }
    let events: Vec<Event> = log.events.iter().rev().cloned().collect();
    session.print(&log, &crate::report::log::render(&session.screen, &events))?;
    if let (Some(before), true) = (log.next, args.since.is_some()) {
        session.note(&session.screen.say("log-more", &[("before", &before.to_string())]));
    }
    trouble.map_or(Ok(Exit::Done), Err)
}

/// The pages that hold so many events, put together, and why there are not more of them if something failed.
async fn collect(client: &Client, mut wanted: LogQuery, most: usize) -> (Log, Option<Failure>) {
    let mut log = Log { events: Vec::new(), next: wanted.before };
    loop {
        wanted.limit = u32::try_from((most - log.events.len()).min(LOG_PAGE)).ok();
        let page = match client.log(&wanted).await {
            Ok(page) => page,
            Err(failure) => return (log, Some(failure)),
        };
        log.events.extend(page.events);
        log.events.truncate(most);
        log.next = page.next;
        if log.next.is_none() || log.events.len() == most {
            return (log, None);
        }
        wanted.before = log.next;
    }
}

/// Tells what happens, over restarts of the controller too.
async fn follow(
    session: &Session,
    client: &Client,
    wanted: &LogQuery,
    mut heard: u64,
    mut lines: Lines,
) -> Outcome {
    let mut away: Option<Instant> = None;
    loop {
        match client.follow_behind(heard).await {
            Ok(mut feed) => {
                away = None;
                while let Some(event) = feed.next().await {
                    heard = event.sequence;
                    if wanted.admits(&event) {
                        told(session, &mut lines, &event)?;
                    }
                }
            }
            Err(failure) if failure.away.is_none() => return Err(failure),
            Err(failure) => match away {
                Some(since) if since.elapsed() >= WATCH_PATIENCE => return Err(failure),
                Some(_) => {}
                None => {
                    session.note(&session.catalogue().get("log-away"));
                    away = Some(Instant::now());
                }
            },
        }
        tokio::time::sleep(POLL_EVERY).await;
    }
}

fn told(session: &Session, lines: &mut Lines, event: &Event) -> Result<(), Failure> {
    session.print(event, &lines.next(&session.screen, event))
}

fn wanted(args: &LogArgs, status: &Status) -> Result<LogQuery, Failure> {
    let zone = Zone::parse(&status.timezone).map_err(|e| Failure::failed(Text::from(&e)))?;
    Ok(LogQuery {
        before: args.before,
        limit: None,
        from: args.since.and_then(|past| start(past, zone, status.now)),
        to: args.until.and_then(|past| end(past, zone, status.now)),
        cluster: args.cluster.clone(),
        job: args.job.as_ref().map(|id| id.to_lowercase()),
        programme: args.programme.clone(),
        kind: args.kind.clone(),
        by: args.by.clone(),
        // Who asks about one loudspeaker wants to know what it said.
        all: args.all || args.cluster.is_some(),
    })
}

/// The first moment of it, UTC milliseconds.
fn start(past: Past, zone: Zone, now: u64) -> Option<u64> {
    match past {
        Past::Day(day) => zone.day_start(day),
        Past::DaysBack(days) => {
            let today: chrono::NaiveDateTime = zone.local_text(now).parse().ok()?;
            zone.day_start(today.date().checked_sub_days(chrono::Days::new(days))?)
        }
        Past::Ago(time) => Some(now.saturating_sub(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))),
    }
}

/// The first moment after it.
fn end(past: Past, zone: Zone, now: u64) -> Option<u64> {
    match past {
        Past::Day(day) => zone.day_start(day.succ_opt()?),
        Past::DaysBack(0) => None,
        Past::DaysBack(days) => start(Past::DaysBack(days - 1), zone, now),
        Past::Ago(_) => start(past, zone, now),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// 2027-01-15 06:00 in Vietnam.
    const SIX: u64 = 1_799_967_600_000;
    const HOUR: u64 = 3_600_000;

    #[test]
    fn days_are_those_of_the_site() {
        let zone = Zone::HO_CHI_MINH;
        let midnight = SIX - 6 * HOUR;
        let day = Past::Day(chrono::NaiveDate::from_ymd_opt(2027, 1, 14).unwrap());
        let span = |past| (start(past, zone, SIX), end(past, zone, SIX));
        assert_eq!(span(day), (Some(midnight - 24 * HOUR), Some(midnight)));
        assert_eq!(span(Past::DaysBack(1)), span(day));
        assert_eq!(span(Past::DaysBack(0)), (Some(midnight), None));
        let ago = Past::Ago(std::time::Duration::from_secs(7_200));
        assert_eq!(span(ago), (Some(SIX - 2 * HOUR), Some(SIX - 2 * HOUR)));
    }
}
