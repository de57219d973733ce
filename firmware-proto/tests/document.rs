//! PROTOCOL.md and protocol.cddl give the figures that this code keeps to.
#![allow(clippy::unwrap_used)]

use firmware_proto::limits::{
    ACKS_PER_MESSAGE_MAX, AGENDA_OTHERS_MAX, CHUNK_BYTES, CLIP_BYTES_MAX, CLIPS_PER_JOB_MAX, JOB_BYTES_MAX,
    JOBS_ENDED_MAX, JOBS_HELD_MAX, KEY_MAX, NAME_BYTES_MAX, NESTING_MAX, OUTBOX_ACKS_MAX, PACKET_BYTES_MAX,
    PAYLOAD_BYTES_MAX, STATE_BYTES_MAX, TEXT_BYTES_MAX, WANT_RANGES_MAX, WINDOW_CHUNKS_MAX, ZONES_MAX,
};
use firmware_proto::topics::{Down, Up};

const PROTOCOL: &str = include_str!("../PROTOCOL.md");
const CDDL: &str = include_str!("../protocol.cddl");

/// 32768 as `32,768`.
fn figure(n: usize) -> String {
    let digits = n.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|g| std::str::from_utf8(g).unwrap()).collect();
    groups.join(",")
}

#[test]
fn limits_stand_in_the_document() {
    let f = figure;
    for row in [
        format!("| MQTT payload / packet | {} / {} bytes |", f(PAYLOAD_BYTES_MAX), f(PACKET_BYTES_MAX)),
        format!("| name / free text | {NAME_BYTES_MAX} / {TEXT_BYTES_MAX} bytes |"),
        format!("| chunk | {} bytes |", f(CHUNK_BYTES)),
        format!("| clip | {} bytes (96 MiB) |", f(CLIP_BYTES_MAX as usize)),
        format!("| ranges in a want / chunks under way | {WANT_RANGES_MAX} / {WINDOW_CHUNKS_MAX} |"),
        format!(
            "| clips in a job / jobs in a part of an agenda, in full / by name / zones | {CLIPS_PER_JOB_MAX} / {JOBS_HELD_MAX} / {AGENDA_OTHERS_MAX} / {ZONES_MAX} |"
        ),
        format!("| one encoded job | {} bytes |", f(JOB_BYTES_MAX)),
        format!(
            "| arrays and maps inside one another / key of a map | {NESTING_MAX} / {} |",
            f(KEY_MAX as usize)
        ),
        format!("| acks in a message or receipt | {ACKS_PER_MESSAGE_MAX} |"),
        format!(
            "| held jobs / ended ids / acks in the outbox | {JOBS_HELD_MAX} / {JOBS_ENDED_MAX} / {OUTBOX_ACKS_MAX} |"
        ),
        format!("| state | {} bytes |", f(STATE_BYTES_MAX)),
    ] {
        assert!(PROTOCOL.contains(&row), "{row}");
    }
}

#[test]
fn lists_stand_in_the_grammar() {
    for rule in [
        format!("[1*{CLIPS_PER_JOB_MAX} clip-ref]"),
        format!("[0*{ZONES_MAX} zone]"),
        format!("[0*{JOBS_HELD_MAX} job]"),
        format!("[0*{ACKS_PER_MESSAGE_MAX} ack-id]"),
        format!("[0*{ACKS_PER_MESSAGE_MAX} ack]"),
        format!("[0*{AGENDA_OTHERS_MAX} job-name]"),
        format!("[0*{WANT_RANGES_MAX} range]"),
        format!("bstr .size (0..{CHUNK_BYTES})"),
        format!("tstr .size (0..{TEXT_BYTES_MAX})"),
        format!("1 to {CLIP_BYTES_MAX}"),
    ] {
        assert!(CDDL.contains(&rule), "{rule}");
    }
}

#[test]
fn topics_stand_in_both() {
    let down = [Down::Agenda, Down::Job, Down::Chunk, Down::Time, Down::Receipt].map(Down::as_str);
    let up = [Up::Hello, Up::Beat, Up::Ack, Up::Want, Up::Time].map(Up::as_str);
    for leaf in down {
        assert!(PROTOCOL.contains(&format!("`c/{{cluster}}/{leaf}` | down")), "{leaf}");
    }
    for leaf in down.into_iter().chain(up) {
        assert!(CDDL.contains(&format!("c/+/{leaf}")), "{leaf}");
    }
    for leaf in up {
        assert!(PROTOCOL.contains(&format!("`{leaf}`")) || PROTOCOL.contains(&format!("/{leaf}`")), "{leaf}");
    }
}
