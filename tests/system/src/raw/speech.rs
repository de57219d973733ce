//! What is said on a raw trip: plain bytes, or the same under the signatures of the protocol.
//!
//! The sealed trip is the least that any system can do whose broker is not trusted: every client checks
//! the signature of the command, and its answer is checked by its MAC. Nothing is played, decided or stored.

use std::fmt;

use anyhow::{Context, Result, anyhow, ensure};
use firmware_proto::limits::RANK_DEFAULT;
use firmware_proto::message::{
    Ack, AckId, Busy, Class, ClipRef, Command, CommandBody, Content, Interrupted, Job, Report, ReportBody,
    Stage,
};
use firmware_proto::trust::{DeviceKey, SiteKey, SitePublicKey};
use firmware_proto::{BootId, ClipId, ClusterId, Hash, JobId, SiteId, UtcMillis};

const ACK_BYTES: usize = 60;
const MESSAGE_BYTES: usize = 400;

/// How both sides of a trip speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speech {
    /// As many bytes as a signed job, answered by as many as an ack; nothing in them but the trip's number.
    Plain,
    /// A signed job, answered by an ack under a MAC.
    Sealed,
}

/// A name for clients and topics.
impl fmt::Display for Speech {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "raw",
            Self::Sealed => "sealed",
        })
    }
}

/// The side that is answered.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "all of them are of one kind, and the large one is")]
pub(super) enum Asker {
    Plain,
    Sealed { site: SiteId, key: SiteKey, clients: Vec<(ClusterId, DeviceKey)> },
}

/// The side that answers.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "all of them are of one kind, and the large one is")]
pub(super) enum Answerer {
    Plain,
    Sealed { site: SiteId, public: SitePublicKey, cluster: ClusterId, key: DeviceKey },
}

impl Speech {
    /// The asking side, and as many answering ones as there are clients.
    pub(super) fn sides(self, clients: usize) -> Result<(Asker, Vec<Answerer>)> {
        if self == Self::Plain {
            return Ok((Asker::Plain, (0..clients).map(|_| Answerer::Plain).collect()));
        }
        // Nothing secret hangs on a key of the benchmark.
        let key = SiteKey::from_bytes(&std::array::from_fn(|i| i as u8 + 1));
        let (site, public) = (SiteId::new("raw")?, key.public());
        let cluster = |index: usize| ClusterId::new(&format!("raw-{index}"));
        let clusters = (0..clients).map(cluster).collect::<Result<Vec<_>, _>>()?;
        let answerer = |cluster: &ClusterId| Answerer::Sealed {
            site: site.clone(),
            public,
            cluster: cluster.clone(),
            key: key.device_key(&site, cluster, 0),
        };
        let answerers = clusters.iter().map(answerer).collect();
        let with_key = |cluster| {
            let key = key.device_key(&site, &cluster, 0);
            (cluster, key)
        };
        let clients = clusters.into_iter().map(with_key).collect();
        Ok((Asker::Sealed { site, key, clients }, answerers))
    }
}

impl Asker {
    /// The message of one trip.
    pub(super) fn message(&self, trip: u32) -> Vec<u8> {
        let Self::Sealed { site, key, .. } = self else {
            return [&trip.to_be_bytes()[..], &[0; MESSAGE_BYTES - 4]].concat();
        };
        let soon = UtcMillis(1_000_000);
        let clip = ClipRef {
            id: ClipId::from_bytes([1; 32]),
            size_bytes: 3_000,
            hash_list: Hash::from_bytes([2; 32]),
            duration_ms: 1_000,
        };
        let job = Job {
            id: job_of(trip),
            version: u64::from(trip),
            class: Class::Routine,
            play_at: None,
            start_by: soon,
            repeat: None,
            volume: 80,
            content: Content::Clips(vec![clip]),
            zones: Vec::new(),
            occurrence: None,
            rank: RANK_DEFAULT,
            busy: Busy::Wait,
            wait_until: None,
            over_by: None,
            interrupted: Interrupted::Drop,
        };
        let command = Command {
            site: site.clone(),
            target: None,
            sequence: u64::from(trip),
            not_before: UtcMillis(0),
            not_after: soon,
            body: CommandBody::Job(job),
        };
        key.seal(&command)
    }

    /// Checks the answer of this client to this trip.
    pub(super) fn check(&self, trip: u32, client: usize, answer: &[u8]) -> Result<()> {
        let Self::Sealed { site, clients, .. } = self else {
            ensure!(answer.len() == ACK_BYTES, "an answer of {} bytes", answer.len());
            ensure!(answer.starts_with(&trip.to_be_bytes()), "an answer to another trip");
            return Ok(());
        };
        let (cluster, key) = clients.get(client).context("an answer of nobody")?;
        let report = key.open(site, cluster, answer).map_err(|e| anyhow!("client {client}: {e}"))?;
        ensure!(report.sequence == u64::from(trip), "an answer to another trip");
        Ok(())
    }
}

impl Answerer {
    /// The answer to a message.
    pub(super) fn answer(&self, message: &[u8]) -> Result<Vec<u8>> {
        let Self::Sealed { site, public, cluster, key } = self else {
            let trip = message.get(..4).context("a message without a trip")?;
            return Ok([trip, &[0; ACK_BYTES - 4]].concat());
        };
        let command = public.open(site, message).map_err(|e| anyhow!("{cluster}: {e}"))?;
        let CommandBody::Job(job) = command.body else { anyhow::bail!("no job") };
        let started = Ack {
            id: AckId(1),
            job: job.id,
            stage: Stage::Started,
            at: None,
            error_ms: None,
            reason: None,
            evidence: None,
        };
        let report = Report {
            site: site.clone(),
            cluster: cluster.clone(),
            boot: BootId::from_bytes([3; 8]),
            sequence: command.sequence,
            epoch: 1,
            body: ReportBody::Acks(vec![started]),
        };
        Ok(key.seal(&report))
    }
}

fn job_of(trip: u32) -> JobId {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&trip.to_be_bytes());
    JobId::from_bytes(id)
}
