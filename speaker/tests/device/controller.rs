//! A controller in a test: signs jobs, serves chunks, answers time requests, and remembers what it was told.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use firmware_proto::limits::{CHUNK_BYTES, PACKET_BYTES_MAX, RANK_DEFAULT};
use firmware_proto::manifest::hash_list;
use firmware_proto::message::{
    Ack, Agenda, Busy, Chunk, Class, ClipRef, Command, CommandBody, Content, Interrupted, Job, Part, Receipt,
    Report, ReportBody, Settings, Stage, Stop, TimeReply, TimeRequest, Want,
};
use firmware_proto::topics::{Down, Topic};
use firmware_proto::trust::{SiteKey, sha256};
use firmware_proto::{ClipId, ClusterId, JobId, SiteId, UtcMillis};
use rumqttc::{
    AsyncClient, Broker, Event, EventLoop, MqttOptions, Packet, PublishOptions, QoS, SubscribeFilterInput,
};

const DEADLINE: Duration = Duration::from_secs(20);

/// A clip that the controller serves.
pub struct Clip {
    pub reference: ClipRef,
    pub bytes: Vec<u8>,
    list: Vec<u8>,
}

impl Clip {
    pub fn new(bytes: Vec<u8>, duration_ms: u64) -> Self {
        let hashes: Vec<[u8; 32]> =
            bytes.chunks(CHUNK_BYTES).map(|chunk| *sha256(chunk).as_bytes()).collect();
        let (list, list_hash) = hash_list(&hashes);
        let reference = ClipRef {
            id: ClipId::from_bytes(*sha256(&bytes).as_bytes()),
            size_bytes: bytes.len() as u32,
            hash_list: list_hash,
            duration_ms: duration_ms as u32,
        };
        Self { reference, bytes, list }
    }

    pub fn chunks(&self) -> u32 {
        self.bytes.chunks(CHUNK_BYTES).count() as u32
    }

    fn chunk(&self, part: Part, index: u32) -> Option<Chunk> {
        let bytes = if part == Part::Hashes { &self.list } else { &self.bytes };
        let data = bytes.chunks(CHUNK_BYTES).nth(index as usize)?.to_vec();
        Some(Chunk { clip: self.reference.id, part, index, data: data.into() })
    }
}

pub struct Controller {
    pub site: SiteId,
    pub key: SiteKey,
    client: AsyncClient,
    events: EventLoop,
    clips: BTreeMap<ClipId, Clip>,
    /// What its agenda names, for a cluster that says that it has none.
    pub agenda: Option<Job>,
    sequence: u64,
    /// Data chunks that were asked for, since the last [`Self::forget`].
    pub asked: BTreeSet<u32>,
    /// Data chunks that were sent, since the last [`Self::forget`].
    pub served: u32,
    /// No more data chunks than this are sent.
    pub serve_max: u32,
    /// One entry per message.
    pub acks: Vec<Vec<Ack>>,
    /// Every ack, with who said it.
    pub said: Vec<(ClusterId, Ack)>,
}

impl Controller {
    pub async fn connect(broker: SocketAddr, site: &str) -> Self {
        let mut options = MqttOptions::new("controller", Broker::tcp(broker.ip().to_string(), broker.port()));
        options.set_max_packet_size(PACKET_BYTES_MAX, PACKET_BYTES_MAX);
        let (client, events) = AsyncClient::builder(options).capacity(1_000).build();
        let site = SiteId::new(site).unwrap();
        let filters = Topic::up_filters(&site).map(|f| SubscribeFilterInput::new(f, QoS::AtLeastOnce));
        client.try_subscribe_many(filters).unwrap();
        let mut controller = Self {
            key: SiteKey::from_bytes(&[42; SiteKey::BYTES]),
            site,
            client,
            events,
            clips: BTreeMap::new(),
            agenda: None,
            sequence: 1 << 32,
            asked: BTreeSet::new(),
            served: 0,
            serve_max: u32::MAX,
            acks: Vec::new(),
            said: Vec::new(),
        };
        while !matches!(controller.events.poll().await.unwrap(), Event::Incoming(Packet::SubAck(_))) {}
        controller
    }

    /// The device's identity file.
    pub fn identity(&self, cluster: &str, broker: SocketAddr) -> String {
        let cluster = ClusterId::new(cluster).unwrap();
        let hex = |bytes: &[u8; 32]| ClipId::from_bytes(*bytes).to_string();
        format!(
            "site = \"{}\"\ncluster = \"{}\"\nkind = \"smart\"\nsite_keys = [\"{}\"]\ndevice_key = \"{}\"\nbroker = \"{broker}\"\n",
            self.site,
            cluster,
            hex(&self.key.public().to_bytes()),
            hex(self.key.device_key(&self.site, &cluster, 0).as_bytes()),
        )
    }

    pub fn add(&mut self, clip: Clip) -> ClipRef {
        let reference = clip.reference;
        self.clips.insert(reference.id, clip);
        reference
    }

    pub fn forget(&mut self) {
        self.asked.clear();
        self.served = 0;
        self.acks.clear();
        self.said.clear();
    }

    /// Announces a job for at once to everybody.
    pub fn announce(&mut self, clip: ClipRef, version: u64) -> JobId {
        self.send_job(Topic::All, clip, version, Vec::new())
    }

    /// Sends the same job to a gateway, with its zones: on the shared topic it is none of a gateway's.
    pub fn announce_to_gateway(&mut self, gateway: &str, clip: ClipRef, version: u64) {
        let topic = Topic::Down(ClusterId::new(gateway).unwrap(), Down::Job);
        self.send_job(topic, clip, version, vec![1]);
    }

    fn send_job(&mut self, topic: Topic, clip: ClipRef, version: u64, zones: Vec<u16>) -> JobId {
        let job = Job { zones, ..job_for_now(clip, version) };
        let id = job.id;
        self.command(topic, CommandBody::Job(job));
        id
    }

    fn send_agenda(&mut self, topic: Topic) {
        if let Some(job) = self.agenda.clone() {
            let (version, jobs) = (job.version, vec![job]);
            let agenda = Agenda {
                version,
                jobs,
                settings: Settings::default(),
                others: Vec::new(),
                ended: Vec::new(),
            };
            self.command(topic, CommandBody::Agenda(agenda));
        }
    }

    /// Announces a job as it is.
    pub fn announce_job(&mut self, job: Job) {
        self.command(Topic::All, CommandBody::Job(job));
    }

    pub fn stop(&mut self, job: JobId) {
        self.command(Topic::All, CommandBody::Stop(Stop { job, unless_begun: false }));
    }

    fn command(&mut self, topic: Topic, body: CommandBody) {
        self.sequence += 1;
        let target = match &topic {
            Topic::All => None,
            Topic::Down(cluster, _) | Topic::Up(cluster, _) => Some(cluster.clone()),
        };
        let (not_before, not_after) = (now(), now() + 60_000);
        let command =
            Command { site: self.site.clone(), target, sequence: self.sequence, not_before, not_after, body };
        self.publish(&topic, self.key.seal(&command));
    }

    fn publish(&self, topic: &Topic, payload: Vec<u8>) {
        let options = PublishOptions::at_least_once();
        self.client.try_publish(topic.render(&self.site), payload, options).unwrap();
    }

    /// Serves until the condition holds; fails after 20 s.
    pub async fn until(&mut self, what: &str, condition: impl Fn(&Self) -> bool) {
        let deadline = tokio::time::Instant::now() + DEADLINE;
        while !condition(self) {
            let step = tokio::time::timeout_at(deadline, self.events.poll()).await;
            let Ok(event) = step else { panic!("waited for: {what}; acks so far: {:?}", self.acks) };
            if let Event::Incoming(Packet::Publish(message)) = event.unwrap() {
                let topic = std::str::from_utf8(&message.topic).unwrap();
                let (cluster, _) = Topic::parse_up(&self.site, topic).unwrap();
                let key = self.key.device_key(&self.site, &cluster, 0);
                let report = key.open(&self.site, &cluster, &message.payload).unwrap();
                self.take(report);
            }
        }
    }

    /// Every stage said of the job, in order.
    pub fn stages(&self, job: JobId) -> Vec<Stage> {
        self.acks.iter().flatten().filter(|ack| ack.job == job).map(|ack| ack.stage).collect()
    }

    fn take(&mut self, report: Report) {
        let down = |leaf| Topic::Down(report.cluster.clone(), leaf);
        match report.body {
            // After a restart it asks for its agenda before it goes on.
            ReportBody::Beat(beat) if beat.agenda_version == 0 => self.send_agenda(down(Down::Agenda)),
            ReportBody::Hello(_) | ReportBody::OtherVersion(_) | ReportBody::Beat(_) => {}
            ReportBody::Acks(acks) => {
                let receipt = Receipt { acks: acks.iter().map(|ack| ack.id).collect() };
                self.command(down(Down::Receipt), CommandBody::Receipt(receipt));
                self.said.extend(acks.iter().map(|ack| (report.cluster.clone(), ack.clone())));
                self.acks.push(acks);
            }
            ReportBody::Want(want) => self.serve(&down(Down::Chunk), &want),
            ReportBody::Time(TimeRequest { sent, .. }) => {
                let reply =
                    TimeReply { boot: report.boot, sent, received: now(), replied: now(), unsure: false };
                self.command(down(Down::Time), CommandBody::Time(reply));
            }
        }
    }

    fn serve(&mut self, topic: &Topic, want: &Want) {
        for index in want.indices() {
            if want.part == Part::Data {
                self.asked.insert(index);
                if self.served == self.serve_max {
                    continue;
                }
                self.served += 1;
            }
            let chunk = self.clips[&want.clip].chunk(want.part, index).unwrap();
            self.publish(topic, chunk.encode());
        }
    }
}

fn now() -> UtcMillis {
    UtcMillis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64)
}

/// A routine job for at once.
pub fn job_for_now(clip: ClipRef, version: u64) -> Job {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&version.to_be_bytes());
    Job {
        id: JobId::from_bytes(id),
        version,
        class: Class::Routine,
        play_at: None,
        start_by: now() + 600_000,
        repeat: None,
        volume: 100,
        content: Content::Clips(vec![clip]),
        zones: Vec::new(),
        occurrence: None,
        rank: RANK_DEFAULT,
        busy: Busy::Wait,
        wait_until: None,
        over_by: None,
        interrupted: Interrupted::Drop,
    }
}
