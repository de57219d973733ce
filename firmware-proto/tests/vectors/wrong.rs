//! What must be rejected: in each vector one thing is wrong.

use coset::HeaderBuilder;
use firmware_proto::limits::{
    ACKS_PER_MESSAGE_MAX, AGENDA_OTHERS_MAX, CHUNK_BYTES, CLIPS_PER_JOB_MAX, JOBS_HELD_MAX, NESTING_MAX,
    PAYLOAD_BYTES_MAX, WANT_RANGES_MAX,
};
use firmware_proto::message::{
    Agenda, Chunk, ChunkRange, Command, CommandBody, Content, Job, JobName, Part, Receipt, ReportBody,
    Settings, Stage, Stop, Want,
};
use firmware_proto::topics::{Down, Up};
use firmware_proto::trust::{Rejected, SiteKey};
use firmware_proto::{ClusterId, SiteId};

use crate::commands::{all, command, down, plain_job};
use crate::file::Vector;
use crate::parties::{
    ack_id, authenticate, clip, device_key, header, job_id, padded, sign, sign_under, site_key,
};
use crate::raw::{command_with, nested, replaced};
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

fn plain() -> Command {
    command(true, 12, CommandBody::Job(plain_job()))
}

fn encoded() -> Vec<u8> {
    minicbor::to_vec(plain()).unwrap()
}

pub fn vectors() -> Vec<Vector> {
    [seals(), addresses(), forms(), fields(), lists(), reports(), chunks()].concat()
}

/// The signature and what stands around it.
fn seals() -> Vec<Vector> {
    let mut flipped = sign(&encoded());
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    let stranger = SiteKey::from_bytes(&[0xee; 64]).seal(&plain());
    let mut trailing = sign(&encoded());
    trailing.push(0);
    let mut trailing_inside = encoded();
    trailing_inside.push(0);
    let mut tagged = sign(&encoded());
    tagged.insert(0, 0xd2);
    let more = sign_under(&encoded(), header().value(99, 0.into()), None);
    let unprotected =
        sign_under(&encoded(), header(), Some(HeaderBuilder::new().key_id(b"anything".to_vec())));
    let long = sign(&padded(&plain(), PAYLOAD_BYTES_MAX + 1));
    vec![
        wrong("bad-signature", "One bit of the signature is wrong.", all(), flipped, Rejected::BadSignature),
        wrong("bad-key", "Signed by another site's key.", all(), stranger, Rejected::UnknownKey),
        wrong(
            "bad-header-more",
            "One more entry in the protected header.",
            all(),
            more,
            Rejected::UnknownKey,
        ),
        wrong(
            "bad-header-unprotected",
            "An entry in the unprotected header.",
            all(),
            unprotected,
            Rejected::Malformed,
        ),
        wrong("bad-tagged", "COSE_Sign1 with its CBOR tag 18.", all(), tagged, Rejected::Malformed),
        wrong("bad-trailing", "A byte after the message.", all(), trailing, Rejected::Malformed),
        wrong(
            "bad-trailing-inside",
            "A byte after the signed payload's map.",
            all(),
            sign(&trailing_inside),
            Rejected::Malformed,
        ),
        wrong("bad-payload-32769", "A byte more than a payload may have.", all(), long, Rejected::TooLong),
        wrong("bad-empty", "No bytes at all.", all(), vec![], Rejected::Malformed),
    ]
}

/// Not for this cluster, or not on this topic.
fn addresses() -> Vec<Vector> {
    let elsewhere = Command { site: SiteId::new("bac-ha").unwrap(), ..plain() };
    let misdirected = Command { target: Some(ClusterId::new("thon-2").unwrap()), ..plain() };
    let stop = command(false, 12, CommandBody::Stop(Stop { unless_begun: false, job: job_id(1) }));
    vec![
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
        wrong(
            "bad-topic-of-command",
            "A stop on the topic of agendas.",
            down(Down::Agenda),
            site_key().seal(&stop),
            Rejected::WrongTopic,
        ),
    ]
}

/// CBOR that does not have the form of section 2.
fn forms() -> Vec<Vector> {
    let body = minicbor::to_vec(&plain().body).unwrap();
    let around = |new: &[&[u8]]| replaced(&encoded(), &body, &new.concat());
    let job = &body[2..];
    let bad = |name, about, payload: Vec<u8>| wrong(name, about, all(), sign(&payload), Rejected::Malformed);
    let with = |entry: &[u8]| command_with(&plain(), entry);
    // The map's head, the key 0 and the site's name, which has 8 bytes.
    let site = &encoded()[..11];
    let second = |key: &[u8]| {
        let mut map = [site, key, &encoded()[11..]].concat();
        map[0] += 1;
        map
    };
    let disordered = {
        let mut map = [&encoded()[..], &[0x18, 100, 0, 0x18, 99, 0]].concat();
        map[0] += 2;
        map
    };
    vec![
        bad("bad-key-65536", "A key that is too large.", with(&[0x1a, 0, 1, 0, 0, 0])),
        bad(
            "bad-key-2-to-64",
            "The largest number that CBOR can say, as a key.",
            with(&[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]),
        ),
        bad("bad-key-negative", "The key -1.", with(&[0x20, 0])),
        bad("bad-key-text", "The key \"x\".", with(&[0x61, b'x', 0])),
        bad("bad-key-twice", "The key 99 twice.", {
            let mut map = [&encoded()[..], &[0x18, 99, 0, 0x18, 99, 0]].concat();
            map[0] += 2;
            map
        }),
        bad("bad-key-order", "The key 100 before the key 99.", disordered),
        bad(
            "bad-key-long",
            "The key 0 in two bytes.",
            replaced(&encoded(), site, &{
                let mut long = site.to_vec();
                long.splice(1..2, [0x18, 0]);
                long
            }),
        ),
        bad("bad-null", "A target that is null.", second(&[1, 0xf6])),
        bad("bad-choice-of-three", "A command with something after its body: [0, job, 1].", {
            around(&[&[0x83, 0], job, &[1]])
        }),
        bad("bad-indefinite", "An array of unknown length.", around(&[&[0x9f, 0], job, &[0xff]])),
        bad("bad-tag", "A tag in an unknown entry.", with(&[0x18, 99, 0xc1, 0])),
        bad("bad-float", "A floating-point number in an unknown entry.", with(&[0x18, 99, 0xf9, 0x3c, 0])),
        bad("bad-nesting-17", "17 arrays and maps inside one another.", with(&nested(NESTING_MAX))),
    ]
}

/// A value out of its range.
fn fields() -> Vec<Vector> {
    let bad = |name, about, payload: Vec<u8>| wrong(name, about, all(), sign(&payload), Rejected::Malformed);
    let name = |text: &str| {
        let head: &[u8] =
            if text.len() < 24 { &[0x60 + text.len() as u8] } else { &[0x78, text.len() as u8] };
        replaced(&encoded(), b"\x68bao-nhai", &[head, text.as_bytes()].concat())
    };
    vec![
        bad("bad-name", "A site's name with a capital letter.", name("Bao-nhai")),
        bad("bad-name-hyphen", "A site's name that ends in a hyphen.", name("bao-nha-")),
        bad("bad-name-33", "A site's name of 33 characters.", name(&"a".repeat(33))),
        bad(
            "bad-volume-256",
            "A volume of two bytes.",
            replaced(&encoded(), &[6, 0x18, 70, 7], &[6, 0x19, 1, 0, 7]),
        ),
        bad(
            "bad-class",
            "A class of a later version.",
            replaced(&encoded(), &[2, 0, 4, 0x1b], &[2, 9, 4, 0x1b]),
        ),
    ]
}

/// Lists that are longer than they may be, or empty where they may not.
fn lists() -> Vec<Vector> {
    let content = |clips| {
        let job = Job { content: Content::Clips(clips), ..plain_job() };
        site_key().seal(&command(true, 13, CommandBody::Job(job)))
    };
    let jobs = (0..=JOBS_HELD_MAX).map(|n| Job { id: job_id(n as u8), ..plain_job() }).collect();
    let bare =
        || Agenda { version: 9, jobs: vec![], settings: Settings::default(), others: vec![], ended: vec![] };
    let agenda = CommandBody::Agenda(Agenda { jobs, ..bare() });
    let acks = (0..=ACKS_PER_MESSAGE_MAX).map(|n| ack_id(n as u32)).collect();
    let receipt = CommandBody::Receipt(Receipt { acks });
    let others = (0..=AGENDA_OTHERS_MAX).map(|n| JobName { id: job_id(n as u8), occurrence: None }).collect();
    let names = CommandBody::Agenda(Agenda { others, ..bare() });
    let own = |body| site_key().seal(&command(false, 13, body));
    vec![
        wrong("bad-job-no-clips", "A list of no clips.", all(), content(vec![]), Rejected::Malformed),
        wrong(
            "bad-job-too-many-clips",
            "17 clips in a job.",
            all(),
            content(vec![clip(); CLIPS_PER_JOB_MAX + 1]),
            Rejected::Malformed,
        ),
        wrong(
            "bad-agenda-too-long",
            "65 jobs in an agenda.",
            down(Down::Agenda),
            own(agenda),
            Rejected::Malformed,
        ),
        wrong(
            "bad-agenda-too-many-names",
            "129 jobs that an agenda only names.",
            down(Down::Agenda),
            own(names),
            Rejected::Malformed,
        ),
        wrong(
            "bad-receipt-too-long",
            "33 acks in a receipt.",
            down(Down::Receipt),
            own(receipt),
            Rejected::Malformed,
        ),
    ]
}

fn reports() -> Vec<Vector> {
    let seal = |body| device_key().seal(&report(12, body));
    let mut flipped = seal(ReportBody::Beat(beat()));
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    let mut neighbour = report(12, ReportBody::Beat(beat()));
    neighbour.cluster = ClusterId::new("thon-2").unwrap();
    let acks = (0..=ACKS_PER_MESSAGE_MAX).map(|n| ack(n as u32, Stage::Ready)).collect();
    let ranges = (0..=WANT_RANGES_MAX as u32).map(|n| ChunkRange { start: 2 * n, count: 1 }).collect();
    let want = |ranges| ReportBody::Want(Want { clip: clip().id, part: Part::Data, ranges });
    let three = replaced(
        &minicbor::to_vec(report(12, want(vec![ChunkRange { start: 7, count: 1 }]))).unwrap(),
        &[0x81, 0x82, 7, 1],
        &[0x81, 0x83, 7, 1, 0],
    );
    let other = minicbor::to_vec(report(12, ReportBody::OtherVersion(2))).unwrap();
    let unversioned = replaced(&other, &[0x82, 0, 0xa1, 0, 2], &[0x82, 0, 0xa1, 1, 2]);
    vec![
        wrong("bad-mac", "One bit of the tag is wrong.", up(Up::Beat), flipped, Rejected::BadSignature),
        wrong(
            "bad-cluster",
            "Another cluster's name under our key.",
            up(Up::Beat),
            device_key().seal(&neighbour),
            Rejected::WrongCluster,
        ),
        wrong(
            "bad-topic-of-report",
            "A heartbeat on the topic of wants.",
            up(Up::Want),
            seal(ReportBody::Beat(beat())),
            Rejected::WrongTopic,
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
            seal(want(ranges)),
            Rejected::Malformed,
        ),
        wrong(
            "bad-range-of-three",
            "A range of three numbers.",
            up(Up::Want),
            authenticate(&three),
            Rejected::Malformed,
        ),
        wrong(
            "bad-hello-without-version",
            "A hello whose first key is not 0.",
            up(Up::Hello),
            authenticate(&unversioned),
            Rejected::Malformed,
        ),
    ]
}

fn chunks() -> Vec<Vector> {
    let data =
        |bytes: usize| Chunk { clip: clip().id, part: Part::Data, index: 0, data: vec![0; bytes].into() };
    // The last entry is `3: h''`.
    let mut incomplete = data(0).encode();
    incomplete.truncate(incomplete.len() - 2);
    incomplete[0] -= 1;
    vec![
        wrong(
            "bad-chunk-too-long",
            "2,049 bytes in a chunk.",
            down(Down::Chunk),
            data(CHUNK_BYTES + 1).encode(),
            Rejected::Malformed,
        ),
        wrong(
            "bad-chunk-incomplete",
            "A chunk without data.",
            down(Down::Chunk),
            incomplete,
            Rejected::Malformed,
        ),
    ]
}
