//! A message on its way, with what it says, read once when it leaves.

use std::rc::Rc;

use firmware_proto::message::{Command, Report};
use firmware_proto::topics::{Down, Qos, Topic};

use crate::site;

/// An MQTT message.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) topic: Topic,
    pub(crate) text: Rc<str>,
    pub(crate) payload: Rc<[u8]>,
    pub(crate) qos: Qos,
    pub(crate) says: Says,
    /// It has been received before.
    pub(crate) replayed: bool,
}

/// What a message says, seals not looked at.
#[derive(Debug, Clone)]
pub(crate) enum Says {
    Command(Rc<Command>),
    Report(Rc<Report>),
    Chunk,
}

impl Message {
    pub(crate) fn new(text: &str, payload: Vec<u8>, qos: Qos) -> Self {
        let site = site::id();
        let up = Topic::parse_up(&site, text).map(|(cluster, leaf)| Topic::Up(cluster, leaf));
        let topic = up.or_else(|| Topic::parse_down(&site, text)).expect("a topic of the site");
        let says = match topic {
            Topic::Down(_, Down::Chunk) => Says::Chunk,
            Topic::Up(..) => Says::Report(Rc::new(unsealed(&payload))),
            Topic::All | Topic::Down(..) => Says::Command(Rc::new(unsealed(&payload))),
        };
        Self { topic, text: text.into(), payload: payload.into(), qos, says, replayed: false }
    }

    /// Bytes on the wire, about.
    pub(crate) fn size_bytes(&self) -> u64 {
        (self.payload.len() + self.text.len() + 50) as u64
    }
}

/// The third of the four items of a COSE structure is the payload.
fn unsealed<T: for<'b> minicbor::Decode<'b, ()>>(payload: &[u8]) -> T {
    let mut decoder = minicbor::Decoder::new(payload);
    let mut inner = || {
        decoder.array()?;
        decoder.bytes()?;
        decoder.map()?;
        minicbor::decode(decoder.bytes()?)
    };
    inner().expect("both sides send what can be read")
}
