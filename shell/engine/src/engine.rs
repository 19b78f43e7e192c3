//! The control side of the data plane: commands to orders, ports, the right worker; makes no sound.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use conclave_contract::{Command, Event, LegFailure, LegSpec, VideoCommand, VideoEvent};
use conclave_media::{Leg, Order, Placement, Preparer, Retired, SoundLibrary, Step, TapeSource};
use conclave_model::{LegId, RecordingId, StageId};

use crate::config::EngineConfig;
use crate::file_limit;
use crate::health::EngineHealth;
use crate::leg_sockets::LegSockets;
use crate::links::{neighbour_id, neighbours};
use crate::music_wishes::MusicWishes;
use crate::ports::PortPool;
use crate::ring::{FromWorker, ToWorker};
use crate::tapes;
use crate::video::{VideoHandle, begins_something, open_of};
use crate::worker::Wake;
use crate::worker_handle::WorkerHandle;

/// The workers, and everything that may allocate or block on their behalf.
pub struct Engine {
    config: EngineConfig,
    preparer: Preparer,
    wishes: MusicWishes,
    ports: PortPool,
    /// There once a room showed pictures.
    video: Option<VideoHandle>,
    /// What is said of pictures when they have no thread.
    video_events: VecDeque<VideoEvent>,
    workers: Vec<WorkerHandle>,
    placement: Placement,
    /// What the placement wants done; empty between calls.
    steps: Vec<Step>,
    /// What the control side itself has to say.
    events: VecDeque<Event>,
    wake: Wake,
    orders_held: u64,
    /// The readers' ends of tapes that nobody has fetched yet.
    tapes: Vec<(RecordingId, Box<dyn TapeSource>)>,
}

impl Engine {
    /// Starts the workers. `wake` is called, mostly on their threads, whenever
    /// [`Engine::poll_event`] has something to give; it must not block.
    ///
    /// # Errors
    /// When the configuration leaves nothing to work with, or a thread cannot be started.
    pub fn start(
        config: EngineConfig,
        library: Arc<dyn SoundLibrary>,
        wake: Box<dyn Fn() + Send + Sync>,
    ) -> io::Result<Self> {
        let ports = PortPool::new(&config.ports);
        if config.workers == 0 || config.bind.is_empty() || ports.free() == 0 {
            let wanted = "an engine needs a worker, an address and a pair of ports";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, wanted));
        }
        file_limit::raise();
        let wake: Wake = Arc::from(wake);
        let epoch = Instant::now();
        let start = |number| WorkerHandle::start(number, epoch, &config, Arc::clone(&wake));
        let workers = (0..config.workers)
            .map(start)
            .collect::<io::Result<Vec<WorkerHandle>>>()?;
        Ok(Self {
            wishes: MusicWishes::new(Arc::clone(&library)),
            preparer: Preparer::new(library, config.legs_max),
            ports,
            video: None,
            video_events: VecDeque::new(),
            workers,
            placement: Placement::new(config.workers, config.spread_at),
            steps: Vec::new(),
            events: VecDeque::new(),
            wake,
            orders_held: 0,
            tapes: Vec::new(),
            config,
        })
    }

    /// Prepares a command here and has it obeyed with the next tick of the worker it concerns.
    ///
    /// A command for a leg or stage that is not there (any more) is dropped.
    pub fn command(&mut self, command: Command) {
        self.wishes.note(&command);
        if let Command::OpenLeg {
            leg,
            near,
            reached_at,
            spec,
        } = command
        {
            let ip = self.ip_for(reached_at, spec.remote);
            self.open_leg(leg, near, ip, spec);
        } else {
            self.placement.plan(command, &mut self.steps);
            self.carry_out();
        }
    }

    /// Has the relay of pictures obey a command. Its thread is started when a room first needs it.
    pub fn command_video(&mut self, command: VideoCommand) {
        if self.video.is_none() && begins_something(&command) {
            match VideoHandle::start(Arc::clone(&self.wake)) {
                Ok(video) => self.video = Some(video),
                Err(error) => tracing::error!(%error, "pictures have no thread"),
            }
        }
        let opening = open_of(&command);
        let ip = opening.map(|(_, reached_at, remote)| self.ip_for(reached_at, remote));
        match (&mut self.video, opening, ip) {
            (Some(video), Some((line, ..)), Some(ip)) => video.open(line, ip, &mut self.ports),
            (Some(video), ..) => video.command(command),
            (None, Some((line, ..)), _) => {
                self.video_events.push_back(VideoEvent::Failed { line });
            }
            (None, None, _) => {}
        }
    }

    /// News of the relay of pictures; it goes before that of [`Engine::poll_event`].
    pub fn poll_video(&mut self) -> Option<VideoEvent> {
        let early = self.video_events.pop_front();
        early.or_else(|| self.video.as_mut()?.poll_event(&mut self.ports))
    }

    /// The next piece of news. Drops or keeps, here and now, what the workers are done with.
    pub fn poll_event(&mut self) -> Option<Event> {
        while let Some(command) = self.wishes.granted() {
            self.command(command);
        }
        if let Some(event) = self.events.pop_front() {
            return Some(event);
        }
        for worker in 0..self.workers.len() {
            while let Some(report) = self.workers[worker].next_report() {
                match report {
                    FromWorker::Event(event) => {
                        let is_news = self.placement.note(worker, &event, &mut self.steps);
                        self.carry_out();
                        if is_news {
                            return Some(event);
                        }
                    }
                    FromWorker::Wish(wish) => {
                        let spare = self.preparer.spare(wish);
                        self.send(worker, ToWorker::Order(spare));
                    }
                    FromWorker::Retired(Retired::Released(leg), Some(sockets)) => {
                        self.bring(leg, sockets);
                    }
                    FromWorker::Retired(retired, sockets) => {
                        let leg = retired.leg();
                        self.preparer.take_back(retired);
                        self.forget(leg, sockets);
                    }
                }
            }
        }
        None
    }

    /// What a `StartTape` is recorded to: fetched once, when the command was obeyed and before the
    /// next.
    pub fn take_tape(&mut self, recording: RecordingId) -> Option<Box<dyn TapeSource>> {
        let at = self.tapes.iter().position(|(id, _)| *id == recording)?;
        Some(self.tapes.swap_remove(at).1)
    }

    #[must_use]
    pub fn health(&self) -> EngineHealth {
        EngineHealth {
            workers: self.workers.iter().map(WorkerHandle::health).collect(),
            ports_free: self.ports.free() as u64,
            orders_held: self.orders_held,
        }
    }

    /// Stops the workers, whatever they carry, and waits for their last tick.
    pub fn shutdown(mut self) {
        self.stop();
    }

    /// Panics in the next tick of the stage, on the worker where it was opened last: how a test
    /// proves that a worker survives it.
    #[doc(hidden)]
    pub fn break_stage(&mut self, stage: StageId) {
        if let Some(worker) = self.placement.decks_of(stage).last() {
            self.send(worker, ToWorker::Order(Order::BreakStage { stage }));
        }
    }

    fn open_leg(&mut self, leg: LegId, near: Option<StageId>, ip: IpAddr, spec: Box<LegSpec>) {
        if self.placement.legs() >= self.config.legs_max {
            self.fail_leg(leg, LegFailure::Full);
            return;
        }
        let Some(mut sockets) = LegSockets::open(ip, &mut self.ports) else {
            self.fail_leg(leg, LegFailure::NoPort);
            return;
        };
        sockets.expect(spec.remote);
        let worker = self.placement.open_leg(leg, near);
        let local = SocketAddr::new(ip, sockets.port);
        let command = Command::OpenLeg {
            leg,
            near: None,
            reached_at: None,
            spec,
        };
        let order = self.preparer.prepare(command, local);
        self.send(worker, ToWorker::Sockets(leg, sockets));
        self.send(worker, ToWorker::Order(order));
    }

    fn fail_leg(&mut self, leg: LegId, why: LegFailure) {
        self.events.push_back(Event::LegFailed { leg, why });
        (self.wake)();
    }

    /// A worker let a leg go: the next one takes it, and what was asked of it meanwhile.
    fn bring(&mut self, leg: Box<Leg>, sockets: LegSockets) {
        let id = leg.id();
        let to = self.placement.released(id, &mut self.steps);
        self.send(to, ToWorker::Sockets(id, sockets));
        self.send(to, ToWorker::Order(Order::Adopt(leg)));
        self.carry_out();
    }

    /// Does what the placement wants done.
    fn carry_out(&mut self) {
        let mut steps = std::mem::take(&mut self.steps);
        for step in steps.drain(..) {
            match step {
                Step::Obey {
                    deck,
                    command:
                        Command::StartTape {
                            stage,
                            recording,
                            volume,
                        },
                } => {
                    let (tape, source) = tapes::tape(volume);
                    self.tapes.push((recording, source));
                    self.send(deck, ToWorker::Order(Order::StartTape { stage, tape }));
                }
                Step::Obey { deck, command } => {
                    if let Command::UpdateLeg { leg, spec } = &command {
                        self.send(deck, ToWorker::Expect(*leg, spec.remote));
                    }
                    let order = self.preparer.prepare(command, NOWHERE);
                    self.send(deck, ToWorker::Order(order));
                }
                Step::Echo { deck, command } => {
                    let mut order = self.preparer.prepare(command, NOWHERE);
                    order.say_nothing_of_its_end();
                    self.send(deck, ToWorker::Order(order));
                }
                Step::Link { stage, decks } => {
                    for (deck, neighbour) in decks.into_iter().zip(neighbours(decks)) {
                        self.send(deck, ToWorker::Order(Order::Link { stage, neighbour }));
                    }
                }
                Step::Unlink {
                    stage,
                    deck,
                    neighbour,
                } => {
                    let neighbour = neighbour_id(neighbour);
                    self.send(deck, ToWorker::Order(Order::Unlink { stage, neighbour }));
                }
                Step::Release { leg, deck } => {
                    self.send(deck, ToWorker::Order(Order::Release { leg }));
                }
            }
        }
        self.steps = steps;
    }

    fn send(&mut self, worker: usize, order: ToWorker) {
        self.orders_held += u64::from(!self.workers[worker].send(order));
    }

    /// A leg is no more: its port is free when its sockets are.
    fn forget(&mut self, leg: Option<LegId>, sockets: Option<LegSockets>) {
        if let Some(leg) = leg {
            self.placement.closed(leg, &mut self.steps);
            self.carry_out();
        }
        if let Some(sockets) = sockets {
            let port = sockets.port;
            drop(sockets);
            self.ports.give_back(port);
        }
    }

    /// The address the caller reached us at, if sound is bound to it; else the wildcard of its
    /// family, else any address of that family, else the first.
    fn ip_for(&self, reached_at: Option<IpAddr>, remote: Option<SocketAddr>) -> IpAddr {
        let bind = &self.config.bind;
        if let Some(same) = reached_at.filter(|ip| bind.contains(ip)) {
            return same;
        }
        let is_v6 = (reached_at.map(|ip| ip.is_ipv6())).or(remote.map(|remote| remote.is_ipv6()));
        let fits = |ip: &&IpAddr| is_v6.is_none_or(|is_v6| is_v6 == ip.is_ipv6());
        let fitting = || bind.iter().filter(fits);
        let wildcard = fitting().find(|ip| ip.is_unspecified());
        *wildcard.or_else(|| fitting().next()).unwrap_or(&bind[0])
    }

    fn stop(&mut self) {
        for worker in &self.workers {
            worker.ask_to_stop();
        }
        for worker in &mut self.workers {
            worker.join();
        }
        if let Some(video) = &mut self.video {
            video.stop();
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.stop();
    }
}

/// For commands that open nothing.
const NOWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
