//! What waits for one stream to take it, within bounds of bytes; knows no stream.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use conclave_model::limits;
use tokio::sync::mpsc;

/// Where messages for one stream are put.
#[derive(Clone)]
pub struct Queue {
    sender: mpsc::Sender<Waiting>,
    of_stream: Arc<AtomicUsize>,
    of_all: Arc<AtomicUsize>,
}

/// A message that is to be sent; its room is free again when it is dropped.
pub struct Waiting {
    pub bytes: Vec<u8>,
    counted: usize,
    of_stream: Arc<AtomicUsize>,
    of_all: Arc<AtomicUsize>,
}

/// There is no room, or nobody who takes it.
#[derive(Debug, PartialEq, Eq)]
pub struct Full;

/// A queue, and its other end. `of_all` counts the bytes of all queues together.
pub fn queue(of_all: &Arc<AtomicUsize>) -> (Queue, mpsc::Receiver<Waiting>) {
    let (sender, receiver) = mpsc::channel(limits::SIP_STREAM_WAITING);
    let queue = Queue {
        sender,
        of_stream: Arc::default(),
        of_all: Arc::clone(of_all),
    };
    (queue, receiver)
}

impl Queue {
    /// # Errors
    /// When there is no room for it.
    pub fn put(&self, bytes: Vec<u8>) -> Result<(), Full> {
        let counted = bytes.len();
        self.of_stream.fetch_add(counted, Ordering::Relaxed);
        self.of_all.fetch_add(counted, Ordering::Relaxed);
        // Gives its room back wherever it is dropped.
        let waiting = Waiting {
            bytes,
            counted,
            of_stream: Arc::clone(&self.of_stream),
            of_all: Arc::clone(&self.of_all),
        };
        let fits = self.of_stream.load(Ordering::Relaxed) <= limits::SIP_STREAM_WAITING_BYTES
            && self.of_all.load(Ordering::Relaxed) <= limits::SIP_STREAMS_WAITING_BYTES;
        if !fits {
            return Err(Full);
        }
        self.sender.try_send(waiting).map_err(|_| Full)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.of_stream.fetch_sub(self.counted, Ordering::Relaxed);
        self.of_all.fetch_sub(self.counted, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_bounded_for_one_and_for_all_and_its_room_comes_back() {
        let of_all = Arc::default();
        let (one, mut taken) = queue(&of_all);
        let part = vec![0; limits::SIP_STREAM_WAITING_BYTES / 4];
        for _ in 0..4 {
            assert_eq!(one.put(part.clone()), Ok(()));
        }
        assert_eq!(one.put(vec![0]), Err(Full));
        drop(taken.try_recv().unwrap());
        assert_eq!(one.put(part.clone()), Ok(()));

        let mut others = Vec::new();
        let left = limits::SIP_STREAMS_WAITING_BYTES - limits::SIP_STREAM_WAITING_BYTES;
        for _ in 0..left / part.len() {
            let (other, end) = queue(&of_all);
            assert_eq!(other.put(part.clone()), Ok(()));
            others.push((other, end));
        }
        let (last, _end) = queue(&of_all);
        assert_eq!(last.put(vec![0]), Err(Full), "all together have too much");
        drop(others);
        assert_eq!(last.put(vec![0]), Ok(()));
        drop((taken, last, _end));
        assert_eq!(of_all.load(Ordering::Relaxed), 0);
    }
}
