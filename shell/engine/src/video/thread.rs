//! The thread of pictures: waits for packets and orders, hands both to the relay; knows no rule.

use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{io, io::Read};

use conclave_contract::{VideoCommand, VideoLine};
use conclave_model::{Moment, limits};
use conclave_video::{Relay, VideoPort};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use rtrb::{Consumer, Producer};

use super::lines::Lines;
use super::ring::{FromVideo, ToVideo};
use crate::worker::Wake;

/// Everything that the thread owns.
pub(crate) struct VideoThread {
    pub relay: Relay,
    pub lines: Lines,
    pub orders: Consumer<ToVideo>,
    pub reports: Producer<FromVideo>,
    /// Readable when there are orders.
    pub bell: UnixStream,
    pub stop: Arc<AtomicBool>,
    pub wake: Wake,
    /// What the ring had no room for.
    pub held: Vec<FromVideo>,
    pub ready: Vec<(VideoLine, VideoPort)>,
    /// When the relay's time began.
    pub epoch: Instant,
}

impl VideoThread {
    pub fn run(mut self) {
        let mut buffer = [0; limits::VIDEO_PACKET_BYTES];
        while !self.stop.load(Ordering::Relaxed) {
            self.wait();
            self.obey();
            for at in 0..self.ready.len() {
                let (line, port) = self.ready[at];
                self.receive(line, port, &mut buffer);
            }
            self.ready.clear();
            self.relay.handle_timeout(self.now(), &mut self.lines);
            self.report();
        }
    }

    /// Until a packet, an order or a deadline comes.
    fn wait(&mut self) {
        let deadline = self.relay.poll_timeout();
        let longest = deadline.map_or(IDLE, |at| at.saturating_duration_since(self.now()));
        // Rounded up, so that a deadline that is near is not asked for again and again.
        let millis = u16::try_from(longest.as_millis() + 1).unwrap_or(u16::MAX);
        let sockets = self.lines.fds();
        let mut ready: Vec<(VideoLine, VideoPort)> = Vec::new();
        let mut fds = vec![PollFd::new(self.bell.as_fd(), PollFlags::POLLIN)];
        for (line, port, fd) in sockets {
            ready.push((line, port));
            fds.push(PollFd::new(fd, PollFlags::POLLIN));
        }
        if poll(&mut fds, PollTimeout::from(millis)).is_err() {
            return;
        }
        let mut is_set = fds.iter().map(|fd| fd.any() == Some(true));
        let is_rung = is_set.next() == Some(true);
        let with_packets = ready.into_iter().zip(is_set).filter(|(_, is_set)| *is_set);
        self.ready.extend(with_packets.map(|(port, _)| port));
        if is_rung {
            let mut rings = [0; 64];
            // However often it was rung, once is enough.
            while matches!(self.bell.read(&mut rings), Ok(count) if count == rings.len()) {}
        }
    }

    fn obey(&mut self) {
        while let Ok(order) = self.orders.pop() {
            match order {
                ToVideo::Sockets(line, sockets) => self.lines.add(line, sockets),
                ToVideo::Command(command) => {
                    let closing = self.closed_by(&command);
                    let now = self.now();
                    self.relay.command(now, command, &mut self.lines);
                    let closed = closing
                        .into_iter()
                        .filter_map(|line| self.lines.remove(line));
                    self.held.extend(closed.map(FromVideo::Closed));
                }
            }
        }
    }

    fn closed_by(&self, command: &VideoCommand) -> Vec<VideoLine> {
        match command {
            VideoCommand::Close { line } => vec![*line],
            VideoCommand::CloseLeg { leg } => self.lines.of_leg(*leg),
            VideoCommand::Open { .. }
            | VideoCommand::Set { .. }
            | VideoCommand::SetStage { .. }
            | VideoCommand::SetScene { .. }
            | VideoCommand::CloseStage { .. }
            | VideoCommand::Join { .. }
            | VideoCommand::Leave { .. }
            | VideoCommand::WholePicture { .. } => Vec::new(),
        }
    }

    fn receive(&mut self, line: VideoLine, port: VideoPort, buffer: &mut [u8]) {
        for _ in 0..limits::VIDEO_PACKETS_AT_ONCE {
            let Some((length, from)) = self.lines.receive(line, port, buffer) else {
                return;
            };
            let (now, packet) = (self.now(), &buffer[..length]);
            let lines = &mut self.lines;
            self.relay.receive(now, line, port, from, packet, lines);
        }
    }

    fn now(&self) -> Moment {
        Moment::of(Instant::now(), self.epoch)
    }

    /// Passes on what fits; the rest waits here. The control side has one reader.
    fn report(&mut self) {
        while let Some(event) = self.relay.poll_event() {
            self.held.push(FromVideo::Event(event));
        }
        if self.held.is_empty() {
            return;
        }
        for report in std::mem::take(&mut self.held) {
            if let Err(rtrb::PushError::Full(report)) = self.reports.push(report) {
                self.held.push(report);
            }
        }
        (self.wake)();
    }
}

/// Makes the two ends of a bell; neither waits.
pub(crate) fn bell() -> io::Result<(UnixStream, UnixStream)> {
    let (ringer, bell) = UnixStream::pair()?;
    ringer.set_nonblocking(true)?;
    bell.set_nonblocking(true)?;
    Ok((ringer, bell))
}

/// Without lines there is nothing to look after; the stop flag comes with a ring of the bell.
const IDLE: Duration = Duration::from_secs(5);
