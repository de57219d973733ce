//! Files of programmes: what is read, and what is said about wrong ones, with its place.
#![allow(clippy::unwrap_used)]

mod support;

use std::fmt::Write;
use std::time::Duration;

use schedules::{
    Between, Busy, DaySets, Entry, FILE_BYTES_MAX, Importance, Interrupted, Item, LIST_MAX, Missed,
    Programme, Recurrence, ScheduleFile, parse_file, to_toml,
};
use support::{days, rules, sets, times};

fn read(text: &str) -> ScheduleFile {
    let file = parse_file(text, &DaySets::new());
    file.unwrap_or_else(|problems| panic!("{}", shown(&problems)))
}

fn shown(problems: &[schedules::Problem]) -> String {
    problems.iter().fold(String::new(), |mut all, problem| {
        writeln!(all, "{problem}").unwrap();
        all
    })
}

fn refusal(text: &str) -> String {
    shown(&parse_file(text, &DaySets::new()).unwrap_err())
}

/// One programme that is right but for these lines.
fn with(lines: &str) -> String {
    format!("[[programme]]\nid = \"a\"\ntargets = [\"all\"]\nitems = [\"chime\"]\n{lines}\n")
}

#[test]
fn many_mistakes_are_said_at_once_and_in_order() {
    insta::assert_snapshot!(refusal(include_str!("file/many-mistakes.toml")));
}

#[test]
fn mistakes_of_toml_are_said_with_their_place() {
    let texts = [
        "[[programme]\nid = \"a\"\n",
        "[[programme]]\nid = \"a\nat = [\"05:00\"]\n",
        "[[programme]]\nid = a\n",
        "[[programme]]\nid = \"a\"\nid = \"b\"\n",
        "[[programme]]\n# Bản tin sáng\ntitle = \"Bản tin sáng\" at = \"05:00\"\n",
        "[[programme]]\nat = [\"05:00\"\n",
        "programme = 1\n[[programme]]\n",
        "[programme]\nid = \"a\"\n",
        "[[day_set]]\ntitle = \"Nghỉ Tết\"\n",
        "[day_set]\nnghi-tet = \"lunar 28/12..5/1\"\n",
        "\u{201c}a\u{201d} = 1\n",
        "a = \"\\q\"\n",
    ];
    let all: Vec<String> = texts.map(|text| format!("{text}=> {}", refusal(text))).into();
    insta::assert_snapshot!(all.join("\n"));
}

/// Line and column of a text that occurs once, counted one by one.
fn place(text: &str, needle: &str) -> String {
    let at = text.find(needle).unwrap();
    assert_eq!(text.rfind(needle), Some(at), "{needle} is there more than once");
    let (mut line, mut column) = (1, 1);
    for c in text[..at].chars() {
        (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
    }
    format!("{line}:{column}: ")
}

#[test]
fn columns_count_characters_whatever_stands_before() {
    let text = r#"programme = [{ id = "a", title = "Bản tin sáng ở Nậm Đét 🔊", targets = ["tất cả"], items = ["chime", { vi = "tin sáng", "tiếng" = "ồ" }], at = ["05:00", "25:00"], titel = 1 }]"#;
    let problems = refusal(text);
    for (line, needle) in problems.lines().zip(["\"tiếng\"", "\"25:00\"", "titel"]) {
        assert!(line.starts_with(&place(text, needle)), "{line}: {needle}");
    }
    assert_eq!(problems.lines().count(), 3, "{problems}");
}

#[test]
fn line_ends_of_windows_and_its_mark_of_utf_8_move_nothing() {
    let text = include_str!("file/many-mistakes.toml");
    let windows = text.replace('\n', "\r\n");
    assert_eq!(refusal(&windows), refusal(text));
    assert_eq!(refusal(&format!("\u{feff}{windows}")), refusal(text));
    for text in ["= 5", "sai = 5", "[[programme]]\nid = 5"] {
        assert_eq!(refusal(&format!("\u{feff}{text}")), refusal(text), "{text}");
    }
    let good = with("at = [\"05:00\"]");
    let marked = format!("\u{feff}{}", good.replace('\n', "\r\n"));
    assert_eq!(read(&marked).programmes, read(&good).programmes);
}

#[test]
fn a_bad_value_among_several_lines_is_said_where_it_stands() {
    let text = with("at = [\n  \"05:00\",\n  # giờ chiều\n  \"17h0x\",\n]");
    assert!(refusal(&text).starts_with(&place(&text, "\"17h0x\"")), "{}", refusal(&text));
    let text = with("at = '''\n25:00'''");
    assert!(refusal(&text).starts_with("5:6: "), "{}", refusal(&text));
}

/// What is missing in one place is said, although another place has the same field wrong.
#[test]
fn each_table_answers_for_its_own_fields() {
    let text = with("at = \"05:00\"\nvolumes = [{ hours = \"20:00-06:00\" }]\nvolume = \"loud\"");
    let expected = "6:12: volume is missing; write for example: volume = 40\n\
                    7:10: volume has to be a whole number, not string\n";
    assert_eq!(refusal(&text), expected);
    let text = with("at = \"05:00\"\nexcept = [{}]\n[day_set.le]\ndays = []");
    let expected = "6:11: days is missing; write for example: days = [\"nghi-tet\"]\n\
                    8:8: days is empty; write something or leave it out\n";
    assert_eq!(refusal(&text), expected);
}

#[test]
fn dates_and_times_need_no_quotes() {
    let recurrence = |lines: &str| read(&with(lines)).programmes.remove(0).programme.recurrence;
    let dates = "on = [2026-09-02, \"sun\"]\nat = [05:30:00, \"17:00\"]";
    assert_eq!(recurrence(dates), days(&["2026-09-02", "sun"], &["05:30", "17:00"]));
    assert_eq!(recurrence("on = 2026-09-02\nat = 05:30:15"), days(&["2026-09-02"], &["05:30:15"]));
    assert_eq!(recurrence("at = [05:30]"), days(&["daily"], &["05:30"]));
    let once = recurrence("once = \"2026-12-01 17:00\"");
    let same = [
        "2026-12-01T17:00:00",
        "2026-12-01 17:00:00",
        "2026-12-01 17:00",
        "\"2026-12-01T17:00\"",
        "\"2026-12-01  17h\"",
        "\" 2026-12-1 17:00 \"",
        "\"1/12/2026 17:00\"",
        "\"17:00 01/12/2026\"",
    ];
    for text in same {
        assert_eq!(recurrence(&format!("once = {text}")), once, "{text}");
    }
    let wrong = [
        "2026-12-01T17:00:00Z",
        "2026-12-01T17:00:00+07:00",
        "2026-12-01",
        "17:00:00",
        "\"31/11/2026 17:00\"",
        "\"12/2026 17:00\"",
        "\"17:00 18:00\"",
        "\"2026-12-01\"",
        "\"2101-01-01 17:00\"",
    ];
    for text in wrong {
        assert!(refusal(&with(&format!("once = {text}"))).contains("is no date and time"), "{text}");
    }
    assert!(refusal(&with("once = 2026-02-30T17:00:00")).starts_with("5:"));
    assert!(refusal(&with("at = 05:00:00\nbetween = 2026-09-05..2027-05-31")).starts_with("6:"));
}

#[test]
fn the_example_of_the_documentation_is_right() {
    let source = include_str!("../src/file.rs");
    let example = source.split("//! ```toml\n").nth(1).unwrap().split("//! ```").next().unwrap();
    let lines = example.lines().map(|line| line.trim_start_matches("//!").trim_start());
    let ScheduleFile { sets, programmes, .. } = read(&lines.collect::<Vec<_>>().join("\n"));
    assert_eq!(sets["nghi-tet"].title, "Nghỉ Tết");
    assert_eq!(sets["nghi-tet"].days, rules(&["lunar 28/12..5/1"]));
    let Entry { programme, at, .. } = &programmes[0];
    assert_eq!((at.line, programmes.len()), (5, 1));
    assert_eq!(programme.title, "Bản tin sáng");
    assert_eq!(programme.recurrence, days(&["mon-sat"], &["05:30"]));
    assert_eq!(programme.items.len(), 2);
    assert_eq!(programme.missed, "late-until 07:00".parse().unwrap());
    assert_eq!((&programme.except[0].days, &programme.except[0].instead), (&rules(&["nghi-tet"]), &None));
}

#[test]
fn what_is_left_out_is_as_documented() {
    let programme = read(&with("at = \"05:00\"")).programmes.remove(0).programme;
    let plain = support::programme(days(&["daily"], &["05:00"]));
    let items = vec![Item::Clip("chime".to_owned())];
    assert_eq!(programme, Programme { items, id: "a".into(), title: "a".into(), ..plain });
    assert_eq!((programme.class, programme.busy), (Importance::Routine, Busy::Wait(5)));
    assert_eq!((programme.interrupted, programme.missed), (None, Missed::Skip));
}

#[test]
fn every_field_is_read() {
    let text = include_str!("file/every-field.toml");
    let known = sets(&[("nghi-tet", &["lunar 1/1"])]);
    let entry = parse_file(text, &known).unwrap().programmes.remove(0);
    let programme = &entry.programme;
    assert_eq!((programme.title.as_str(), programme.class), ("Chợ phiên", Importance::Priority));
    assert_eq!(programme.targets, ["nam-det", "village:Nậm Hán 1"]);
    assert_eq!(programme.recurrence, days(&["sun", "2/9"], &["05:00", "17:00"]), "ascending, each once");
    let date = |text: &str| text.parse().unwrap();
    assert_eq!(programme.between, Some(Between { first: date("2026-09-05"), last: date("2027-05-31") }));
    assert_eq!((programme.volume, programme.paused), (Some(70), true));
    let [at_night] = &programme.volumes[..] else { panic!("one volume") };
    assert_eq!((at_night.hours.to_string().as_str(), at_night.volume), ("20:00-06:00", 40));
    assert_eq!((programme.busy, programme.interrupted), (Busy::AtOnce, Some(Interrupted::Restart)));
    assert_eq!(programme.missed, "late-until 07:30".parse().unwrap());
    let [first, second, third] = &programme.except[..] else { panic!("three exceptions") };
    assert_eq!(first.instead.as_ref().unwrap().at, times(&["06:00"]));
    assert_eq!(second.instead.as_ref().unwrap().items, [Item::Clip("nhac".into())]);
    assert_eq!(third.instead, None);
    let lines = ["volume", "items", "no-such"].map(|field| entry.position(field).line);
    assert_eq!(lines, [10, 6, 1]);
    assert!(parse_file(text, &DaySets::new()).is_err(), "the set is not known");
    let own = format!("{text}[day_set.nghi-tet]\ndays = [\"lunar 2/1\"]\n");
    assert_eq!(parse_file(&own, &known).unwrap().sets["nghi-tet"].days, rules(&["lunar 2/1"]));
}

#[test]
fn items_come_in_several_forms() {
    let items = |value: &str| {
        let text = with("at = \"05:00\"").replace("[\"chime\"]", value);
        read(&text).programmes.remove(0).programme.items
    };
    let clip = |name: &str| Item::Clip(name.to_owned());
    let variants = |all: &[(&str, &str)]| {
        Item::Variants(all.iter().map(|(tag, clip)| (tag.parse().unwrap(), (*clip).to_owned())).collect())
    };
    assert_eq!(items("[\"chime\", \"Bản tin 1\"]"), [clip("chime"), clip("Bản tin 1")]);
    let both = variants(&[("vi", "tin"), ("hmn", "tin-hmn")]);
    assert_eq!(
        items("[{ vi = \"tin\", hmn = \"tin-hmn\" }]"),
        std::slice::from_ref(&both),
        "in the order as written"
    );
    let mixed = "[\"chime\", { VI = \"tin\", \"hmn\" = 'tin-hmn' }, \"nhac\"]";
    assert_eq!(items(mixed), [clip("chime"), both, clip("nhac")]);
    assert_eq!(items("[{ hmn-latn = \"a\" }]"), [variants(&[("hmn-Latn", "a")])]);
    let tables = "[[programme]]\nid = \"a\"\ntargets = \"all\"\nat = \"05:00\"\n\
                  [[programme.items]]\nvi = \"tin\"\n[[programme.items]]\nhmn = \"tin\"\n";
    let items = read(tables).programmes.remove(0).programme.items;
    assert_eq!(items, [variants(&[("vi", "tin")]), variants(&[("hmn", "tin")])]);
}

#[test]
fn one_language_has_one_variant() {
    let text = with("at = \"05:00\"").replace("\"chime\"", "{ vi = \"a\", hmn = \"b\", VI = \"c\" }");
    assert!(refusal(&text).starts_with(&place(&text, "VI")), "{}", refusal(&text));
}

#[test]
fn lists_are_bounded() {
    let many = |count: usize, value: &str| format!("[{}]", vec![value; count].join(", "));
    let lists = [("targets", "\"all\""), ("items", "\"chime\""), ("on", "\"sun\""), ("at", "\"05:00\"")];
    for (field, value) in lists {
        let with_many = |count| {
            let mut text = String::from("[[programme]]\nid = \"a\"\n");
            for (name, usual) in lists {
                let list = if name == field { many(count, value) } else { many(1, usual) };
                writeln!(text, "{name} = {list}").unwrap();
            }
            text
        };
        assert_eq!(parse_file(&with_many(LIST_MAX), &DaySets::new()).err(), None, "{field}");
        let said = refusal(&with_many(LIST_MAX + 1));
        assert!(said.ends_with(&format!("{field} has more than 64 entries\n")), "{said}");
    }
    let title = |count: usize| with(&format!("at = \"05:00\"\ntitle = \"{}\"", "ữ".repeat(count)));
    assert!(parse_file(&title(200), &DaySets::new()).is_ok());
    assert_eq!(refusal(&title(201)), "6:9: title has more than 200 entries\n");
    let except = format!("at = \"05:00\"\nexcept = {}", many(LIST_MAX + 1, "{ days = \"sun\" }"));
    assert_eq!(refusal(&with(&except)), "6:10: except has more than 64 entries\n");
}

#[test]
fn a_file_is_bounded() {
    let comment = format!("#{}", " ".repeat(FILE_BYTES_MAX - 1));
    assert_eq!(parse_file(&comment, &DaySets::new()), Ok(ScheduleFile::default()));
    assert_eq!(refusal(&format!("{comment} ")), "1:1: the file is larger than 4 MB; split it\n");
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("[", "]"), ("{ a = ", " }")] {
        for depth in [50, 500, 100_000] {
            let text = with(&format!("at = {}{}", open.repeat(depth), close.repeat(depth)));
            assert!(refusal(&text).starts_with("5:"), "{depth} of {open}");
        }
    }
    let text = format!("a{} = 1", ".a".repeat(100_000));
    assert!(refusal(&text).starts_with("1:"));
}

#[test]
fn an_empty_file_has_nothing() {
    for text in ["", "\n", "# Chưa có gì\n", "[day_set]\n", "programme = []\n"] {
        assert_eq!(parse_file(text, &DaySets::new()), Ok(ScheduleFile::default()), "{text:?}");
    }
}

/// As many as a province has, in lines and all in one line: ten times as many take about ten times as long, right or wrong: a hundred times would be a square.
#[test]
fn thousands_of_programmes_are_read_soon() {
    let fields = |at: usize| {
        let title = format!("title = \"Bản tin sáng thôn {at}\"");
        let rest = "targets = [\"all\"]; items = [\"chime\", { vi = \"tin\" }]; on = [\"mon-sat\"]; \
                    at = [\"05:30\"]; except = [{ days = [\"sun\"] }]";
        format!("id = \"p-{at}\"; {title}; {rest}")
    };
    let tables = |count: usize| -> String {
        (0..count).map(|at| format!("[[programme]]\n{}\n", fields(at).replace("; ", "\n"))).collect()
    };
    let one_line = |count: usize| {
        let all = (0..count).map(|at| format!("{{ {} }}", fields(at).replace("; ", ", ")));
        format!("programme = [{}]", all.collect::<Vec<_>>().join(", "))
    };
    let texts: [&dyn Fn(usize) -> String; 2] = [&tables, &one_line];
    for text in texts {
        let reading = |count: usize| {
            let (right, wrong) = (text(count), text(count).replace("05:30", "25:30"));
            let start = cpu_time();
            assert_eq!(read(&right).programmes.len(), count);
            assert_eq!(parse_file(&wrong, &DaySets::new()).unwrap_err().len(), count);
            cpu_time() - start
        };
        let (few, many) = (reading(500), reading(5_000));
        assert!(many < 40 * few, "500 programmes: {few:?}, 5000: {many:?}");
    }
}

/// What this thread has computed so far, however busy the machine is.
fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap(), u32::try_from(time.tv_nsec).unwrap())
}

#[test]
fn what_is_written_is_as_staff_would_write_it() {
    let ScheduleFile { sets, programmes, .. } = read(include_str!("file/whole.toml"));
    let programmes = programmes.iter().map(|entry| &entry.programme);
    insta::assert_snapshot!(to_toml(&sets, &[], programmes).unwrap());
}

#[test]
fn a_moment_is_written_with_its_seconds() {
    let once = support::programme(Recurrence::Once("2026-12-01T17:00:30".parse().unwrap()));
    let text = to_toml(&DaySets::new(), &[], [&once].into_iter()).unwrap();
    assert!(text.contains("once = \"2026-12-01 17:00:30\""), "{text}");
    assert_eq!(read(&text).programmes[0].programme, once);
}

#[test]
fn an_id_twice_is_told_whatever_else_is_wrong() {
    let text = with("on = [\"31/2\"]\nat = [\"05:00\"]") + "\n" + &with("at = [\"06:00\"]");
    let told = refusal(&text);
    assert!(told.contains("5:7: ") && told.contains("9:6: there is a programme \"a\" in line 1"), "{told}");
}

#[test]
fn curly_quotes_are_told_once_a_line() {
    let problems =
        schedules::parse_file("[[programme]]\nid = “tin”\ntitle = 'a’b'\nat = ‘5:30’\n", &DaySets::new());
    let problems = problems.unwrap_err();
    let at = |line, column| schedules::Problem {
        at: schedules::Position { line, column },
        wrong: schedules::Wrong::CurlyQuotes,
    };
    assert_eq!(problems, [at(2, 6), at(4, 6)]);
}

#[test]
fn an_order_is_read_written_and_taken_away() {
    let programme = "[[programme]]\nid = \"a\"\ntargets = [\"all\"]\nitems = [\"chime\"]\nat = [\"5:30\"]\n";
    assert_eq!(read(programme).order, None);
    let ids =
        |text: &str| read(&format!("{text}\n{programme}")).order.map(|order| (order.ids, order.at.line));
    assert_eq!(ids("order = []"), Some((Vec::new(), 1)));
    let order = ["b".to_owned(), "a".to_owned()];
    assert_eq!(ids("\norder = [\"b\", \"a\"]"), Some((order.to_vec(), 2)));
    let file = read(programme);
    let programmes = || file.programmes.iter().map(|entry| &entry.programme);
    let written = to_toml(&file.sets, &order, programmes()).unwrap();
    assert_eq!(read(&written).order.unwrap().ids, order);
    assert!(refusal(&format!("order = [\"a\", \"a\"]\n{programme}")).starts_with("1:15: "));
    assert!(refusal(&format!("order = \"a\"\n{programme}")).starts_with("1:9: "));
}
