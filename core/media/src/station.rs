//! One playlist going round for all who hear it, and standing still while nobody does.

use std::sync::Arc;

use conclave_audio::{Frame, SampleRate, from_i16};

use crate::Music;
use crate::bus::{BUS_RATES, Converters, bus_frames, bus_of};
use crate::fanout::Fanout;
use crate::reel::REEL_FRAME_SAMPLES;

/// The music of one `Music` command, unless the deck plays the same already.
pub struct Station {
    music: Arc<Music>,
    song: usize,
    /// Samples of the song that were played.
    played: usize,
    converters: Converters,
    frames: [Frame; 3],
    pub(crate) listeners: u32,
    pub(crate) fanout: Fanout,
}

impl Station {
    /// `None` when there is nothing to hear in it.
    #[must_use]
    pub fn new(music: Arc<Music>) -> Option<Self> {
        (!music.is_empty()).then(|| Self {
            music,
            song: 0,
            played: 0,
            converters: Converters::from_rate(SampleRate::Hz16000),
            frames: bus_frames(),
            listeners: 0,
            fanout: Fanout::new(),
        })
    }

    pub(crate) fn plays_same(&self, other: &Station) -> bool {
        Arc::ptr_eq(&self.music, &other.music)
    }

    /// Makes the frames of this tick, if anybody listens.
    pub(crate) fn tick(&mut self) {
        if self.listeners == 0 {
            return;
        }
        let mut wide = [0.0; REEL_FRAME_SAMPLES];
        self.read(&mut wide);
        for (rate, frame) in BUS_RATES.into_iter().zip(&mut self.frames) {
            self.converters.convert(rate, &wide, frame.samples_mut());
        }
    }

    pub(crate) fn frame(&self, rate: SampleRate) -> &Frame {
        &self.frames[bus_of(rate)]
    }

    fn read(&mut self, out: &mut [f32; REEL_FRAME_SAMPLES]) {
        let mut filled = 0;
        while filled < out.len() {
            let song = self.music.songs[self.song].samples();
            let taken = (song.len() - self.played).min(out.len() - filled);
            let played = &song[self.played..self.played + taken];
            from_i16(played, &mut out[filled..filled + taken]);
            filled += taken;
            self.played += taken;
            if self.played == song.len() {
                self.played = 0;
                self.song = (self.song + 1) % self.music.songs.len();
            }
        }
    }
}
