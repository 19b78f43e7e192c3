//! A media plane that answers every command as the real one would, without a sound.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use conclave_contract::{
    Clip, Command, Effort, Event, LegFailure, LegSpec, LegStats, PlayOutcome, RecordEnd, Recording,
    Segment,
};
use conclave_model::{LegId, PlayId, Prompt, RecordId, StageId};

/// Every leg and stage, what plays on it, and all that was ever said.
#[derive(Debug, Default)]
pub struct Studio {
    pub legs: BTreeMap<LegId, Leg>,
    pub stages: BTreeSet<StageId>,
    pub opened: Vec<LegId>,
    pub ports_left: Option<usize>,
    /// Opens legs without saying so.
    pub mumbles: bool,
    pub effort: Effort,
    /// How many came.
    pub commands: usize,
    announcing: Vec<(StageId, PlayId, Instant)>,
}

#[derive(Debug)]
pub struct Leg {
    pub spec: LegSpec,
    pub stage: Option<StageId>,
    pub muted: bool,
    pub echoes: bool,
    pub volume_db: i8,
    pub heard: Vec<Prompt>,
    playing: Option<(PlayId, Instant)>,
    recording: Option<(RecordId, Instant)>,
}

impl Studio {
    pub fn handle(&mut self, now: Instant, command: Command) -> Vec<Event> {
        self.commands += 1;
        match command {
            Command::OpenLeg { leg, spec, .. } => self.open(leg, *spec),
            Command::UpdateLeg { leg, spec } => {
                self.leg(leg).spec = *spec;
                Vec::new()
            }
            Command::SendDatagram { .. } => Vec::new(),
            Command::CloseLeg { leg } => match self.legs.remove(&leg) {
                Some(_) => vec![Event::LegClosed {
                    leg,
                    stats: Box::new(LegStats::default()),
                }],
                None => Vec::new(),
            },
            Command::OpenStage { stage } => {
                assert!(self.stages.insert(stage), "{stage} opened twice");
                Vec::new()
            }
            Command::CloseStage { stage } => {
                assert!(self.stages.remove(&stage), "{stage} closed twice");
                for leg in self.legs.values_mut() {
                    leg.stage = leg.stage.filter(|on| *on != stage);
                }
                Vec::new()
            }
            Command::JoinStage { leg, stage } => {
                assert!(self.stages.contains(&stage), "{stage} is not open");
                self.leg(leg).stage = Some(stage);
                Vec::new()
            }
            Command::LeaveStage { leg } => {
                self.legs.entry(leg).and_modify(|leg| leg.stage = None);
                Vec::new()
            }
            Command::SetMute { leg, muted } => {
                self.leg(leg).muted = muted;
                Vec::new()
            }
            Command::SetEcho { leg, on } => {
                self.leg(leg).echoes = on;
                Vec::new()
            }
            Command::SetVolume { leg, volume_db } => {
                self.leg(leg).volume_db = volume_db;
                Vec::new()
            }
            Command::SetListeningVolume { .. }
            | Command::SetVoice { .. }
            | Command::SetStage { .. }
            | Command::SetBinaural { .. }
            | Command::SetPacing { .. }
            | Command::RelayDigit { .. } => Vec::new(),
            Command::Play {
                leg,
                play,
                segments,
                ..
            } => self.play(now, leg, play, &segments),
            Command::StopPlay { leg } => self.stop(leg),
            Command::Announce { stage, play, .. } => {
                self.announcing.push((stage, play, now + SENTENCE));
                Vec::new()
            }
            Command::Music { .. } | Command::StartTape { .. } | Command::StopTape { .. } => {
                Vec::new()
            }
            Command::SetEffort(effort) => {
                self.effort = effort;
                Vec::new()
            }
            Command::Record { leg, record, .. } => {
                self.leg(leg).recording = Some((record, now + SENTENCE));
                Vec::new()
            }
            Command::StopRecord { leg } => self.recorded(leg, RecordEnd::Stopped),
        }
    }

    pub fn handle_timeout(&mut self, now: Instant) -> Vec<Event> {
        let mut events = Vec::new();
        let legs: Vec<LegId> = self.legs.keys().copied().collect();
        for id in legs {
            let leg = self.leg(id);
            if let Some((play, _)) = leg.playing.take_if(|(_, at)| *at <= now) {
                events.push(Event::PlayDone {
                    leg: id,
                    play,
                    outcome: PlayOutcome::Finished,
                });
            }
            if leg.recording.is_some_and(|(_, at)| at <= now) {
                events.extend(self.recorded(id, RecordEnd::Silence));
            }
        }
        for (stage, play, at) in std::mem::take(&mut self.announcing) {
            if at <= now {
                events.push(Event::AnnounceDone { stage, play });
            } else {
                self.announcing.push((stage, play, at));
            }
        }
        events
    }

    pub fn poll_timeout(&self) -> Option<Instant> {
        let plays = self.legs.values().filter_map(|leg| leg.playing);
        let records = self.legs.values().filter_map(|leg| leg.recording);
        let announced = self.announcing.iter().map(|(_, _, at)| *at);
        plays
            .map(|(_, at)| at)
            .chain(records.map(|(_, at)| at))
            .chain(announced)
            .min()
    }

    fn open(&mut self, leg: LegId, spec: LegSpec) -> Vec<Event> {
        if let Some(left) = &mut self.ports_left {
            if *left == 0 {
                let why = LegFailure::NoPort;
                return vec![Event::LegFailed { leg, why }];
            }
            *left -= 1;
        }
        let port = 20_000 + 2 * u16::try_from(self.opened.len() % 20_000).unwrap();
        self.opened.push(leg);
        self.legs.insert(
            leg,
            Leg {
                spec,
                stage: None,
                muted: false,
                echoes: false,
                volume_db: 0,
                heard: Vec::new(),
                playing: None,
                recording: None,
            },
        );
        let local = SocketAddr::from(([0, 0, 0, 0], port));
        if self.mumbles {
            return Vec::new();
        }
        vec![Event::LegOpened { leg, local }]
    }

    fn play(&mut self, now: Instant, id: LegId, play: PlayId, segments: &[Segment]) -> Vec<Event> {
        let events = self.stop(id);
        let leg = self.leg(id);
        leg.playing = Some((play, now + SENTENCE));
        for segment in segments {
            if let Segment::Prompt(prompt, _) = segment {
                leg.heard.push(*prompt);
            }
        }
        events
    }

    fn stop(&mut self, id: LegId) -> Vec<Event> {
        let stopped = self.legs.get_mut(&id).and_then(|leg| leg.playing.take());
        let done = stopped.map(|(play, _)| Event::PlayDone {
            leg: id,
            play,
            outcome: PlayOutcome::Interrupted,
        });
        done.into_iter().collect()
    }

    fn recorded(&mut self, id: LegId, ended_by: RecordEnd) -> Vec<Event> {
        let recorded = self.leg(id).recording.take();
        let done = recorded.map(|(record, _)| Event::Recorded {
            leg: id,
            record,
            recording: Recording {
                clip: Some(Clip::new(vec![0; 16_000])),
                ended_by,
            },
        });
        done.into_iter().collect()
    }

    /// A command to a leg that was never opened, or is closed, is a fault of the node.
    pub fn leg(&mut self, id: LegId) -> &mut Leg {
        self.legs.get_mut(&id).expect("the leg is open")
    }
}

/// Everything that is said or recorded here lasts this long.
const SENTENCE: Duration = Duration::from_millis(1_500);
