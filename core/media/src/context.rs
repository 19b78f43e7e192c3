//! What every step of a tick needs beside legs and stages: queues, counters, buffers to work in.

use std::collections::VecDeque;

use conclave_audio::{Decoder, Frame, SampleRate};
use conclave_contract::{Effort, OpusEffort};
use conclave_mixer::Mix;
use conclave_model::SrtpSuite;
use conclave_rtp::REPORT_BYTES_MAX;

use crate::bus::{BUS_RATES, bus_frames};
use crate::events::Events;
use crate::leg::{Payloads, Workbench};
use crate::post::Post;
use crate::spares::Spares;
use crate::{DeckHealth, Retired};

/// What outlives a tick but belongs to no leg or stage.
pub(crate) struct Shared {
    pub events: Events,
    pub retired: RetiredQueue,
    pub health: DeckHealth,
    pub spares: Spares,
    pub post: Post,
    pub scratch: Box<Scratch>,
    /// Opus streams that may still be handed over in this tick.
    pub handovers_left: u32,
    /// Voices that nobody hears yet and that may still be cleaned in this tick.
    pub denoises_left: u32,
    pub effort: Effort,
}

/// Buffers whose content means nothing from one step to the next.
pub(crate) struct Scratch {
    /// [`Decoder::SAMPLES_MAX`] samples.
    pub decoded: Box<[f32]>,
    pub mixes: [Mix; 3],
    /// The same for the left and the right ear, where voices have places.
    pub spatial: [Mix; 2],
    /// What listeners of the present stage hear, by bus.
    pub heard: [Frame; 3],
    /// The present stage's announcement, by bus.
    pub announced: [Frame; 3],
    /// What one leg alone hears.
    pub alone: [Frame; 3],
    /// And with which ear, if it has two.
    pub ears: [Frame; 2],
    pub payloads: Payloads,
    /// The packet for all of the present stage who hear the same in two channels.
    pub ring: Payloads,
    /// With room to be sealed.
    pub report: [u8; REPORT_BYTES_MAX + SrtpSuite::OVERHEAD_BYTES_MAX],
    pub workbench: Workbench,
}

impl Shared {
    pub fn new(legs_max: usize) -> Self {
        Self {
            events: Events::new(legs_max),
            retired: RetiredQueue::new(legs_max),
            health: DeckHealth::default(),
            spares: Spares::new(legs_max),
            post: Post::new(),
            scratch: Box::new(Scratch::new()),
            handovers_left: 0,
            denoises_left: 0,
            effort: Effort::FULL,
        }
    }

    /// Whether one more voice may be cleaned in this tick; a server that is short of time cleans
    /// none.
    pub fn take_denoise(&mut self, is_talker: bool) -> bool {
        let is_left = is_talker || self.denoises_left > 0;
        self.denoises_left = self.denoises_left.saturating_sub(u32::from(!is_talker));
        let may = is_left && self.effort.opus == OpusEffort::Full;
        self.health.frames_denoised += u64::from(may);
        may
    }

    /// Whether one more Opus stream may be handed over in this tick.
    pub fn take_handover(&mut self) -> bool {
        let is_left = self.handovers_left > 0;
        self.handovers_left = self.handovers_left.saturating_sub(1);
        is_left
    }
}

impl Scratch {
    fn new() -> Self {
        Self {
            decoded: vec![0.0; Decoder::SAMPLES_MAX].into(),
            mixes: BUS_RATES.map(|rate: SampleRate| Mix::new(rate.frame_samples())),
            spatial: [(); 2].map(|()| Mix::new(SampleRate::Hz48000.frame_samples())),
            heard: bus_frames(),
            announced: bus_frames(),
            alone: bus_frames(),
            ears: [(); 2].map(|()| Frame::silent(SampleRate::Hz48000)),
            payloads: Payloads::new(),
            ring: Payloads::new(),
            report: [0; REPORT_BYTES_MAX + SrtpSuite::OVERHEAD_BYTES_MAX],
            workbench: Workbench::new(),
        }
    }
}

/// Boxes that wait to be fetched; one too many is dropped on the spot rather than kept.
pub(crate) struct RetiredQueue {
    queue: VecDeque<Retired>,
    room: usize,
}

impl RetiredQueue {
    fn new(legs_max: usize) -> Self {
        let room = legs_max * 4 + RETIRED_LEAST;
        Self {
            queue: VecDeque::with_capacity(room),
            room,
        }
    }

    pub fn push(&mut self, retired: Retired) {
        if self.queue.len() < self.room {
            self.queue.push_back(retired);
        }
    }

    pub fn push_some(&mut self, retired: Option<Retired>) {
        if let Some(retired) = retired {
            self.push(retired);
        }
    }

    pub fn pop(&mut self) -> Option<Retired> {
        self.queue.pop_front()
    }
}

const RETIRED_LEAST: usize = 256;
/// Three encodes each, some 0.3 ms: more would make the tick late, and a click is the lesser evil.
pub(crate) const HANDOVERS_PER_TICK: u32 = 8;
