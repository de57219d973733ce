//! What must be rejected, and what must not be although it looks strange.

use firmware_proto::limits::{ACKS_PER_MESSAGE_MAX, CHUNK_BYTES, JOBS_HELD_MAX, WANT_RANGES_MAX};
use firmware_proto::message::{
    Agenda, Chunk, ChunkRange, CommandBody, Job, Part, ReportBody, Settings, Stage, Want,
};
use firmware_proto::topics::{Down, Up};
use firmware_proto::trust::{Rejected, SiteKey};
use firmware_proto::{ClusterId, SiteId};

use crate::Value;
use crate::commands::{all, command, down, plain_job};
use crate::file::Vector;
use crate::parties::{authenticate, clip, device_key, job_id, sign, site_key};
use crate::reports::{ack, beat, report, up};

fn wrong(
    name: &'static str,
    about: &'static str,
    topic: String,
    payload: Vec<u8>,
    reason: Rejected,
) -> Vector {
    let qos = u8::from(!topic.ends_with("/want") && !topic.ends_with("/chunk"));
    Vector { name, about, topic, qos, payload, value: Err(reason) }
}

fn plain() -> CommandBody {
    CommandBody::Job(plain_job())
}

/// Adds an entry to the end of the CBOR map that starts at `at`; its count is in that byte.
fn with_entry(mut map: Vec<u8>, at: usize, entry: &[u8]) -> Vec<u8> {
    assert!((0xa0..0xb7).contains(&map[at]));
    map[at] += 1;
    map.extend_from_slice(entry);
    map
}

/// `99: [1, {"x": null}]`.
const UNKNOWN_ENTRY: &[u8] = &[0x18, 99, 0x82, 1, 0xa1, 0x61, b'x', 0xf6];

pub fn vectors() -> Vec<Vector> {
    [strange(), commands(), reports(), chunks()].concat()
}

/// A later version may add keys and values.
fn strange() -> Vec<Vector> {
    let command = command(true, 11, plain());
    let payload = sign(&with_entry(minicbor::to_vec(&command).unwrap(), 0, UNKNOWN_ENTRY));
    let said = report(11, ReportBody::Acks(vec![ack(1, Stage::Ready)]));
    let mut unknown_reason = minicbor::to_vec(&said).unwrap();
    // The ack stands last in the report; it is a map of five entries.
    let at = unknown_reason.iter().rposition(|&byte| byte == 0xa5).unwrap();
    unknown_reason = with_entry(unknown_reason, at, &[5, 0x18, 200]);
    vec![
        Vector {
            name: "odd-unknown-key",
            about: "A key of a later version is ignored.",
            topic: all(),
            qos: 1,
            payload,
            value: Ok(Value::Command(command)),
        },
        Vector {
            name: "odd-unknown-reason",
            about: "A reason of a later version counts as none.",
            topic: up(Up::Ack),
            qos: 1,
            payload: authenticate(&unknown_reason),
            value: Ok(Value::Report(said)),
        },
    ]
}

fn commands() -> Vec<Vector> {
    let plain = || command(true, 12, plain());
    let mut flipped = site_key().seal(&plain());
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    let mut elsewhere = plain();
    elsewhere.site = SiteId::new("bac-ha").unwrap();
    let mut misdirected = plain();
    misdirected.target = Some(ClusterId::new("thon-2").unwrap());
    let mut trailing = site_key().seal(&plain());
    trailing.push(0);
    let mut trailing_inside = minicbor::to_vec(plain()).unwrap();
    trailing_inside.push(0);
    let mut tagged = site_key().seal(&plain());
    tagged.insert(0, 0xd2);
    let jobs = vec![Job { clips: vec![], ..plain_job() }; JOBS_HELD_MAX + 1];
    let agenda = CommandBody::Agenda(Agenda { version: 9, jobs, settings: Settings::default() });
    let mut nobody = minicbor::to_vec(plain()).unwrap();
    // The site's name, which follows the map's head and the key, with a capital letter.
    nobody[3] = b'B';
    let stranger = SiteKey::from_bytes(&[0xee; 64]).seal(&plain());
    vec![
        wrong("bad-signature", "One bit of the signature is wrong.", all(), flipped, Rejected::BadSignature),
        wrong("bad-key", "Signed by another site's key.", all(), stranger, Rejected::UnknownKey),
        wrong(
            "bad-site",
            "Signed by our key for another site.",
            all(),
            site_key().seal(&elsewhere),
            Rejected::WrongSite,
        ),
        wrong(
            "bad-target",
            "For another cluster, on our topic.",
            down(Down::Job),
            site_key().seal(&misdirected),
            Rejected::WrongCluster,
        ),
        wrong(
            "bad-shared-on-own",
            "For every cluster, on the topic of one.",
            down(Down::Job),
            site_key().seal(&plain()),
            Rejected::WrongCluster,
        ),
        wrong("bad-trailing", "A byte after the message.", all(), trailing, Rejected::Malformed),
        wrong(
            "bad-trailing-inside",
            "A byte after the signed payload's map.",
            all(),
            sign(&trailing_inside),
            Rejected::Malformed,
        ),
        wrong("bad-tagged", "COSE_Sign1 with its CBOR tag 18.", all(), tagged, Rejected::Malformed),
        wrong(
            "bad-agenda-too-long",
            "65 jobs in an agenda.",
            down(Down::Agenda),
            site_key().seal(&command(false, 13, agenda)),
            Rejected::Malformed,
        ),
        wrong("bad-name", "A site's name with a capital letter.", all(), sign(&nobody), Rejected::Malformed),
        wrong("bad-empty", "No bytes at all.", all(), vec![], Rejected::Malformed),
    ]
}

fn reports() -> Vec<Vector> {
    let seal = |body| device_key().seal(&report(12, body));
    let mut flipped = seal(ReportBody::Beat(beat()));
    flipped[20] ^= 1;
    let mut neighbour = report(12, ReportBody::Beat(beat()));
    neighbour.cluster = ClusterId::new("thon-2").unwrap();
    let acks = vec![ack(1, Stage::Ready); ACKS_PER_MESSAGE_MAX + 1];
    let ranges = vec![ChunkRange { start: 0, count: 1 }; WANT_RANGES_MAX + 1];
    let want = Want { clip: clip().id, part: Part::Data, ranges };
    vec![
        wrong("bad-mac", "One bit of the report is wrong.", up(Up::Beat), flipped, Rejected::BadSignature),
        wrong(
            "bad-cluster",
            "Another cluster's name under our key.",
            up(Up::Beat),
            device_key().seal(&neighbour),
            Rejected::WrongCluster,
        ),
        wrong(
            "bad-acks-too-long",
            "33 acks in a message.",
            up(Up::Ack),
            seal(ReportBody::Acks(acks)),
            Rejected::Malformed,
        ),
        wrong(
            "bad-want-too-long",
            "17 ranges in a want.",
            up(Up::Want),
            seal(ReportBody::Want(want)),
            Rejected::Malformed,
        ),
    ]
}

fn chunks() -> Vec<Vector> {
    let data = vec![0; CHUNK_BYTES + 1].into();
    let long = Chunk { clip: clip().id, part: Part::Data, index: 0, data }.encode();
    let mut no_index = vec![0xa2, 0, 0x58, 32];
    no_index.extend_from_slice(job_id(1).as_bytes());
    no_index.extend_from_slice(job_id(1).as_bytes());
    no_index.extend_from_slice(&[1, 1]);
    vec![
        wrong("bad-chunk-too-long", "2,049 bytes in a chunk.", down(Down::Chunk), long, Rejected::TooLong),
        wrong(
            "bad-chunk-incomplete",
            "A chunk without index and data.",
            down(Down::Chunk),
            no_index,
            Rejected::Malformed,
        ),
    ]
}
