//! Serving wanted chunks: reads them off the async threads, and hands them to the publisher.

use std::sync::Arc;

use firmware_proto::message::Want;
use firmware_proto::topics::{Down, Qos, Topic};
use firmware_proto::{ClipId, ClusterId, SiteId};
use tokio::sync::mpsc;

use crate::clips::ClipError;
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

/// Starts the server on a thread of its own; it ends when the sender is dropped.
pub(crate) fn start(site: SiteId, library: Arc<Library>, publisher: Publisher) -> mpsc::Sender<Order> {
    let (orders, mut next) = mpsc::channel::<Order>(QUEUE);
    tokio::task::spawn_blocking(move || {
        while let Some(order) = next.blocking_recv() {
            serve(&site, &library, &publisher, &order);
        }
    });
    orders
}

fn serve(site: &SiteId, library: &Arc<Library>, publisher: &Publisher, order: &Order) {
    let topic = Topic::Down(order.cluster.clone(), Down::Chunk).render(site);
    for index in order.want.indices() {
        let chunk = match library.chunk(order.want.clip, order.want.part, index) {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return,
            Err(error) => {
                tracing::error!(clip = %order.want.clip, %error, "a clip cannot be read");
                if matches!(error, ClipError::Damaged { .. }) {
                    repair(library, order.want.clip);
                }
                return;
            }
        };
        let message = Outgoing { topic: topic.clone(), payload: chunk.encode(), qos: Qos::AtMostOnce };
        if !publisher.chunk(message) {
            return;
        }
    }
}

/// Elsewhere: nobody who wants another clip waits for it. The cluster asks again.
fn repair(library: &Arc<Library>, clip: ClipId) {
    let library = Arc::clone(library);
    // The library logs what comes of it.
    tokio::task::spawn_blocking(move || drop(library.repair(clip)));
}
