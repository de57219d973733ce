//! Follows what happens at the controller, so that nobody has to ask again and again.

use controller_api::Event;
use reqwest::Response;

use crate::limits::{EVENT_BYTES_MAX, SETTLE};

/// The feed of `GET /v1/events`.
#[derive(Debug)]
pub struct Feed {
    response: Response,
    /// What has come of the next event; a character may have come in part.
    bytes: Vec<u8>,
}

impl Feed {
    pub(crate) fn new(response: Response) -> Self {
        Self { response, bytes: Vec::new() }
    }

    /// Waits for the next event; `None` once the feed has ended.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.next_event() {
                return Some(event);
            }
            if !self.read().await {
                return None;
            }
        }
    }

    /// Waits until something has happened to a job, and a moment longer: what happens to one cluster happens to
    /// others at the same time. `false` once the feed has ended.
    pub async fn tells_of(&mut self, job: &str) -> bool {
        while let Some(event) = self.next().await {
            if event.jobs.iter().any(|id| id == job) {
                // All that is told meanwhile is seen by the next look.
                return tokio::time::timeout(SETTLE, self.pass_over()).await.is_err();
            }
        }
        false
    }

    /// Hears events and forgets them, until the feed ends.
    async fn pass_over(&mut self) {
        while self.next().await.is_some() {}
    }

    /// `false` once the feed has ended, or speaks no sense.
    async fn read(&mut self) -> bool {
        let Ok(Some(bytes)) = self.response.chunk().await else { return false };
        self.bytes.extend_from_slice(&bytes);
        self.bytes.len() <= EVENT_BYTES_MAX
    }

    fn next_event(&mut self) -> Option<Event> {
        next_event(&mut self.bytes)
    }
}

/// Takes the next event that has come as a whole; comments, which only say that the feed is alive, are passed over.
fn next_event(bytes: &mut Vec<u8>) -> Option<Event> {
    while let Some(end) = bytes.windows(2).position(|pair| pair == b"\n\n") {
        let block: Vec<u8> = bytes.drain(..end + 2).collect();
        let data = block.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(b"data: "));
        if let Some(event) = data.and_then(|data| serde_json::from_slice(data).ok()) {
            return Some(event);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Titles are Vietnamese, and the network cuts where it likes.
    #[test]
    fn an_event_is_read_whole_wherever_it_was_cut() {
        let event = r#"{"sequence":7,"at":1,"kind":"clip-added","by":{"by":"controller"},"text":{"code":"log-clip-added","params":{"clip":"Họp thôn"}}}"#;
        let feed = format!(":\n\nid: 7\nevent: clip-added\ndata: {event}\n\n");
        let expected: Event = serde_json::from_str(event).unwrap();
        for cut in 1..feed.len() {
            let (first, rest) = feed.as_bytes().split_at(cut);
            let mut bytes = first.to_vec();
            assert_eq!(next_event(&mut bytes), None, "{cut}");
            bytes.extend_from_slice(rest);
            assert_eq!(next_event(&mut bytes).as_ref(), Some(&expected), "{cut}");
            assert_eq!(next_event(&mut bytes), None);
        }
    }
}
