//! MQTT topics: `loa/1/{site}/all/job`, `loa/1/{site}/controllers`, `loa/1/{site}/c/{cluster}/{leaf}`, and the quality of service on them.

use alloc::format;
use alloc::string::String;

use crate::ids::{ClusterId, SiteId};

/// Where a message is, or goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Topic {
    /// `loa/1/{site}/all/job`: jobs and stops for every cluster.
    All,
    /// Down to one cluster.
    Down(ClusterId, Down),
    /// Up from one cluster.
    Up(ClusterId, Up),
}

/// MQTT quality of service of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Qos {
    /// For what the sender itself repeats: wants and time requests.
    AtMostOnce,
    /// For everything else.
    AtLeastOnce,
}

macro_rules! leaves {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// The last level of the topic.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

leaves! {
    /// Leaves from the controller to a cluster.
    Down {
        /// The desired state.
        Agenda = "agenda",
        /// A new job, or a stop.
        Job = "job",
        /// A chunk of a clip.
        Chunk = "chunk",
        /// The answer of a time exchange; not `time`, which each side would hear itself on.
        Time = "clock",
        /// Receipts of acks.
        Receipt = "receipt",
    }
}

leaves! {
    /// Leaves from a cluster to the controller.
    Up {
        /// First words, and the will.
        Hello = "hello",
        /// Heartbeat.
        Beat = "beat",
        /// Acks.
        Ack = "ack",
        /// Wanted chunks.
        Want = "want",
        /// The question of a time exchange.
        Time = "time",
    }
}

impl Topic {
    /// The topic as MQTT writes it.
    #[must_use]
    pub fn render(&self, site: &SiteId) -> String {
        match self {
            Self::All => format!("loa/1/{site}/all/job"),
            Self::Down(cluster, leaf) => format!("loa/1/{site}/c/{cluster}/{}", leaf.as_str()),
            Self::Up(cluster, leaf) => format!("loa/1/{site}/c/{cluster}/{}", leaf.as_str()),
        }
    }

    /// Reads a topic that a cluster published; `None` if it is none of this site's.
    #[must_use]
    pub fn parse_up(site: &SiteId, topic: &str) -> Option<(ClusterId, Up)> {
        let (cluster, leaf) = split(site, topic)?;
        Some((cluster, Up::parse(leaf)?))
    }

    /// Reads a topic that the controller published; `None` if it is none of this site's.
    #[must_use]
    pub fn parse_down(site: &SiteId, topic: &str) -> Option<Self> {
        if in_site(site, topic)? == "all/job" {
            return Some(Self::All);
        }
        let (cluster, leaf) = split(site, topic)?;
        Some(Self::Down(cluster, Down::parse(leaf)?))
    }

    /// Where controllers of one site find each other.
    #[must_use]
    pub fn controllers(site: &SiteId) -> String {
        format!("loa/1/{site}/controllers")
    }

    /// What the controller subscribes to: every leaf that goes up, and what other controllers say.
    #[must_use]
    pub fn up_filters(site: &SiteId) -> [String; 6] {
        let up = |leaf: Up| format!("loa/1/{site}/c/+/{}", leaf.as_str());
        let leaves = [Up::Hello, Up::Beat, Up::Ack, Up::Want, Up::Time];
        let [hello, beat, ack, want, time] = leaves.map(up);
        [hello, beat, ack, want, time, Self::controllers(site)]
    }

    /// What a cluster subscribes to: the shared topic and every leaf that goes down to it.
    #[must_use]
    pub fn down_filters(site: &SiteId, cluster: &ClusterId) -> [String; 6] {
        let own = |leaf| Self::Down(cluster.clone(), leaf).render(site);
        [
            Self::All.render(site),
            own(Down::Agenda),
            own(Down::Job),
            own(Down::Chunk),
            own(Down::Time),
            own(Down::Receipt),
        ]
    }
}

fn in_site<'t>(site: &SiteId, topic: &'t str) -> Option<&'t str> {
    topic.strip_prefix("loa/1/")?.strip_prefix(site.as_str())?.strip_prefix('/')
}

fn split<'t>(site: &SiteId, topic: &'t str) -> Option<(ClusterId, &'t str)> {
    let (cluster, leaf) = in_site(site, topic)?.strip_prefix("c/")?.split_once('/')?;
    Some((ClusterId::new(cluster).ok()?, leaf))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn topics_round_trip_and_strangers_are_none() {
        let site = SiteId::new("bao-nhai").unwrap();
        let cluster = ClusterId::new("thon-1").unwrap();
        let up = Topic::Up(cluster.clone(), Up::Ack).render(&site);
        assert_eq!(up, "loa/1/bao-nhai/c/thon-1/ack");
        assert_eq!(Topic::parse_up(&site, &up), Some((cluster.clone(), Up::Ack)));
        assert_eq!(Topic::parse_down(&site, "loa/1/bao-nhai/all/job"), Some(Topic::All));
        for leaf in [Down::Agenda, Down::Job, Down::Chunk, Down::Time, Down::Receipt] {
            let topic = Topic::Down(cluster.clone(), leaf);
            assert_eq!(Topic::parse_down(&site, &topic.render(&site)), Some(topic));
        }
        for leaf in [Up::Hello, Up::Beat, Up::Ack, Up::Want, Up::Time] {
            let topic = Topic::Up(cluster.clone(), leaf).render(&site);
            assert_eq!(Topic::parse_down(&site, &topic), None, "nobody hears what he said himself");
            assert!(!Topic::down_filters(&site, &cluster).contains(&topic));
        }
        for bad in [
            "",
            "loa/1/bao-nhai",
            "loa/2/bao-nhai/c/a/ack",
            "loa/1/bao-nhai2/c/a/ack",
            "loa/1/bao-nhai/c/a/job/x",
        ] {
            assert_eq!(Topic::parse_up(&site, bad), None, "{bad}");
        }
    }
}
