//! Examples, from which people learn `loa schedule`.

/// Of `add`.
pub(super) const ADD: &str = "\
Examples:
  loa schedule add ban-tin-sang --item chime --item \"Bản tin sáng\" --to all --at 05:30 --on mon-sat
  loa schedule add tin-xa --item vi=tin-xa,hmn=tin-xa-hmong --to \"village:Bảo Tân 1\" --at 05:00,17:00
  loa schedule add le-2-9 --title \"Quốc khánh\" --item quoc-ca --to all --at 06:00 --on 2/9
  loa schedule add ram --item tin-ram --to all --at 17:00 --on \"lunar 15\" --except nghi-tet
  loa schedule add hop-thon --item \"Họp thôn\" --to \"village:Bảo Tân 1\" --once \"2026-12-01 17:00\"
  loa schedule add tin-tinh --item tin-tinh --to all --cron \"0 17 * * *\" --missed \"late-until 18:30\"

Days (--on, --except), each by an option of its own:
  daily                                        every day
  mon-fri, sat,sun (t2-t6, t7,cn)              weekdays
  \"2nd tue\", \"last fri\"                        a weekday of each month
  \"day 15\", \"day 1,15\", \"last day\"             days of each month
  \"every 3 days from 2026-12-01\"               that day, and each third after it
  \"lunar 15\" (rằm), \"lunar 15/7\"               lunar days
  2/9, 20/11..22/11                            days of each year
  2026-09-02, 2026-09-02..2026-09-05           dates
  nghi-tet                                     a set of days from an imported file";

/// Of `edit`.
pub(super) const EDIT: &str = "\
Examples:
  loa schedule edit ban-tin-sang                         in the editor that VISUAL or EDITOR names
  loa schedule edit ban-tin-sang --at 06:00
  loa schedule edit ban-tin-sang --on mon-fri --except nghi-tet
  loa schedule edit ban-tin-sang --between \"\"            no longer bounded by dates
  loa schedule edit dem-hoi --override \"the festival\"    it may pass the site's rules

Only what is given changes. A list takes the place of the old one; --except leaves days with another plan alone. \
An empty text (\"\") takes --on, --between, --except or --title away.";

/// Of `order`.
pub(super) const ORDER: &str = "\
Examples:
  loa schedule order thoi-tiet ban-tin-sang tin-xa
  loa schedule order --none

A schedule file says the same with order = [\"thoi-tiet\", \"ban-tin-sang\"] in front of everything else.";

/// Of `preview`.
pub(super) const PREVIEW: &str = "\
Examples:
  loa schedule preview
  loa schedule preview --days 31 --cluster bao-tan-1";

/// Of `check`.
pub(super) const CHECK: &str = "\
Examples:
  loa schedule check schedule.toml
  loa schedule check schedules/*.toml --quiet-hours 22:00-04:30
  loa schedule check schedule.toml --json

What is wrong is said as FILE:LINE:COLUMN: on standard error. Clips and loudspeakers are not looked at: only \
the controller knows them, and `loa schedule import FILE --dry-run` asks it.";

/// Of `import`.
pub(super) const IMPORT: &str = "\
Examples:
  loa schedule import schedule.toml --dry-run
  loa schedule import schedule.toml
  loa schedule import schedule.toml --replace --yes
  loa schedule export | ssh other-site loa schedule import - --yes";

/// Of `export`.
pub(super) const EXPORT: &str = "\
Examples:
  loa schedule export --out schedule.toml
  loa schedule export ban-tin-sang
  loa schedule export --ics --out lich-phat.ics";
