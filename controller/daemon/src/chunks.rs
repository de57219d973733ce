//! Serving wanted chunks: reads them off the async threads, and hands them to the publisher.

use std::sync::Arc;

use controller_core::clip::LibraryClip;
use firmware_proto::message::Want;
use firmware_proto::topics::{Down, Qos, Topic};
use firmware_proto::{ClipId, ClusterId, SiteId};
use tokio::sync::mpsc;

use crate::caretaker::Caretaker;
use crate::clips::ClipError;
use crate::handle::Handle;
use crate::library::Library;
use crate::mqtt::{Outgoing, Publisher};

/// Wants that may wait; a cluster whose want is dropped asks again.
const QUEUE: usize = 1_024;

/// A want that the core let through.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) cluster: ClusterId,
    pub(crate) want: Want,
}

/// Wants, on their way to the server.
pub(crate) fn queue() -> (mpsc::Sender<Order>, mpsc::Receiver<Order>) {
    mpsc::channel(QUEUE)
}

/// Serves what is wanted.
pub(crate) struct Server {
    pub(crate) site: SiteId,
    pub(crate) engine: Handle,
    pub(crate) library: Arc<Library>,
    pub(crate) caretaker: Caretaker,
    pub(crate) publisher: Publisher,
}

impl Server {
    /// Starts on a thread of its own; ends when the other end of the queue is dropped.
    pub(crate) fn start(self, mut orders: mpsc::Receiver<Order>) {
        tokio::task::spawn_blocking(move || {
            while let Some(order) = orders.blocking_recv() {
                self.serve(&order);
            }
        });
    }

    fn serve(&self, order: &Order) {
        let topic = Topic::Down(order.cluster.clone(), Down::Chunk).render(&self.site);
        for index in order.want.indices() {
            let chunk = match self.library.chunk(order.want.clip, order.want.part, index) {
                Ok(Some(chunk)) => chunk,
                Ok(None) => return,
                Err(error) => {
                    self.mend(order.want.clip, &error);
                    return;
                }
            };
            let message = Outgoing { topic: topic.clone(), payload: chunk.encode(), qos: Qos::AtMostOnce };
            if !self.publisher.chunk(message) {
                return;
            }
        }
    }

    /// Elsewhere: nobody who wants another clip waits for it. The cluster asks again.
    fn mend(&self, clip: ClipId, error: &ClipError) {
        let known: Option<LibraryClip> = self.engine.glance(|view| {
            let is_lost = view.core.lost_clips().contains_key(&clip);
            view.core.state().clips.get(&clip).filter(|_| !is_lost).map(|known| (**known).clone())
        });
        let Some(known) = known else { return };
        tracing::error!(%clip, %error, "a clip cannot be read");
        let caretaker = self.caretaker.clone();
        tokio::task::spawn_blocking(move || caretaker.mend(&known));
    }
}
