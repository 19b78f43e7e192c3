//! The brain loop: one task owns the node, feeds it, drains it, and waits; decides nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use conclave_api as api;
use conclave_engine::Engine;
use conclave_model::{PlaylistName, limits};
use conclave_net::{Arrival, Net};
use conclave_node::{
    Event, Input, LogLevel, LogLine, Node, RequestId, Shelf, StoreTicket, TapeNews,
};
use conclave_sip::Transport;
use conclave_web::Ask;
use tokio::sync::{Notify, mpsc, oneshot, watch};

use crate::archive::{Archive, EndedPart};
use crate::figures::Board;
use crate::load::worker_ticks;
use crate::lookups::{LookedUp, Lookups};
use crate::writer::{Writer, Written};

/// Everything the node is connected to.
pub struct Brain {
    node: Node,
    engine: Engine,
    net: Net,
    writer: Writer,
    lookups: Lookups,
    answers: BTreeMap<RequestId, oneshot::Sender<Result<api::Response, api::Problem>>>,
    /// Whose request the node is answering, and who waits for what is being written.
    acting: Option<api::Doer>,
    writing: BTreeMap<StoreTicket, api::Doer>,
    next_request: u64,
    archive: Archive,
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
    /// The operator's.
    pub sounds: mpsc::Receiver<Arc<Shelf>>,
    /// Parts of recordings that have ended.
    pub tapes: mpsc::UnboundedReceiver<EndedPart>,
    /// Where names lead that the node asked for.
    pub names: mpsc::UnboundedReceiver<LookedUp>,
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
        hands: (Writer, Lookups),
        archive: Archive,
        board: Board,
    ) -> Brain {
        let (writer, lookups) = hands;
        Brain {
            node,
            engine,
            net,
            writer,
            lookups,
            answers: BTreeMap::new(),
            acting: None,
            writing: BTreeMap::new(),
            next_request: 1,
            archive,
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
                Some(looked_up) = senses.names.recv() => self.looked_up(looked_up),
                Some(names) = senses.playlists.recv() => self.feed(Input::Playlists(names)),
                Some(shelf) = senses.sounds.recv() => self.feed(Input::Sounds(shelf)),
                Some(ended) = senses.tapes.recv() => {
                    if self.archive.is_over(ended) {
                        self.feed(Input::TapeEnded(ended.recording));
                    }
                }
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
            self.read_health();
            self.drain();
        }
        self.engine.shutdown();
        self.archive.finish().await;
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

    fn looked_up(&mut self, looked_up: LookedUp) {
        let LookedUp {
            lookup,
            host,
            result,
        } = looked_up;
        let ways = result.iter().flat_map(|found| &found.ways);
        for way in ways.filter(|way| way.path.transport == Transport::Tls) {
            self.net.expect(way.path.remote, &host);
        }
        self.feed(Input::LookedUp { lookup, result });
    }

    fn asked(&mut self, ask: Ask) {
        let ticket = RequestId(self.next_request);
        self.next_request += 1;
        self.answers.insert(ticket, ask.reply);
        let request = ask.request;
        self.feed_for(ask.by, Input::Request { ticket, request });
    }

    fn written(&mut self, Written { ticket, result }: Written) {
        let by = self.writing.remove(&ticket);
        self.feed_for(by, Input::Stored { ticket, result });
    }

    /// What the node says to this at once is somebody's doing.
    fn feed_for(&mut self, by: Option<api::Doer>, input: Input<'_>) {
        self.note_all();
        self.acting = by;
        self.feed(input);
        self.note_all();
        self.acting = None;
    }

    /// Carries words between the node and the world until neither has anything left to say.
    fn drain(&mut self) {
        loop {
            while let Some(event) = self.engine.poll_video() {
                self.feed(Input::Video(event));
            }
            while let Some(event) = self.engine.poll_event() {
                self.feed(Input::Media(event));
            }
            let commanded = self.command_all();
            while let Some(transmit) = self.node.poll_transmit() {
                self.net.send(transmit);
            }
            if !self.note_all() && !commanded {
                return;
            }
        }
    }

    /// How the workers do, for the board and for the node.
    fn read_health(&mut self) {
        let now = Instant::now();
        if now >= self.next_reading {
            self.next_reading = now + limits::LOAD_READING;
            let health = self.engine.health();
            self.feed(Input::Load(worker_ticks(&health)));
            let trunks = self.node.trunk_figures().collect();
            let sip = self.node.sip_counters().clone();
            self.board.write(health, sip, trunks);
        }
    }

    /// True when there was something to do for the media plane.
    fn command_all(&mut self) -> bool {
        let mut commanded = false;
        while let Some(command) = self.node.poll_video() {
            self.engine.command_video(command);
            commanded = true;
        }
        while let Some(command) = self.node.poll_command() {
            self.engine.command(command);
            commanded = true;
        }
        commanded
    }

    /// As [`Brain::command_all`], which goes before each piece of news: what that tells of is there
    /// when it is told, as a tape is.
    fn note_all(&mut self) -> bool {
        let mut commanded = false;
        loop {
            commanded |= self.command_all();
            let Some(event) = self.node.poll_event() else {
                return commanded;
            };
            self.note(event);
        }
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Store { ticket, write } => {
                if let Some(by) = &self.acting {
                    self.writing.insert(ticket, by.clone());
                }
                self.writer.write(ticket, write);
            }
            Event::Reply { ticket, result } => {
                if let Some(answer) = self.answers.remove(&ticket) {
                    // Whoever asked may have hung up; the change was made all the same.
                    let _ = answer.send(result);
                }
            }
            Event::Publish(event) => self.archive.publish(event, self.acting.clone()),
            Event::Log(line) => log(&line),
            Event::Tape(news) => self.tape(news),
            Event::LookUp { lookup, place } => self.lookups.ask(lookup, place),
            Event::CloseConn(conn) => self.net.close(conn),
            Event::ShutdownComplete => self.finished = true,
        }
    }

    fn tape(&mut self, news: TapeNews) {
        match news {
            TapeNews::Began(part) => match self.engine.take_tape(part.recording.id) {
                Some(source) => self.archive.begin(*part, source),
                // Its stage has gone meanwhile.
                None => self.feed(Input::TapeEnded(part.recording.id)),
            },
            TapeNews::Finished { recording, command } => {
                self.archive.finish_one(recording, command);
            }
            TapeNews::Speaker(recording, speaker) => self.archive.name(recording, speaker),
        }
    }
}

fn log(line: &LogLine) {
    match line.level {
        LogLevel::Info => tracing::info!("{}", line.sentence),
        LogLevel::Warning => tracing::warn!("{}", line.sentence),
        LogLevel::Error => tracing::error!("{}", line.sentence),
    }
}

/// Messages taken in before anything is sent: bounds how long a burst may hold up a deadline.
const ARRIVALS_AT_ONCE: usize = 64;

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::ops::RangeInclusive;
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use conclave_api::{Counts, LoadState, Request, Response};
    use conclave_contract::{Command, Direction, LegSpec, MediaFormat, Segment};
    use conclave_engine::EngineConfig;
    use conclave_model::{Chance, Codec, LegId, PlayId, UnixMillis, WallClock};
    use conclave_net::Names;
    use conclave_node::NodeConfig;
    use conclave_sound::Library;
    use conclave_store::Store;
    use conclave_web::{BrainHandle, EventHub};

    use super::*;
    use crate::archive::Programs;
    use crate::writer::Keeping;

    /// The worker's own bell makes it late: every tick with news lasts longer than a tick may.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_worker_whose_ticks_are_late_makes_the_node_refuse_new_calls() {
        let directory = Directory::new();
        let engine = late_engine(&directory.0);
        let brain = brain_of(engine, &directory.0).await;
        let mut seen = Vec::new();
        for _ in 0..TRIES {
            let load = brain.load().await;
            if load != LoadState::Normal {
                return;
            }
            seen.push(load);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("nothing was shed: {seen:?}");
    }

    /// Has news in each of the next ticks, and is held up by each.
    fn late_engine(directory: &Path) -> Engine {
        let library = Library::open(&directory.join("playlists"), None).unwrap();
        let config = EngineConfig {
            workers: 1,
            bind: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
            ports: PORTS,
            legs_max: LEGS as usize,
            ..EngineConfig::default()
        };
        let bell = || std::thread::sleep(Duration::from_millis(45));
        let mut engine = Engine::start(config, Arc::new(library), Box::new(bell)).unwrap();
        for number in 1..=LEGS {
            let leg = LegId(number);
            engine.command(Command::OpenLeg {
                leg,
                near: None,
                reached_at: None,
                spec: Box::new(spec()),
            });
            let silence = limits::FRAME_MS * number;
            engine.command(Command::Play {
                leg,
                play: PlayId(number),
                segments: vec![Segment::Silence(Duration::from_millis(silence.into()))],
                stop_on_digit: false,
            });
        }
        engine
    }

    async fn brain_of(engine: Engine, directory: &Path) -> Running {
        let store = Arc::new(Store::open(directory).await.unwrap());
        let (net, arrivals) = Net::bind(&[]).await.unwrap();
        let wall = WallClock {
            mono: Instant::now(),
            wall: UnixMillis(1_800_000_000_000),
        };
        let config = NodeConfig::new("test", wall);
        let node = Node::new(config, Vec::new(), Chance::from_seed([1; 32]));
        let keeper = Arc::clone(&store);
        let (writer, written, _) = Writer::start(store, Keeping::SHORT);
        let events = EventHub::new(wall.wall);
        let (archive, tapes) = {
            let programs = Programs::new(BTreeMap::new());
            Archive::new(keeper, events.clone(), Duration::from_secs(1), programs)
        };
        let (lookups, names) = Lookups::start(Names::with_servers(&[]), &[]).unwrap();
        let hands = (writer, lookups);
        let (handle, questions) = BrainHandle::channel();
        let (tell, playlists) = mpsc::channel(1);
        let (tell_sounds, sounds) = mpsc::channel(1);
        let (stop_brain, stop) = watch::channel(false);
        let senses = Senses {
            arrivals,
            questions,
            written,
            playlists,
            sounds,
            tapes,
            names,
            media: Arc::default(),
            stop,
        };
        let brain = Brain::new(node, engine, net, hands, archive, Board::default());
        tokio::spawn(brain.run(senses));
        Running {
            handle,
            _ends: (tell, tell_sounds, stop_brain),
        }
    }

    /// A brain, and what it takes for the end of the server if it is dropped.
    struct Running {
        handle: BrainHandle,
        _ends: (
            mpsc::Sender<Vec<PlaylistName>>,
            mpsc::Sender<Arc<Shelf>>,
            watch::Sender<bool>,
        ),
    }

    impl Running {
        async fn load(&self) -> LoadState {
            match self.handle.ask(Request::Status).await {
                Ok(Response::Counts(Counts { load, .. })) => load,
                other => panic!("{other:?}"),
            }
        }
    }

    fn spec() -> LegSpec {
        let format = MediaFormat {
            payload_type: 0,
            codec: Codec::Pcmu,
        };
        LegSpec {
            remote: None,
            remote_rtcp: None,
            rtcp_mux: false,
            send: format,
            receive: vec![format],
            keypad: Vec::new(),
            direction: Direction::SendRecv,
            ptime_ms: limits::FRAME_MS,
            ptime_max_ms: None,
            opus_fec: false,
            opus_bitrate_max: None,
            opus_stereo: false,
            audio_level: None,
            protection: None,
            handshakes: Default::default(),
            is_checked: false,
            ssrc: 1,
            first_sequence: 1,
            first_timestamp: 1,
        }
    }

    struct Directory(PathBuf);

    impl Directory {
        fn new() -> Self {
            let name = format!("conclave-brain-{}", std::process::id());
            Directory(std::env::temp_dir().join(name))
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    const LEGS: u32 = 200;
    const PORTS: RangeInclusive<u16> = 41_000..=42_999;
    /// It takes two seconds; a machine at its limits gets twenty.
    const TRIES: usize = 200;
}
