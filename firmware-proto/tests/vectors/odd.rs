//! What looks strange and must be accepted: a later version may have said it, or somebody who counts otherwise.

use ed25519_dalek::SigningKey;
use firmware_proto::limits::{NESTING_MAX, PAYLOAD_BYTES_MAX};
use firmware_proto::message::{Command, CommandBody, Content, Job, Report, ReportBody, STREAM, Stage};
use firmware_proto::topics::Up;

use crate::Value;
use crate::commands::{all, command, plain_job};
use crate::file::Vector;
use crate::parties::{authenticate, padded, sign, small_order_r};
use crate::raw::{command_with, nested, replaced, with_entry};
use crate::reports::{ack, report, up};

/// `99: [1, {7: "x"}, true, -5]`.
const UNKNOWN_ENTRY: &[u8] = &[0x18, 99, 0x84, 1, 0xa1, 7, 0x61, b'x', 0xf5, 0x24];
/// `65535: 0`.
const LARGEST_KEY: &[u8] = &[0x19, 0xff, 0xff, 0];

fn said(name: &'static str, about: &'static str, payload: Vec<u8>, command: Command) -> Vector {
    Vector { name, about, topic: all(), qos: 1, payload, value: Ok(Value::Command(command)) }
}

fn job(job: Job) -> Command {
    command(true, 11, CommandBody::Job(job))
}

fn reported(name: &'static str, about: &'static str, leaf: Up, payload: &[u8], said: Report) -> Vector {
    let payload = authenticate(payload);
    Vector { name, about, topic: up(leaf), qos: 1, payload, value: Ok(Value::Report(said)) }
}

pub fn vectors() -> Vec<Vector> {
    [commands(), reports()].concat()
}

fn commands() -> Vec<Vector> {
    let plain = || job(plain_job());
    let loud = |volume| job(Job { volume, ..plain_job() });
    let typed = |name, about, command: Command| {
        said(name, about, sign(&minicbor::to_vec(&command).unwrap()), command)
    };
    let with = |entry: &[u8]| sign(&command_with(&plain(), entry));
    let signing = SigningKey::from_bytes(&std::array::from_fn(|i| i as u8));
    vec![
        said("odd-unknown-key", "A key of a later version is ignored.", with(UNKNOWN_ENTRY), plain()),
        said("odd-key-65535", "The largest key there may be is ignored.", with(LARGEST_KEY), plain()),
        said(
            "odd-nesting-16",
            "16 arrays and maps inside one another, counted from the payload's map.",
            with(&nested(NESTING_MAX - 1)),
            plain(),
        ),
        said(
            "odd-payload-32768",
            "The largest payload.",
            sign(&padded(&plain(), PAYLOAD_BYTES_MAX)),
            plain(),
        ),
        typed("odd-volume-101", "A volume above 100 counts as 100.", loud(101)),
        typed("odd-volume-255", "The largest volume that can be said counts as 100.", loud(255)),
        typed(
            "odd-job-stream",
            "Content that this version cannot play: the job is refused as unsupported.",
            job(Job { content: Content::Unsupported(STREAM), ..plain_job() }),
        ),
        said(
            "may-small-order-r",
            "R of the signature is the neutral element; only the site's own key can make such a one.",
            small_order_r(&signing, &minicbor::to_vec(plain()).unwrap()),
            plain(),
        ),
    ]
}

fn reports() -> Vec<Vector> {
    let acks = report(11, ReportBody::Acks(vec![ack(1, Stage::Ready)]));
    let mut unknown_reason = minicbor::to_vec(&acks).unwrap();
    // The ack stands last in the report; it is a map of five entries.
    let at = unknown_reason.iter().rposition(|&byte| byte == 0xa5).unwrap();
    unknown_reason = with_entry(unknown_reason, at, &[5, 0x18, 200]);
    let other = report(12, ReportBody::OtherVersion(2));
    // `{0: 2}` becomes `{0: 2, 1: 7, 9: ["?"]}`: nothing but the version is read.
    let strange = replaced(
        &minicbor::to_vec(&other).unwrap(),
        &[0x82, 0, 0xa1, 0, 2],
        &[0x82, 0, 0xa3, 0, 2, 1, 7, 9, 0x81, 0x61, b'?'],
    );
    vec![
        reported(
            "odd-unknown-reason",
            "A reason of a later version counts as none.",
            Up::Ack,
            &unknown_reason,
            acks,
        ),
        reported(
            "odd-hello-of-version-2",
            "A device of another version: the controller says so, and reads no further.",
            Up::Hello,
            &strange,
            other,
        ),
    ]
}
