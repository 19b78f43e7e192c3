//! Server-sent events as they come over the wire, cut anywhere; knows no type of event.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc;

/// Puts events together from pieces of the stream.
#[derive(Default)]
pub(crate) struct EventStream {
    line: Vec<u8>,
    data: String,
}

impl EventStream {
    /// The `data` of every event that ends in this piece (HTML standard §9.2.6).
    pub fn push(&mut self, piece: &[u8]) -> Vec<String> {
        let mut events = Vec::new();
        for byte in piece {
            match byte {
                b'\n' => events.extend(self.end_line()),
                b'\r' => {}
                _ if self.line.len() < LINE_BYTES => self.line.push(*byte),
                _ => {}
            }
        }
        events
    }

    fn end_line(&mut self) -> Option<String> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            return (!data.is_empty()).then_some(data);
        }
        if let Some(data) = line.strip_prefix(b"data:") {
            let data = String::from_utf8_lossy(data);
            self.data.push_str(data.trim_start());
        }
        None
    }
}

/// What a task sends, as a stream.
pub(crate) struct Frames<T>(pub mpsc::Receiver<T>);

impl<T> Stream for Frames<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        self.0.poll_recv(context)
    }
}

/// A hostile server cannot fill our memory with one line.
const LINE_BYTES: usize = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_found_however_the_stream_is_cut() {
        let text =
            b"retry: 2000\n\nid: 1\nevent: x\ndata: {\"a\":1}\n\n: alive\n\ndata: two\r\n\r\n";
        for size in 1..text.len() {
            let mut stream = EventStream::default();
            let pieces = text.chunks(size);
            let events: Vec<_> = pieces.flat_map(|piece| stream.push(piece)).collect();
            assert_eq!(events, ["{\"a\":1}", "two"], "cut at {size}");
        }
    }
}
