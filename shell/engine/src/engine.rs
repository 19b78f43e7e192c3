//! The control side of the data plane: commands to orders, ports, the right worker; makes no sound.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use conclave_contract::{Command, Event, LegFailure, LegSpec};
use conclave_media::{Leg, Order, Preparer, Retired, SoundLibrary};
use conclave_model::{LegId, StageId};

use crate::config::EngineConfig;
use crate::file_limit;
use crate::health::EngineHealth;
use crate::leg_sockets::LegSockets;
use crate::music_wishes::MusicWishes;
use crate::ports::PortPool;
use crate::ring::{FromWorker, ToWorker};
use crate::worker::Wake;
use crate::worker_handle::WorkerHandle;

/// The workers, and everything that may allocate or block on their behalf.
pub struct Engine {
    config: EngineConfig,
    preparer: Preparer,
    wishes: MusicWishes,
    ports: PortPool,
    workers: Vec<WorkerHandle>,
    legs: HashMap<LegId, usize>,
    stages: HashMap<StageId, usize>,
    /// Legs on their way to another worker, and what is asked of them meanwhile.
    moving: HashMap<LegId, Move>,
    /// What the control side itself has to say.
    events: VecDeque<Event>,
    wake: Wake,
    orders_held: u64,
}

struct Move {
    to: usize,
    commands: Vec<Command>,
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
        let start = |number| WorkerHandle::start(number, &config, Arc::clone(&wake));
        let workers = (0..config.workers)
            .map(start)
            .collect::<io::Result<Vec<WorkerHandle>>>()?;
        Ok(Self {
            wishes: MusicWishes::new(Arc::clone(&library)),
            preparer: Preparer::new(library, config.legs_max),
            ports,
            workers,
            legs: HashMap::new(),
            stages: HashMap::new(),
            moving: HashMap::new(),
            events: VecDeque::new(),
            wake,
            orders_held: 0,
            config,
        })
    }

    /// Prepares a command here and has it obeyed with the next tick of the worker it concerns.
    ///
    /// A command for a leg or stage that is not there (any more) is dropped.
    pub fn command(&mut self, command: Command) {
        self.wishes.note(&command);
        match command {
            Command::OpenLeg {
                leg,
                near,
                reached_at,
                spec,
            } => {
                let ip = self.ip_for(reached_at, &spec);
                self.open_leg(leg, near, ip, spec);
            }
            Command::OpenStage { stage } => {
                let worker = self.least_loaded();
                self.stages.insert(stage, worker);
                self.workers[worker].stages += 1;
                self.order(Some(worker), Command::OpenStage { stage });
            }
            Command::CloseStage { stage } => {
                let worker = self.stages.remove(&stage);
                if let Some(worker) = worker {
                    self.workers[worker].stages -= 1;
                }
                self.order(worker, Command::CloseStage { stage });
            }
            Command::Announce { stage, .. } => {
                self.order(self.stages.get(&stage).copied(), command);
            }
            Command::JoinStage { leg, stage } => self.join_stage(leg, stage),
            Command::SetEffort(effort) => {
                for worker in 0..self.workers.len() {
                    self.send(worker, ToWorker::Order(Order::SetEffort(effort)));
                }
            }
            Command::UpdateLeg { leg, ref spec } => {
                self.expect(leg, spec.remote);
                self.order_leg(leg, command);
            }
            Command::CloseLeg { leg }
            | Command::LeaveStage { leg }
            | Command::SetMute { leg, .. }
            | Command::Play { leg, .. }
            | Command::StopPlay { leg }
            | Command::Music { leg, .. }
            | Command::Record { leg, .. }
            | Command::StopRecord { leg } => self.order_leg(leg, command),
        }
    }

    /// The next piece of news. Drops, here and now, what the workers are done with.
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
                        self.take_note(&event);
                        return Some(event);
                    }
                    FromWorker::Retired(Retired::Released(leg), Some(sockets)) => {
                        self.bring(leg, sockets);
                    }
                    FromWorker::Retired(retired, sockets) => {
                        self.forget(worker, retired.leg(), sockets);
                    }
                }
            }
        }
        None
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

    /// Panics in the next tick of the stage: how a test proves that a worker survives it.
    #[doc(hidden)]
    pub fn break_stage(&mut self, stage: StageId) {
        if let Some(worker) = self.stages.get(&stage).copied() {
            self.send(worker, ToWorker::Order(Order::BreakStage { stage }));
        }
    }

    fn open_leg(&mut self, leg: LegId, near: Option<StageId>, ip: IpAddr, spec: Box<LegSpec>) {
        if self.legs.len() >= self.config.legs_max {
            self.fail_leg(leg, LegFailure::Full);
            return;
        }
        let Some(mut sockets) = LegSockets::open(ip, &mut self.ports) else {
            self.fail_leg(leg, LegFailure::NoPort);
            return;
        };
        sockets.expect(spec.remote);
        let near = near.and_then(|stage| self.stages.get(&stage).copied());
        let worker = near.unwrap_or_else(|| self.least_loaded());
        self.legs.insert(leg, worker);
        self.workers[worker].legs += 1;
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

    /// A leg on its way to another worker is told when it is there, with the command itself.
    fn expect(&mut self, leg: LegId, peer: Option<SocketAddr>) {
        if let (Some(worker), false) = (self.legs.get(&leg), self.moving.contains_key(&leg)) {
            self.send(*worker, ToWorker::Expect(leg, peer));
        }
    }

    fn order_leg(&mut self, leg: LegId, command: Command) {
        match self.moving.get_mut(&leg) {
            Some(moving) => moving.commands.push(command),
            None => self.order(self.legs.get(&leg).copied(), command),
        }
    }

    /// A leg that was opened far from its stage moves to the stage's worker first.
    fn join_stage(&mut self, leg: LegId, stage: StageId) {
        let command = Command::JoinStage { leg, stage };
        let workers = (self.legs.get(&leg), self.stages.get(&stage));
        let (Some(from), Some(to)) = (workers.0.copied(), workers.1.copied()) else {
            return;
        };
        if from == to || self.moving.contains_key(&leg) {
            self.order_leg(leg, command);
            return;
        }
        let commands = vec![command];
        self.moving.insert(leg, Move { to, commands });
        self.send(from, ToWorker::Order(Order::Release { leg }));
    }

    /// A worker let a leg go: the next one takes it, and what was asked of it meanwhile.
    fn bring(&mut self, leg: Box<Leg>, sockets: LegSockets) {
        let id = leg.id();
        let from = self.legs.get(&id).copied();
        let moving = self.moving.remove(&id);
        let to = moving.as_ref().map(|moving| moving.to).or(from);
        let to = to.unwrap_or(0);
        if let Some(from) = self.legs.insert(id, to) {
            self.workers[from].legs -= 1;
        }
        self.workers[to].legs += 1;
        self.send(to, ToWorker::Sockets(id, sockets));
        self.send(to, ToWorker::Order(Order::Adopt(leg)));
        for command in moving.into_iter().flat_map(|moving| moving.commands) {
            self.command(command);
        }
    }

    fn order(&mut self, worker: Option<usize>, command: Command) {
        let Some(worker) = worker else {
            return;
        };
        let order = self.preparer.prepare(command, NOWHERE);
        self.send(worker, ToWorker::Order(order));
    }

    fn send(&mut self, worker: usize, order: ToWorker) {
        self.orders_held += u64::from(!self.workers[worker].send(order));
    }

    fn take_note(&mut self, event: &Event) {
        if let Event::StageFailed { stage } = event
            && let Some(worker) = self.stages.remove(stage)
        {
            self.workers[worker].stages -= 1;
        }
    }

    /// A leg is no more: its port is free when its sockets are.
    fn forget(&mut self, worker: usize, leg: Option<LegId>, sockets: Option<LegSockets>) {
        if let Some(leg) = leg {
            self.moving.remove(&leg);
            if self.legs.remove(&leg).is_some() {
                self.workers[worker].legs -= 1;
            }
        }
        if let Some(sockets) = sockets {
            let port = sockets.port;
            drop(sockets);
            self.ports.give_back(port);
        }
    }

    /// By legs, which cost in every tick, then by stages, which cost when there are legs on them.
    fn least_loaded(&self) -> usize {
        let load = |worker: &usize| {
            let handle = &self.workers[*worker];
            (handle.legs, handle.stages)
        };
        (0..self.workers.len()).min_by_key(load).unwrap_or(0)
    }

    /// The address the caller reached us at, if sound is bound to it; else the wildcard of its
    /// family, else any address of that family, else the first.
    fn ip_for(&self, reached_at: Option<IpAddr>, spec: &LegSpec) -> IpAddr {
        let bind = &self.config.bind;
        if let Some(same) = reached_at.filter(|ip| bind.contains(ip)) {
            return same;
        }
        let is_v6 =
            (reached_at.map(|ip| ip.is_ipv6())).or(spec.remote.map(|remote| remote.is_ipv6()));
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
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.stop();
    }
}

/// For commands that open nothing.
const NOWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
