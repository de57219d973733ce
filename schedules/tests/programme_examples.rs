//! Programmes by example: exceptions, ranges of dates, spans, volumes, contents.
#![allow(clippy::unwrap_used)]

mod support;

use chrono::NaiveDate;
use schedules::{Between, Calendar, CronRule, Exception, Instead, Item, Programme, Recurrence};
use support::{calendar, days, instant, next, programme, rules, sets, times};

const ZONE: &str = "Asia/Ho_Chi_Minh";

fn cron(text: &str) -> Programme<String> {
    programme(Recurrence::Cron(CronRule::parse(text).unwrap()))
}

fn silent(on: &[&str]) -> Exception<String> {
    Exception { days: rules(on), instead: None }
}

fn other(on: &[&str], at: &[&str], items: &[&str]) -> Exception<String> {
    let items = items.iter().map(|clip| Item::Clip((*clip).to_owned())).collect();
    Exception { days: rules(on), instead: Some(Instead { at: times(at), items }) }
}

#[test]
fn what_the_rule_has_fired_today_an_exception_still_moves_to_later_today() {
    let mut programme = cron("0 5 * * *");
    programme.except = vec![other(&["2026-11-24"], &["04:00", "17:00"], &[])];
    let next = |at| next(&programme, &calendar(ZONE), instant(ZONE, at), 2);
    assert_eq!(next("2026-11-24 03:00"), ["2026-11-24T04:00:00", "2026-11-24T17:00:00"]);
    assert_eq!(next("2026-11-24 10:00"), ["2026-11-24T17:00:00", "2026-11-25T05:00:00"]);
    assert_eq!(next("2026-11-24 17:00"), ["2026-11-25T05:00:00", "2026-11-26T05:00:00"]);
}

#[test]
fn an_exception_makes_no_programme_of_a_day_that_has_none() {
    for mut programme in
        [days(&["sun"], &["05:00"]), Recurrence::Cron("0 5 * * SUN".parse().unwrap())].map(programme)
    {
        programme.except = vec![other(&["sat-sun"], &["17:00"], &[])];
        let found = next(&programme, &calendar(ZONE), instant(ZONE, "2026-11-24 03:00"), 2);
        assert_eq!(found, ["2026-11-29T17:00:00", "2026-12-06T17:00:00"]);
    }
}

#[test]
fn the_first_exception_that_fits_decides() {
    let calendar = Calendar { sets: sets(&[("nghi-le", &["2/9"])]), ..calendar(ZONE) };
    let after = instant(ZONE, "2026-09-01 12:00");
    let mut programme = programme(days(&["daily"], &["05:00"]));
    let (silence, moved) = (silent(&["nghi-le"]), other(&["1/9..3/9"], &["07:00"], &["quoc-ca"]));
    programme.except = vec![silence.clone(), moved.clone()];
    let first = programme.next_after(&calendar, after).unwrap();
    assert_eq!((first.local_text().as_str(), first.exception), ("2026-09-03T07:00:00", Some(1)));
    assert_eq!(programme.items_at(&first), [Item::Clip("quoc-ca".into())]);
    programme.except = vec![moved, silence];
    let first = programme.next_after(&calendar, after).unwrap();
    assert_eq!((first.local_text().as_str(), first.exception), ("2026-09-02T07:00:00", Some(0)));
    programme.except = vec![silent(&["no-such-set"])];
    assert_eq!(programme.next_after(&calendar, after).unwrap().exception, None);
}

#[test]
fn seconds_midnight_and_the_last_second_of_a_day() {
    let programme = programme(days(&["daily"], &["00:00", "05:00:30", "23:59:59"]));
    let found = next(&programme, &calendar(ZONE), instant(ZONE, "2026-12-30T23:59:58"), 4);
    let expected =
        ["2026-12-30T23:59:59", "2026-12-31T00:00:00", "2026-12-31T05:00:30", "2026-12-31T23:59:59"];
    assert_eq!(found, expected);
}

#[test]
fn midnight_after_a_day_that_is_another_one_is_kept() {
    for mut programme in [cron("0 0 * * *"), programme(days(&["daily"], &["00:00"]))] {
        for except in [silent(&["2026-11-25"]), other(&["2026-11-25"], &["00:00"], &["nhac"])] {
            let count = usize::from(except.instead.is_some());
            programme.except = vec![except];
            let found = next(&programme, &calendar(ZONE), instant(ZONE, "2026-11-24 00:00"), 1 + count);
            assert_eq!(found.last().unwrap(), "2026-11-26T00:00:00");
        }
    }
}

#[test]
fn days_that_few_years_have() {
    let first = |on: &[&str], after: &str, count| {
        next(&programme(days(on, &["05:00"])), &calendar(ZONE), instant(ZONE, after), count)
    };
    assert_eq!(first(&["29/2"], "2026-01-01 00:00", 2), ["2028-02-29T05:00:00", "2032-02-29T05:00:00"]);
    assert_eq!(first(&["29/2"], "2096-03-01 00:00", 2), [""; 0], "2100 is no leap year");
    assert_eq!(first(&["5th sun"], "2027-02-01 00:00", 1), ["2027-05-30T05:00:00"]);
    assert_eq!(first(&["day 31"], "2027-01-31 05:00", 1), ["2027-03-31T05:00:00"]);
    assert_eq!(first(&["last day"], "2028-02-01 00:00", 1), ["2028-02-29T05:00:00"]);
    assert_eq!(first(&["30/12..1/1"], "2026-12-30 12:00", 3)[2], "2027-12-30T05:00:00");
}

#[test]
fn the_year_2100_is_the_last() {
    for mut programme in
        [days(&["daily"], &["05:00"]), Recurrence::Cron("0 5 * * *".parse().unwrap())].map(programme)
    {
        assert_eq!(last_of_2100(&programme), ["2100-12-30T05:00:00", "2100-12-31T05:00:00"]);
        programme.between = Some(Between { first: date(2100, 12, 31), last: NaiveDate::MAX });
        assert_eq!(last_of_2100(&programme), ["2100-12-31T05:00:00"]);
    }
}

fn last_of_2100(programme: &Programme<String>) -> Vec<String> {
    next(programme, &calendar(ZONE), instant(ZONE, "2100-12-29 12:00"), 5)
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

#[test]
fn both_dates_of_between_are_meant() {
    let mut programme = programme(days(&["daily"], &["05:00"]));
    programme.between = Some(Between { first: date(2026, 12, 1), last: date(2026, 12, 2) });
    let calendar = calendar(ZONE);
    let after = instant(ZONE, "2026-11-24 03:00");
    assert_eq!(next(&programme, &calendar, after, 9), ["2026-12-01T05:00:00", "2026-12-02T05:00:00"]);
    let error = programme.first_after(&calendar, instant(ZONE, "2026-12-02 05:00")).unwrap_err();
    assert_eq!(error.code(), "rule-never-again");
    assert_eq!(
        error.to_string(),
        "the rule \"daily 05:00\" has no occurrence after 2026-12-02T05:00:00 (Asia/Ho_Chi_Minh); \
         give it a later year"
    );
}

#[test]
fn a_span_has_its_first_instant_and_not_its_last() {
    let programme = programme(days(&["daily"], &["05:00", "17:00"]));
    let (from, to) = (instant(ZONE, "2026-11-24 05:00"), instant(ZONE, "2026-11-24 17:00"));
    let calendar = calendar(ZONE);
    let count = |span| programme.occurrences(&calendar, span).count();
    assert_eq!(count((from, to)), 1);
    assert_eq!(count((from, to + 1)), 2);
    assert_eq!(count((from + 1, to)), 0);
    assert_eq!(count((to, from)), 0);
}

#[test]
fn a_volume_holds_at_its_hours() {
    let mut programme = programme(days(&["daily"], &["05:00", "12:00", "22:00"]));
    let at_hours = |hours: &str, volume| schedules::HourVolume { hours: hours.parse().unwrap(), volume };
    programme.volumes = vec![at_hours("21:00-05:30", 30), at_hours("20:00-06:00", 50)];
    let calendar = calendar(ZONE);
    let from = instant(ZONE, "2026-11-24 00:00");
    let volumes = |programme: &Programme<String>| -> Vec<Option<u8>> {
        let occurrences = programme.occurrences(&calendar, (from, from + 86_400_000));
        occurrences.map(|occurrence| programme.volume_at(&occurrence)).collect()
    };
    assert_eq!(volumes(&programme), [Some(30), None, Some(30)]);
    programme.volume = Some(80);
    assert_eq!(volumes(&programme), [Some(30), Some(80), Some(30)]);
}

#[test]
fn a_programme_names_its_clips_and_sets() {
    let mut programme = programme(days(&["cho-phien", "2/9"], &["05:00"]));
    let variants =
        vec![("vi".parse().unwrap(), "tin".to_owned()), ("hmn".parse().unwrap(), "tin-hmn".to_owned())];
    programme.items = vec![Item::Clip("chime".into()), Item::Variants(variants)];
    programme.except =
        vec![silent(&["nghi-tet", "sun"]), other(&["sat"], &[], &["nhac"]), other(&["fri"], &["06:00"], &[])];
    assert_eq!(programme.clips().collect::<Vec<_>>(), ["chime", "tin", "tin-hmn", "nhac"]);
    assert_eq!(programme.contents().count(), 2);
    assert_eq!(programme.sets().into_iter().collect::<Vec<_>>(), ["cho-phien", "nghi-tet"]);
    let lengths = programme.try_map(|clip| Ok::<_, String>(clip.len())).unwrap();
    assert_eq!(lengths.clips().copied().collect::<Vec<_>>(), [5, 3, 7, 4]);
    assert_eq!(lengths.recurrence, programme.recurrence);
    assert_eq!(
        programme.try_map(|clip| if clip == "nhac" { Err(clip.clone()) } else { Ok(()) }),
        Err("nhac".into())
    );
}
