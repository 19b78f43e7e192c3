//! The control side's end of the thread of pictures: ports, rings, the bell; relays nothing.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

use conclave_contract::{VideoCommand, VideoEvent, VideoLine};
use conclave_model::limits;
use rtrb::{Consumer, Producer, RingBuffer};

use super::lines::Lines;
use super::ring::{FromVideo, ToVideo};
use super::sockets::LineSockets;
use super::thread::{VideoThread, bell};
use crate::ports::PortPool;
use crate::worker::Wake;

pub(crate) struct VideoHandle {
    orders: Producer<ToVideo>,
    /// Orders for which the ring had no room.
    waiting: VecDeque<ToVideo>,
    reports: Consumer<FromVideo>,
    ringer: UnixStream,
    events: VecDeque<VideoEvent>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl VideoHandle {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system lets us have none, or no bell for it.
    pub fn start(wake: Wake) -> io::Result<Self> {
        let (orders, orders_in) = RingBuffer::new(limits::VIDEO_ORDERS);
        let (reports_out, reports) = RingBuffer::new(limits::VIDEO_ORDERS);
        let (ringer, bell) = bell()?;
        let stop = Arc::new(AtomicBool::new(false));
        let thread = VideoThread {
            relay: conclave_video::Relay::default(),
            lines: Lines::default(),
            orders: orders_in,
            reports: reports_out,
            bell,
            stop: Arc::clone(&stop),
            wake,
            held: Vec::new(),
            ready: Vec::new(),
            epoch: Instant::now(),
        };
        let thread = std::thread::Builder::new()
            .name("pictures".to_owned())
            .spawn(move || thread.run())?;
        Ok(Self {
            orders,
            waiting: VecDeque::new(),
            reports,
            ringer,
            events: VecDeque::new(),
            stop,
            thread: Some(thread),
        })
    }

    /// Takes two ports of the pool for a line; the answer is an event at once.
    pub fn open(&mut self, line: VideoLine, ip: IpAddr, ports: &mut PortPool) {
        let Some(sockets) = LineSockets::open(ip, ports) else {
            self.events.push_back(VideoEvent::Failed { line });
            return;
        };
        let local = SocketAddr::new(ip, sockets.port);
        self.events.push_back(VideoEvent::Opened { line, local });
        self.send(ToVideo::Sockets(line, sockets));
    }

    pub fn command(&mut self, command: VideoCommand) {
        self.send(ToVideo::Command(command));
    }

    /// The next piece of news. Ports of lines that are closed go back to the pool here.
    pub fn poll_event(&mut self, ports: &mut PortPool) -> Option<VideoEvent> {
        self.send_waiting();
        if let Some(event) = self.events.pop_front() {
            return Some(event);
        }
        loop {
            match self.reports.pop().ok()? {
                FromVideo::Event(event) => return Some(event),
                FromVideo::Closed(sockets) => {
                    let port = sockets.port;
                    drop(sockets);
                    ports.give_back(port);
                }
            }
        }
    }

    /// Waits for its last turn.
    pub fn stop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.ring();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of pictures had panicked");
        }
    }

    fn send(&mut self, order: ToVideo) {
        self.waiting.push_back(order);
        self.send_waiting();
    }

    fn send_waiting(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        while let Some(order) = self.waiting.pop_front() {
            if let Err(rtrb::PushError::Full(order)) = self.orders.push(order) {
                self.waiting.push_front(order);
                break;
            }
        }
        self.ring();
    }

    fn ring(&mut self) {
        // A bell that is full is rung already.
        let _ = self.ringer.write(&[1]);
    }
}

impl Drop for VideoHandle {
    fn drop(&mut self) {
        self.stop();
    }
}
