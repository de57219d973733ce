//! A client of the controller's HTTP API, over its Unix socket or over TCP.

use std::error::Error as _;
use std::io;

use controller_api::{Announce, Announced, Clip, Error, Log, LogQuery, Speak, text};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failure::{Away, Exit, Failure, Trouble};
use crate::feed::Feed;
use crate::limits::{ANSWER_TIMEOUT, CONNECT_TIMEOUT, PREPARE_TIMEOUT, RETRY_AFTER};
use crate::place::Place;

/// A client of one controller.
#[derive(Debug, Clone)]
pub struct Client {
    place: Place,
    base: String,
    http: reqwest::Client,
}

impl Client {
    /// Nothing is connected yet.
    ///
    /// # Errors
    /// An address that is none.
    pub fn new(place: Place) -> Result<Self, Failure> {
        let builder = reqwest::Client::builder()
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(PREPARE_TIMEOUT);
        let (builder, base) = match &place {
            Place::Socket(path) => (builder.unix_socket(path.as_path()), "http://localhost".to_owned()),
            Place::Url(url) => (builder, checked(url)?),
        };
        let http = builder.build().map_err(Failure::internal)?;
        Ok(Self { place, base, http })
    }

    /// Where the controller is looked for.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Asks for something; asks again once when the connection breaks.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let request = || self.request(Method::GET, path).timeout(ANSWER_TIMEOUT);
        self.with_retry(request).await
    }

    /// Says something that is not to be said twice.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn post<B, T>(&self, path: &str, body: &B) -> Result<T, Failure>
    where
        B: Serialize + Sync,
        T: DeserializeOwned,
    {
        self.send(self.request(Method::POST, path).timeout(ANSWER_TIMEOUT).json(body)).await
    }

    /// Sets something that may be set twice.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn put<B, T>(&self, path: &str, body: &B) -> Result<T, Failure>
    where
        B: Serialize + Sync,
        T: DeserializeOwned,
    {
        self.send(self.request(Method::PUT, path).timeout(ANSWER_TIMEOUT).json(body)).await
    }

    /// Asks for a text.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn text(&self, path: &str) -> Result<String, Failure> {
        let response = self.request(Method::GET, path).timeout(ANSWER_TIMEOUT).send().await;
        let body = self.body(response.map_err(|error| self.unsent(&error))?).await?;
        String::from_utf8(body).map_err(|error| self.strange(&error))
    }

    /// Removes something.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.send(self.request(Method::DELETE, path).timeout(ANSWER_TIMEOUT)).await
    }

    /// Follows what happens from now on.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn follow(&self) -> Result<Feed, Failure> {
        self.feed("/v1/events").await
    }

    /// Follows what happens behind this entry.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn follow_behind(&self, sequence: u64) -> Result<Feed, Failure> {
        self.feed(&format!("/v1/events?after={sequence}")).await
    }

    async fn feed(&self, path: &str) -> Result<Feed, Failure> {
        let sent = self.request(Method::GET, path).send().await;
        let response = sent.map_err(|error| self.unsent(&error))?;
        let good = response.error_for_status().map_err(|error| self.strange(&error))?;
        Ok(Feed::new(good))
    }

    /// Asks for a page of the log.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn log(&self, wanted: &LogQuery) -> Result<Log, Failure> {
        let request = || self.request(Method::GET, "/v1/log").timeout(ANSWER_TIMEOUT).query(wanted);
        self.with_retry(request).await
    }

    /// Sends a sound file, to be made a clip; `options` are those of `POST /v1/clips`.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn upload(&self, options: &[(&str, &str)], sound: reqwest::Body) -> Result<Clip, Failure> {
        let request = self.request(Method::POST, "/v1/clips").query(options);
        self.send(request.timeout(PREPARE_TIMEOUT).body(sound)).await
    }

    /// Has a text read aloud.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn speak(&self, wanted: &Speak) -> Result<Clip, Failure> {
        let request = self.request(Method::POST, "/v1/clips/speech");
        self.send(request.timeout(PREPARE_TIMEOUT).json(wanted)).await
    }

    /// Fetches a clip's Ogg Opus file.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn sound(&self, clip: &str) -> Result<Vec<u8>, Failure> {
        let request = self.request(Method::GET, &format!("/v1/clips/{}/sound", segment(clip)));
        let response = request.send().await.map_err(|error| self.unsent(&error))?;
        self.body(response).await
    }

    /// Makes a job or a programme. Its id is the client's, so asking again makes nothing new.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn announce(&self, wanted: &Announce) -> Result<Announced, Failure> {
        let request = || self.request(Method::POST, "/v1/announcements").timeout(ANSWER_TIMEOUT).json(wanted);
        self.with_retry(request).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    async fn with_retry<T: DeserializeOwned>(
        &self,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<T, Failure> {
        match self.send(request()).await {
            Err(failure) if failure.away == Some(Away::Cut) => {
                tokio::time::sleep(RETRY_AFTER).await;
                let again = self.send(request()).await;
                // That the controller is gone by now says less than that it went while it was asked.
                again.map_err(|second| if second.away == Some(Away::NotRunning) { failure } else { second })
            }
            other => other,
        }
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Failure> {
        let response = request.send().await.map_err(|error| self.unsent(&error))?;
        self.read(response).await
    }

    async fn read<T: DeserializeOwned>(&self, response: Response) -> Result<T, Failure> {
        let body = self.body(response).await?;
        serde_json::from_slice(&body).map_err(|error| self.strange(&error))
    }

    /// What a request that went well has brought.
    async fn body(&self, response: Response) -> Result<Vec<u8>, Failure> {
        let status = response.status();
        let body = response.bytes().await.map_err(|error| self.unsent(&error))?;
        if status.is_success() {
            return Ok(body.into());
        }
        let refused: Error =
            serde_json::from_slice(&body).map_err(|_| self.strange(&format!("HTTP {status}")))?;
        let troubles = refused.problems.into_iter().map(Trouble::in_field).collect();
        Err(Failure { troubles, ..Failure::new(Exit::from(refused.kind), refused.text) })
    }

    fn unsent(&self, error: &reqwest::Error) -> Failure {
        let (address, problem) = (&self.place, root(error));
        if io_kind(error) == Some(io::ErrorKind::PermissionDenied) {
            return Failure::failed(text!(ControllerForbidden { address: address }));
        }
        if error.is_connect() && !error.is_timeout() {
            return Failure::away(Away::NotRunning, text!(ControllerNotRunning { address: address }));
        }
        if error.is_timeout() {
            let text = text!(ControllerNoAnswer { address: address, problem: problem });
            return Failure::away(Away::NoAnswer, text);
        }
        Failure::away(Away::Cut, text!(ControllerCut { problem: problem }))
    }

    fn strange(&self, problem: &dyn std::fmt::Display) -> Failure {
        let version = env!("CARGO_PKG_VERSION");
        Failure::failed(text!(ControllerStrangeAnswer {
            address: self.place,
            problem: problem,
            version: version,
        }))
    }
}

fn checked(url: &str) -> Result<String, Failure> {
    let wrong = || Failure::wrong_use(text!(UrlWrong { url: url }));
    let parsed = reqwest::Url::parse(url).map_err(|_| wrong())?;
    if parsed.scheme() != "http" || !parsed.has_host() {
        return Err(wrong());
    }
    Ok(url.trim_end_matches('/').to_owned())
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    std::iter::successors(error.source(), |&cause| cause.source())
}

fn io_kind(error: &reqwest::Error) -> Option<io::ErrorKind> {
    causes(error).find_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind)
}

fn root(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

/// Bytes of an id that stand in a path as they are.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// A part of a path: what an id may not have is encoded, so that it cannot name another path.
#[must_use]
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text.trim(), SEGMENT).to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn ids_cannot_name_other_paths() {
        assert_eq!(segment("bao-tan-1"), "bao-tan-1");
        assert_eq!(segment(" a/../b?x "), "a%2F..%2Fb%3Fx");
        assert_eq!(segment("đ"), "%C4%91");
    }

    #[test]
    fn only_http_addresses_are_controllers() {
        assert_eq!(checked("http://127.0.0.1:8080/").unwrap(), "http://127.0.0.1:8080");
        for wrong in ["127.0.0.1:8080", "https://a", "ftp://a", "http://", ""] {
            assert_eq!(checked(wrong).unwrap_err().exit, Exit::WrongUse, "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_missing_socket_is_a_controller_that_does_not_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("loa.sock");
        let client = Client::new(Place::Socket(path.clone())).unwrap();
        let failure = client.get::<controller_api::Status>("/v1/status").await.unwrap_err();
        assert_eq!(failure.exit, Exit::NotRunning);
        assert_eq!(failure.text.params.get("address"), Some(&path.display().to_string()));
        // A socket that a killed controller left behind.
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        let failure = client.get::<controller_api::Status>("/v1/status").await.unwrap_err();
        assert_eq!(failure.exit, Exit::NotRunning);
    }
}
