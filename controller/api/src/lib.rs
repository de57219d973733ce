//! Requests and answers of the daemon's HTTP API, and the words in which people read them.
//!
//! Plain data: no decisions, nothing of the core. Times are UTC milliseconds, ids are text. What a
//! person may read comes as a [`Text`]: a stable code with parameters, which the catalogue turns into a
//! sentence in the reader's language.
//!
//! | method and path | body | answer |
//! | --- | --- | --- |
//! | `GET /v1/status` | | [`Status`] |
//! | `POST /v1/clips?title=…` | the sound file | [`Clip`]; `&character=voice` or `music`, `&partial=true` takes what can be read |
//! | `POST /v1/clips/speech` | [`Speak`] | [`Clip`] |
//! | `GET /v1/clips` | | [`Vec<Clip>`], newest first |
//! | `GET /v1/clips/{id}` | | [`Clip`], its file checked; an unambiguous beginning of an id or a title will do |
//! | `GET /v1/clips/{id}/sound` | | the Ogg Opus file |
//! | `DELETE /v1/clips/{id}` | | [`ClipRemoved`] |
//! | `POST /v1/announcements` | [`Announce`] | [`Announced`] |
//! | `GET /v1/jobs` | | [`Vec<Job>`], newest first, without deliveries |
//! | `GET /v1/jobs/{id}` | | [`Job`] with deliveries; an unambiguous beginning of an id will do; `?until=started` or `?until=ended` with `&patience_ms=…` waits for that, on disk; `deliveries=false` leaves the deliveries out |
//! | `POST /v1/jobs/{id}/stop` | | [`Stopped`] |
//! | `POST /v1/jobs/{id}/cancel` | | [`Stopped`]; the id may be a programme's |
//! | `GET /v1/schedule` | | the whole schedule as TOML text; `?programme=ID`: one programme of it |
//! | `POST /v1/schedule` | [`ScheduleChange`] | [`ScheduleChanged`]; what is wrong comes as [`Error::problems`] |
//! | `GET /v1/schedule/preview?days=…&cluster=…` | | [`Preview`], from the beginning of today |
//! | `GET /v1/schedule/next?count=…` | | [`Next`] |
//! | `GET /v1/schedule/readiness` | | [`Readiness`] |
//! | `GET /v1/programmes` | | [`Vec<Programme>`] |
//! | `GET /v1/programmes/{id}` | | [`Programme`] |
//! | `DELETE /v1/programmes/{id}` | | [`Stopped`]: jobs to come that were ended |
//! | `POST /v1/programmes/{id}/pause` | | [`Changed`] |
//! | `POST /v1/programmes/{id}/resume` | | [`Changed`] |
//! | `PUT /v1/programmes/order` | `[id, …]` | [`Changed`]: who goes first when several of a class wait |
//! | `GET /v1/clusters` | | [`Vec<Cluster>`] |
//! | `GET /v1/clusters/{id}` | | [`Cluster`] |
//! | `POST /v1/clusters` | [`Vec<ClusterSpec>`] | [`Changed`] |
//! | `DELETE /v1/clusters/{id}` | | [`Changed`] |
//! | `GET /v1/identities?clusters=a,b` | | [`Identities`]; only on the Unix socket |
//! | `GET /v1/events?after=N` | | server-sent [`Event`]s: those behind `N` or `Last-Event-ID`, or those to come |
//! | `GET /v1/log?…` | | [`Log`], newest first; the query is a [`LogQuery`] |
//! | `GET /v1/health` | | [`Health`] |
//!
//! A request that fails answers 4xx or 5xx, as its [`ErrorKind`] says, with an [`Error`].

mod catalogue;
mod class;
mod clip;
mod delivery;
mod error;
mod event;
mod job;
mod schedule;
mod site;
mod site_file;
mod text;
mod words;

pub use catalogue::{Catalogue, Language, LocalTime, OPTIONAL};
pub use class::Class;
pub use clip::{Clip, ClipCharacter, ClipOrigin, ClipRemoved, ClipReplaced, Condition, Level, Speak};
pub use delivery::{Delivery, DeliveryState, Evidence, Sound, Verdict};
pub use error::{Error, ErrorKind};
pub use event::{By, Event, Log, LogQuery};
pub use job::{Announce, Announced, Job, Origin, Repeat, Stopped};
pub use schedule::{
    Collision, Coming, JobReadiness, LateDevice, Next, OtherDays, Party, Preview, PreviewEntry, Problem,
    Programme, Readiness, ScheduleChange, ScheduleChanged, ScheduleScope, Skip,
};
pub use site::{
    Broker, BrokerKind, Changed, Cluster, ClusterKind, ClusterSpec, DeviceIdentity, DeviceLimits,
    DeviceState, Fault, FaultKind, Health, HealthStatus, Identities, OwnFault, Rejected, SiteChanged, Status,
};
pub use site_file::{HourVolume, SiteFile, SiteImport, SiteTable, Uplink};
pub use text::{Code, Param, Sentence, Text};

/// The file name of the Unix socket inside the data folder.
pub const SOCKET_NAME: &str = "loa.sock";
