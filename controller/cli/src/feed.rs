//! Follows what happens at the controller, so that nobody has to ask again and again.

use controller_api::Event;
use reqwest::Response;

use crate::limits::{EVENT_BYTES_MAX, SETTLE};

/// The feed of `GET /v1/events`.
#[derive(Debug)]
pub struct Feed {
    response: Response,
    /// What has come of the next event.
    text: String,
}

impl Feed {
    pub(crate) fn new(response: Response) -> Self {
        Self { response, text: String::new() }
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
        loop {
            while let Some(event) = self.next_event() {
                if event.jobs.iter().any(|id| id == job) {
                    // All that is told meanwhile is seen by the next look.
                    return !matches!(tokio::time::timeout(SETTLE, self.pass_over()).await, Ok(()));
                }
            }
            if !self.read().await {
                return false;
            }
        }
    }

    /// Hears events and forgets them, until the feed ends.
    async fn pass_over(&mut self) {
        loop {
            while self.next_event().is_some() {}
            if !self.read().await {
                return;
            }
        }
    }

    /// `false` once the feed has ended, or speaks no sense.
    async fn read(&mut self) -> bool {
        let Ok(Some(bytes)) = self.response.chunk().await else { return false };
        self.text.push_str(&String::from_utf8_lossy(&bytes));
        self.text.len() <= EVENT_BYTES_MAX
    }

    /// The next event that has come as a whole; comments, which only say that the feed is alive, are passed over.
    fn next_event(&mut self) -> Option<Event> {
        while let Some(end) = self.text.find("\n\n") {
            let block: String = self.text.drain(..end + 2).collect();
            let data = block.lines().find_map(|line| line.strip_prefix("data: "));
            if let Some(event) = data.and_then(|data| serde_json::from_str(data).ok()) {
                return Some(event);
            }
        }
        None
    }
}
