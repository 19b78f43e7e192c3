//! From commands to orders, on a thread that may allocate; decides nothing.

use std::net::SocketAddr;
use std::sync::Arc;

use conclave_audio::OpusSettings;
use conclave_contract::{Command, StageSpec, VoiceSpec};
use conclave_model::confbridge::RecordVolume;
use conclave_model::{LegId, StageId};

use crate::leg::{Egress, Leg, Playing, Recorder, Renewal, Voicing};
use crate::post::fresh_buffers;
use crate::reserve::Reserve;
use crate::stage::{Announcement, Stage};
use crate::station::Station;
use crate::tape::{Tape, TapeFrame, TapeSink};
use crate::{Order, Retired, SoundLibrary, Spare, Wish};

/// Makes everything that an order needs.
pub struct Preparer {
    library: Arc<dyn SoundLibrary>,
    legs_max: usize,
    reserve: Reserve,
}

impl Preparer {
    /// `legs_max` is that of the decks.
    #[must_use]
    pub fn new(library: Arc<dyn SoundLibrary>, legs_max: usize) -> Self {
        Self {
            library,
            legs_max,
            reserve: Reserve::default(),
        }
    }

    /// What a deck wished for.
    #[must_use]
    pub fn spare(&mut self, wish: Wish) -> Order {
        match wish {
            Wish::Ear(codec) => Order::Spare(Spare::Ear(self.reserve.ear(codec))),
            Wish::Encoder(codec) => {
                let encoder = self.reserve.encoder(codec, &OpusSettings::default());
                Order::Spare(Spare::Encoder(encoder))
            }
            Wish::Buffers => Order::Buffers(fresh_buffers()),
        }
    }

    /// Drops what a deck is done with, but for what the next leg can use.
    pub fn take_back(&mut self, retired: Retired) {
        match retired {
            Retired::Spare(spare) => self.reserve.keep(spare),
            Retired::Leg(leg) => leg.give_back(&mut self.reserve),
            Retired::Released(_)
            | Retired::Stage(_)
            | Retired::Neighbour(_)
            | Retired::Neighbourhood(_)
            | Retired::Renewal(_)
            | Retired::Playing(_)
            | Retired::Announcement(_)
            | Retired::Recorder(_)
            | Retired::Station(_)
            | Retired::Tape(_)
            | Retired::Voicing(_)
            | Retired::StereoEar(_)
            | Retired::Space(_)
            | Retired::Waiting(_)
            | Retired::Datagram(_)
            | Retired::Buffers(_) => {}
        }
    }

    /// `local` is the address of the RTP port of a leg that is to be opened; no other command has
    /// a use for it. A tape is one that nobody reads: who has a reader makes that order himself.
    #[must_use]
    pub fn prepare(&mut self, command: Command, local: SocketAddr) -> Order {
        let library = &*self.library;
        match command {
            Command::OpenLeg { leg, spec, .. } => {
                Order::OpenLeg(Box::new(Leg::new(leg, spec, local, &mut self.reserve)))
            }
            Command::UpdateLeg { leg, spec } => {
                let renewal = Box::new(Renewal::new(spec, &mut self.reserve));
                Order::UpdateLeg { leg, renewal }
            }
            Command::SendDatagram { leg, to, bytes } => Order::SendDatagram { leg, to, bytes },
            Command::CloseLeg { leg } => Order::CloseLeg { leg },
            Command::OpenStage { stage } => {
                Order::OpenStage(Box::new(Stage::new(stage, self.legs_max)))
            }
            Command::CloseStage { stage } => Order::CloseStage { stage },
            Command::JoinStage { leg, stage } => Order::JoinStage { leg, stage },
            Command::LeaveStage { leg } => Order::LeaveStage { leg },
            Command::SetMute { leg, muted } => Order::SetMute { leg, muted },
            Command::SetEcho { leg, on } => Order::SetEcho { leg, on },
            Command::SetVolume { leg, volume_db } => Order::SetVolume { leg, volume_db },
            Command::SetListeningVolume { leg, volume_db } => {
                Order::SetListeningVolume { leg, volume_db }
            }
            Command::Play {
                leg,
                play,
                segments,
                stop_on_digit,
            } => {
                let playing = Playing::new(play, &segments, stop_on_digit, library);
                let playing = Box::new(playing);
                Order::Play { leg, playing }
            }
            Command::StopPlay { leg } => Order::StopPlay { leg },
            Command::Announce {
                stage,
                play,
                segments,
                except,
            } => {
                let announcement = Announcement::new(play, &segments, except, library);
                let announcement = Box::new(announcement);
                Order::Announce {
                    stage,
                    announcement,
                }
            }
            Command::Music { leg, playlist } => {
                let music = playlist.and_then(|name| library.playlist(&name));
                let station = music.and_then(Station::new).map(Box::new);
                Order::Music { leg, station }
            }
            Command::Record { leg, record, spec } => {
                let recorder = Box::new(Recorder::new(record, spec));
                Order::Record { leg, recorder }
            }
            Command::StopRecord { leg } => Order::StopRecord { leg },
            Command::StartTape { stage, volume, .. } => unread_tape(stage, volume),
            Command::StopTape { stage } => Order::StopTape { stage },
            Command::SetEffort(effort) => Order::SetEffort(effort),
            Command::SetStage { stage, spec } => set_stage(stage, spec),
            Command::RelayDigit { stage, from, digit } => Order::RelayDigit { stage, from, digit },
            Command::SetBinaural { leg, on } => set_binaural(leg, on),
            Command::SetPacing { leg, interval_ms } => set_pacing(leg, interval_ms),
            Command::SetVoice { leg, voice } => set_voice(leg, &voice),
        }
    }
}

/// On a tape that nobody reads.
fn unread_tape(stage: StageId, volume: RecordVolume) -> Order {
    Order::StartTape {
        stage,
        tape: Box::new(Tape::new(Box::new(Nobody), volume)),
    }
}

fn set_stage(stage: StageId, spec: StageSpec) -> Order {
    let space = spec.binaural.then(Box::default);
    Order::SetStage { stage, spec, space }
}

fn set_binaural(leg: LegId, on: bool) -> Order {
    let ear = on.then(Box::default);
    Order::SetBinaural { leg, ear }
}

fn set_pacing(leg: LegId, interval_ms: u32) -> Order {
    Order::SetPacing {
        leg,
        interval_ms,
        waiting: Egress::longest_waiting(),
    }
}

fn set_voice(leg: LegId, voice: &VoiceSpec) -> Order {
    let voicing = Voicing::new(voice).map(Box::new);
    Order::SetVoice { leg, voicing }
}

/// Takes no frame.
struct Nobody;

impl TapeSink for Nobody {
    fn push(&mut self, _: &TapeFrame) -> bool {
        false
    }
}
