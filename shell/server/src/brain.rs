//! The brain loop: one task owns the node, feeds it, drains it, and waits; decides nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use conclave_api as api;
use conclave_engine::Engine;
use conclave_model::PlaylistName;
use conclave_net::{Arrival, Net};
use conclave_node::{Event, Input, LogLevel, LogLine, Node, RequestId};
use conclave_web::{Ask, EventHub};
use tokio::sync::{Notify, mpsc, oneshot, watch};

use crate::figures::{Board, READING_EVERY};
use crate::writer::{Writer, Written};

/// Everything the node is connected to.
pub struct Brain {
    node: Node,
    engine: Engine,
    net: Net,
    writer: Writer,
    answers: BTreeMap<RequestId, oneshot::Sender<Result<api::Response, api::Problem>>>,
    next_request: u64,
    events: EventHub,
    board: Board,
    next_reading: Instant,
    finished: bool,
}

/// What the brain waits for, beside its own deadlines.
pub struct Senses {
    pub arrivals: mpsc::Receiver<Arrival>,
    pub questions: mpsc::Receiver<Ask>,
    pub written: mpsc::UnboundedReceiver<Written>,
    pub playlists: mpsc::Receiver<Vec<PlaylistName>>,
    /// Told by the media workers when they have news.
    pub media: Arc<Notify>,
    /// True once the server is to end.
    pub stop: watch::Receiver<bool>,
}

impl Brain {
    pub fn new(
        node: Node,
        engine: Engine,
        net: Net,
        writer: Writer,
        events: EventHub,
        board: Board,
    ) -> Brain {
        Brain {
            node,
            engine,
            net,
            writer,
            answers: BTreeMap::new(),
            next_request: 1,
            events,
            board,
            next_reading: Instant::now(),
            finished: false,
        }
    }

    /// Runs until every call has ended after `stop`.
    pub async fn run(mut self, mut senses: Senses) {
        let mut stopping = false;
        while !self.finished {
            let next_deadline = self.node.poll_timeout().map(|(at, _why)| at);
            let deadline = next_deadline
                .unwrap_or(self.next_reading)
                .min(self.next_reading);
            tokio::select! {
                Some(arrival) = senses.arrivals.recv() => self.arrived(arrival),
                () = senses.media.notified() => {}
                Some(question) = senses.questions.recv() => self.asked(question),
                Some(written) = senses.written.recv() => self.written(written),
                Some(names) = senses.playlists.recv() => self.feed(Input::Playlists(names)),
                changed = senses.stop.changed(), if !stopping => {
                    stopping = true;
                    self.board.close("the server is shutting down");
                    if changed.is_ok() {
                        tracing::info!("shutting down: saying goodbye to everybody");
                    }
                    self.feed(Input::Shutdown);
                }
                () = tokio::time::sleep_until(deadline.into()) => {
                    self.node.handle_timeout(Instant::now());
                }
            }
            // More that is already here costs no further wake-up.
            for _ in 0..ARRIVALS_AT_ONCE {
                let Ok(arrival) = senses.arrivals.try_recv() else {
                    break;
                };
                self.arrived(arrival);
            }
            self.drain();
            self.write_board();
        }
        self.engine.shutdown();
    }

    fn feed(&mut self, input: Input<'_>) {
        self.node.handle_input(Instant::now(), input);
    }

    fn arrived(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Datagram { path, bytes } => {
                self.feed(Input::Datagram {
                    path,
                    bytes: &bytes,
                });
            }
            Arrival::StreamOpened { conn, path } => self.feed(Input::StreamOpened { conn, path }),
            Arrival::Stream { conn, bytes } => self.feed(Input::Stream {
                conn,
                bytes: &bytes,
            }),
            Arrival::StreamClosed { conn } => self.feed(Input::StreamClosed { conn }),
            Arrival::ConnectFailed { path } => self.feed(Input::ConnectFailed { path }),
        }
    }

    fn asked(&mut self, Ask { request, reply }: Ask) {
        let ticket = RequestId(self.next_request);
        self.next_request += 1;
        self.answers.insert(ticket, reply);
        self.feed(Input::Request { ticket, request });
    }

    fn written(&mut self, Written { ticket, result }: Written) {
        self.feed(Input::Stored { ticket, result });
    }

    /// Carries words between the node and the world until neither has anything left to say.
    fn drain(&mut self) {
        loop {
            while let Some(event) = self.engine.poll_event() {
                self.feed(Input::Media(event));
            }
            let mut quiet = true;
            while let Some(command) = self.node.poll_command() {
                self.engine.command(command);
                quiet = false;
            }
            while let Some(transmit) = self.node.poll_transmit() {
                self.net.send(transmit);
            }
            while let Some(event) = self.node.poll_event() {
                self.note(event);
            }
            if quiet {
                return;
            }
        }
    }

    fn write_board(&mut self) {
        let now = Instant::now();
        if now >= self.next_reading {
            self.board
                .write(self.engine.health(), self.node.sip_counters().clone());
            self.next_reading = now + READING_EVERY;
        }
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Store { ticket, write } => self.writer.write(ticket, write),
            Event::Reply { ticket, result } => {
                if let Some(answer) = self.answers.remove(&ticket) {
                    // Whoever asked may have hung up; the change was made all the same.
                    let _ = answer.send(result);
                }
            }
            Event::Publish(event) => self.events.publish(event),
            Event::Log(line) => log(&line),
            Event::CloseConn(conn) => self.net.close(conn),
            Event::ShutdownComplete => self.finished = true,
        }
    }
}

fn log(line: &LogLine) {
    match line.level {
        LogLevel::Info => tracing::info!("{}", line.sentence),
        LogLevel::Error => tracing::error!("{}", line.sentence),
    }
}

/// Messages taken in before anything is sent: bounds how long a burst may hold up a deadline.
const ARRIVALS_AT_ONCE: usize = 64;
