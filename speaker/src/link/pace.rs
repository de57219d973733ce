//! A narrow link, for the simulated fleet: bytes pass at a fixed rate, each way on its own.
//!
//! The MQTT client writes into a small pipe; a task moves its bytes to the broker, and the broker's bytes
//! back, each piece only after the time that the link needs to carry it. What does not fit waits: towards
//! the broker in the pipe, from the broker in the kernel's socket buffer, as it would in a base station.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, sleep_until};

use crate::limits::{PIECE_BYTES_MAX, PIPE_BYTES};

/// Puts a link of `bits_per_s` in front of a connected socket. The link ends with either side.
pub fn narrow(socket: impl AsyncRead + AsyncWrite + Send + 'static, bits_per_s: u32) -> DuplexStream {
    let (near, far) = tokio::io::duplex(PIPE_BYTES);
    tokio::spawn(async move {
        let (from_client, to_client) = tokio::io::split(far);
        let (from_broker, to_broker) = tokio::io::split(socket);
        // The end of one way is the end of the connection, whatever it was.
        tokio::select! {
            _ = carry(from_client, to_broker, bits_per_s) => {}
            _ = carry(from_broker, to_client, bits_per_s) => {}
        }
    });
    near
}

async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    bits_per_s: u32,
) -> io::Result<()> {
    let bytes_per_s = f64::from(bits_per_s.max(8)) / 8.0;
    let piece_bytes = ((bytes_per_s / 20.0) as usize).clamp(16, PIECE_BYTES_MAX);
    let mut piece = vec![0; piece_bytes];
    let mut free_at = Instant::now();
    loop {
        let count = from.read(&mut piece).await?;
        if count == 0 {
            return to.shutdown().await;
        }
        free_at = free_at.max(Instant::now()) + Duration::from_secs_f64(count as f64 / bytes_per_s);
        sleep_until(free_at).await;
        to.write_all(&piece[..count]).await?;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn bytes_pass_at_the_rate_each_way() {
        let (socket, mut broker) = tokio::io::duplex(1 << 20);
        let mut client = narrow(socket, 16_000);
        broker.write_all(&[1; 4_000]).await.unwrap();
        client.write_all(&[2; 4_000]).await.unwrap();
        let start = Instant::now();
        let mut bytes = [0; 4_000];
        client.read_exact(&mut bytes).await.unwrap();
        let down = start.elapsed().as_millis();
        broker.read_exact(&mut bytes).await.unwrap();
        let both = start.elapsed().as_millis();
        assert!((1_950..2_200).contains(&down) && both < 2_200, "{down} {both}");
        drop(broker);
        assert_eq!(client.read(&mut bytes).await.unwrap(), 0);
    }
}
