//! Single moments as staff type them.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use schedules::{Zone, parse_when};

/// 2026-11-24 16:20:30 in Viet Nam, a Tuesday.
const NOW: u64 = 1_795_512_030_000;

fn read(text: &str) -> String {
    Zone::HO_CHI_MINH.local_text(parse_when(text, Zone::HO_CHI_MINH, NOW).unwrap())
}

fn refusal(text: &str) -> String {
    parse_when(text, Zone::HO_CHI_MINH, NOW).unwrap_err().to_string()
}

#[test]
fn a_bare_time_is_today() {
    for text in
        ["17:00", " 17:00 ", "17h", "17h00", "17:00:00", "today 17:00", "hôm nay 17h", "17:00 hom nay"]
    {
        assert_eq!(read(text), "2026-11-24T17:00:00", "{text}");
    }
}

#[test]
fn tomorrow_and_dates_in_either_order() {
    for text in [
        "tomorrow 05:00",
        "Tomorrow 5:00",
        "mai 05:00",
        "5h mai",
        "ngày mai 05:00",
        "nga\u{300}y mai 05:00",
        "5h ngày mai",
        "NGÀY MAI 5H",
    ] {
        assert_eq!(read(text), "2026-11-25T05:00:00", "{text}");
    }
    for text in ["2026-12-01 17:30", "2026-12-01T17:30", "17h30 1/12/2026", "01/12/2026 17:30:00"] {
        assert_eq!(read(text), "2026-12-01T17:30:00", "{text}");
    }
}

#[test]
fn an_offset_is_obeyed() {
    for text in
        ["2026-11-24T12:00:00Z", "2026-11-24T12:00Z", "2026-11-24T13:00:00+01:00", "2026-11-24 12:00:00Z"]
    {
        assert_eq!(read(text), "2026-11-24T19:00:00", "{text}");
    }
}

#[test]
fn a_delay_counts_from_now() {
    let after = |text| parse_when(text, Zone::HO_CHI_MINH, NOW).unwrap() - NOW;
    assert_eq!(after("+10m"), 600_000);
    assert_eq!(after("+1h30m"), 5_400_000);
    assert_eq!(after("+45s"), 45_000);
    assert_eq!(after("+2d"), 172_800_000);
    assert_eq!(after("+0s"), 0);
}

#[test]
fn a_time_that_is_over_is_an_error_that_says_how_to_mean_tomorrow() {
    assert_eq!(
        refusal("16:00"),
        "\"16:00\" is past: it is now 2026-11-24 16:20:30 in Asia/Ho_Chi_Minh; for tomorrow write \
         \"2026-11-25 16:00\""
    );
    assert_eq!(read("2026-11-25 16:00"), "2026-11-25T16:00:00");
    for text in ["2026-11-23 17:00", "2026-11-24T09:20:29Z", "01/01/1960 17:00", "1999-12-31T00:00:00Z"] {
        assert!(refusal(text).contains("is past: it is now 2026-11-24 16:20:30"), "{text}");
    }
    assert_eq!(read("16:20:30"), "2026-11-24T16:20:30", "this very second is not over");
}

#[test]
fn what_cannot_be_meant_is_said() {
    for text in
        ["", "soon", "17", "2026-11-24", "25/11 17:00", "+10", "+m", "+", "+10x", "17:00pm", "t17:00", "-5m"]
    {
        let error = parse_when(text, Zone::HO_CHI_MINH, NOW).unwrap_err();
        assert_eq!(error.code(), "when-unreadable", "{text}");
    }
    assert_eq!(
        refusal("soon"),
        "\"soon\" is not a time; write \"17:00\" (today), \"tomorrow 05:00\", \"2026-11-24 17:00\" or \"+10m\" \
         (in ten minutes)"
    );
    assert_eq!(
        refusal("2027-02-30 17:00"),
        "there is no date \"2027-02-30\" in the calendar; write year-month-day, for example \"2026-11-24\""
    );
    assert_eq!(
        refusal("25:00"),
        "there is no time \"25:00\"; hours go from 00 to 23 and minutes from 00 to 59, as in \"17:30\""
    );
    assert_eq!(
        refusal("2062-11-24 17:00"),
        "\"2062-11-24 17:00\" is too far ahead; give a date within the next ten years, for example \
         \"2026-11-25 17:00\""
    );
    for text in ["+99999d", "+9999999999999999999d", "+99999999999999h", "9999-12-31 23:59"] {
        let error = parse_when(text, Zone::HO_CHI_MINH, NOW).unwrap_err();
        assert_eq!(error.code(), "when-too-far", "{text}");
    }
    assert!(refusal(&"17:00 ".repeat(1_000)).len() < 250, "a long text is not echoed whole");
}

#[test]
fn clock_changes_follow_the_same_rule_as_recurrences() {
    let berlin = Zone::parse("Europe/Berlin").unwrap();
    let read = |text| berlin.local_text(parse_when(text, berlin, 1_774_656_000_000).unwrap());
    assert_eq!(read("2026-03-29 02:30"), "2026-03-29T03:00:00");
    assert_eq!(parse_when("2026-10-25 02:30", berlin, 1_774_656_000_000), Ok(1_792_888_200_000));
}

proptest! {
    #[test]
    fn no_text_and_no_clock_panics(text in "\\PC{0,40}|[-+0-9:/thdmsTZ ]{0,30}", now in any::<u64>()) {
        let _ = parse_when(&text, Zone::HO_CHI_MINH, now);
    }

    #[test]
    fn what_local_text_shows_is_read_back(ahead_s in 0_u64..86_400 * 3_000) {
        let at = NOW + ahead_s * 1_000;
        let text = Zone::HO_CHI_MINH.local_text(at);
        prop_assert_eq!(parse_when(&text, Zone::HO_CHI_MINH, NOW), Ok(at));
    }
}
