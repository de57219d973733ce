//! `tests/vectors/v1/rules/storage.json`: what devices with little storage pull, and what they give up.

use firmware_proto::message::{Class, CommandBody, Content, Job, Reason, Stage};
use firmware_proto::topics::Down;
use serde_json::Value;

use crate::parties::{Clip, agenda, job, utc};
use crate::world::World;

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

type Named<T> = Vec<(String, T)>;

/// The jobs of a case, and its clips.
fn jobs(case: &Value, world: &mut World) -> (Named<Job>, Named<Clip>) {
    let mut clips: Named<Clip> = Vec::new();
    for (name, bytes) in case["clips"].as_object().unwrap() {
        let seed = clips.len() as u8 + 1;
        clips.push((name.clone(), world.clip(seed, number(bytes) as usize, 1_000)));
    }
    let named = |name: &Value| clips.iter().find(|(known, _)| name == known).unwrap().1.clip;
    let mut jobs = Vec::new();
    for (at, wanted) in case["jobs"].as_array().unwrap().iter().enumerate() {
        let start = utc(world.now.0 + number(&wanted["starts_in_s"]) * 1_000);
        let content = Content::Clips(wanted["clips"].as_array().unwrap().iter().map(named).collect());
        let class = [Class::Routine, Class::Priority, Class::Emergency][number(&wanted["class"]) as usize];
        let (play_at, start_by) = (Some(start), start + 3_600_000);
        let version = at as u64 + 1;
        let job = Job { content, class, play_at, start_by, version, ..job(at as u8 + 1, &[]) };
        jobs.push((wanted["id"].as_str().unwrap().to_owned(), job));
    }
    (jobs, clips)
}

#[test]
fn little_storage_is_used_as_they_say() {
    let file: Value = serde_json::from_str(include_str!("../vectors/v1/rules/storage.json")).unwrap();
    for case in file["cases"].as_array().unwrap() {
        let mut world = World::with_storage(number(&case["storage_bytes"]));
        world.connect();
        world.run_for(1_000);
        let (jobs, clips) = jobs(case, &mut world);
        let listed: Vec<&Job> = jobs.iter().map(|(_, job)| job).collect();
        world.say(Down::Agenda, CommandBody::Agenda(agenda(100, &listed)));
        world.run_for(60_000);
        let mut pulled: Vec<&str> = Vec::new();
        for want in world.wants() {
            let (name, _) = clips.iter().find(|(_, clip)| clip.clip.id == want.clip).unwrap();
            if !pulled.contains(&name.as_str()) {
                pulled.push(name);
            }
        }
        assert_eq!(Value::from(pulled), case["pulled"], "{case}");
        let full =
            |(_, job): &&(String, Job)| world.end(job) == Some((Stage::Failed, Some(Reason::StorageFull)));
        let failed: Vec<&str> = jobs.iter().filter(full).map(|(id, _)| id.as_str()).collect();
        assert_eq!(Value::from(failed), case["storage_full"], "{case}");
    }
}
