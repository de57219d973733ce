//! Clips as facts: their names, who needs them, and what is refused.
#![allow(clippy::unwrap_used)]

mod support;

use controller_core::command::{Announcement, Command, Done, NewClip};
use controller_core::programme::{Clip, Plan};
use controller_core::refusal::Refusal;
use firmware_proto::message::ClipRef;
use firmware_proto::{ClipId, UtcMillis};
use schedules::Item;
use support::{Controller, add_clip, announcement, change, clip, plan, sheet, smart};

/// 2027-01-15 06:00 in Vietnam.
const SIX: UtcMillis = UtcMillis(1_799_967_600_000);

/// Besides the usual clips, one of two minutes by two titles more.
fn controller() -> Controller {
    let mut controller = Controller::new(SIX, vec![smart("thon-1")]);
    for title in ["Tin xã", "Bản tin sáng"] {
        controller.pass(1_000);
        controller.ask(add_clip(title, 2)).unwrap();
    }
    controller.written();
    controller
}

fn found(controller: &Controller, name: &str) -> Result<ClipId, Refusal> {
    controller.core.state().find_clip(name).map(|known| known.clip.id)
}

fn remove(controller: &mut Controller, name: &str) -> Result<Done, Refusal> {
    controller.ask(Command::RemoveClip { name: name.to_owned() })
}

fn removed(minutes: u64, title: &str, gone: bool) -> Result<Done, Refusal> {
    Ok(Done::ClipRemoved { clip: clip(minutes).id, title: title.to_owned(), gone })
}

#[test]
fn a_clip_is_found_by_each_title_and_by_the_beginning_of_its_id() {
    let mut controller = controller();
    let id = clip(2).id.to_string();
    for name in ["Tin xã", "tin xa", " TIN-XA ", "ban-tin-sang", "2 phút", &id, &id.to_uppercase(), &id[..4]]
    {
        assert_eq!(found(&controller, name), Ok(clip(2).id), "{name}");
    }
    for name in ["tin x", &id[..3], "", "0000", &"a".repeat(64)] {
        assert!(matches!(found(&controller, name), Err(Refusal::UnknownClip { .. })), "{name}");
    }
    // A title means the clip that got it last, also where the first one gets it again.
    for minutes in [5, 2] {
        controller.pass(1_000);
        controller.ask(add_clip("Tin xã", minutes)).unwrap();
        assert_eq!(found(&controller, "tin-xa"), Ok(clip(minutes).id));
    }
    let unknown = found(&controller, "tin xaa");
    let nearest = vec!["Tin xã".to_owned()];
    assert_eq!(unknown, Err(Refusal::UnknownClip { name: "tin xaa".into(), nearest }));
}

#[test]
fn the_same_clip_by_the_same_title_again_is_no_news() {
    let mut controller = controller();
    assert_eq!(controller.ask(add_clip("Bản tin sáng", 2)), Ok(Done::Clip { clip: clip(2).id }));
    assert_eq!(controller.written(), [] as [&str; 0]);
    // Prepared in another way it is.
    let mut louder = sheet();
    louder.waveform = vec![255];
    let new = NewClip { clip: clip(2), title: "Bản tin sáng".into(), sheet: louder };
    controller.ask(Command::AddClip(Box::new(new))).unwrap();
    assert_eq!(controller.written(), ["clip-added"]);
    let titles: Vec<&str> =
        controller.core.state().clips[&clip(2).id].titles.iter().map(|title| &title.text[..]).collect();
    assert_eq!(titles, ["Bản tin sáng", "Tin xã", "2 phút"]);
}

#[test]
fn what_cannot_be_kept_is_refused() {
    let mut controller = controller();
    let with = |title: &str, points: usize| {
        let sheet = controller_core::clip::Sheet { waveform: vec![0; points], ..sheet() };
        Command::AddClip(Box::new(NewClip { clip: clip(200), title: title.to_owned(), sheet }))
    };
    for (command, what) in [
        (with("", 1), "title"),
        (with(" ", 1), "title"),
        (with("a\u{7}b", 1), "title"),
        (with("a", 1_001), "sheet"),
    ] {
        assert_eq!(controller.ask(command), Err(Refusal::OutOfBounds { what: what.into() }));
    }
    assert_eq!(controller.written(), [] as [&str; 0]);
}

#[test]
fn each_title_can_be_given_up_and_the_last_takes_the_clip_with_it() {
    let mut controller = controller();
    assert_eq!(remove(&mut controller, "tin xa"), removed(2, "Tin xã", false));
    assert!(found(&controller, "tin xa").is_err());
    assert_eq!(found(&controller, "ban-tin-sang"), Ok(clip(2).id));
    assert_eq!(remove(&mut controller, "2 phut"), removed(2, "2 phút", false));
    assert_eq!(remove(&mut controller, "ban tin sang"), removed(2, "Bản tin sáng", true));
    assert!(controller.core.state().clips.get(&clip(2).id).is_none());
    assert_eq!(controller.written(), ["clip-removed"; 3]);
    // By its id it goes whatever it is called.
    controller.ask(add_clip("Nhạc", 1)).unwrap();
    assert_eq!(remove(&mut controller, &clip(1).id.to_string()), removed(1, "Nhạc", true));
    assert!(matches!(remove(&mut controller, "nhac"), Err(Refusal::UnknownClip { .. })));
}

#[test]
fn what_somebody_needs_stays() {
    let mut controller = controller();
    let items = vec![Item::Clip(Clip { name: "tin-xa".into(), clip: clip(2) })];
    let plan = Plan { items, ..plan("sang", "0 7 * * *", 2) };
    controller.ask(Command::ChangeSchedule(change(vec![plan]))).unwrap();
    let in_use = |title: &str, users: &[&str]| {
        let users = users.iter().map(|user| (*user).to_owned()).collect();
        Err(Refusal::ClipInUse { title: title.to_owned(), users })
    };
    // By the title that the programme names it stays; another title may go.
    assert_eq!(remove(&mut controller, "Tin Xã"), in_use("Tin xã", &["sang"]));
    assert_eq!(remove(&mut controller, "2 phút"), removed(2, "2 phút", false));
    assert_eq!(remove(&mut controller, "Bản tin sáng"), removed(2, "Bản tin sáng", false));
    let job = controller.core.state().each_job().next().unwrap().spec.id.to_string();
    let by_id = remove(&mut controller, &clip(2).id.to_string());
    assert!(matches!(&by_id, Err(Refusal::ClipInUse { users, .. }) if users.contains(&job)), "{by_id:?}");
    // An announcement needs it until every cluster is through with it.
    let wanted = announcement(1);
    controller.ask(Command::Announce(wanted.clone())).unwrap();
    assert_eq!(remove(&mut controller, "1 phút"), in_use("1 phút", &[&wanted.id.to_string()]));
    controller.ask(Command::Stop(wanted.id)).unwrap();
    assert_eq!(remove(&mut controller, "1 phút"), removed(1, "1 phút", true));
}

#[test]
fn nobody_begins_to_need_what_is_gone() {
    let mut controller = controller();
    remove(&mut controller, &clip(5).id.to_string()).unwrap();
    let unknown = |name: &str| Refusal::UnknownClip { name: name.to_owned(), nearest: Vec::new() };
    let wanted = Announcement { clips: vec![clip(1), clip(5)], ..announcement(1) };
    assert_eq!(controller.ask(Command::Announce(wanted)), Err(unknown(&clip(5).id.to_string())));
    // Nor what is called as a clip, and is another one.
    let other = Announcement { clips: vec![ClipRef { size_bytes: 7, ..clip(1) }], ..announcement(1) };
    assert_eq!(controller.ask(Command::Announce(other)), Err(unknown(&clip(1).id.to_string())));
    let scheduled = controller.ask(Command::ChangeSchedule(change(vec![plan("sang", "0 7 * * *", 5)])));
    let Err(Refusal::Schedule { problems }) = scheduled else { panic!("{scheduled:?}") };
    assert_eq!((&problems[0].field[..], &problems[0].why), ("items", &unknown("tin")));
    let replaced = controller.ask(Command::ReplaceClip { name: "5 phút".into() });
    assert!(matches!(replaced, Err(Refusal::UnknownClip { .. })), "{replaced:?}");
}
