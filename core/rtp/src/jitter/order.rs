//! Sequence numbers without their wrap, and whether to believe a jump; keeps no packet.

use super::Nanos;

/// The order of one leg's streams, one after the other (RFC 3550 §A.1, without probation: the
/// leg's address vouches for it).
#[derive(Debug)]
pub(super) struct Order {
    present: Run,
    last_at: Nanos,
    /// What the next packet must be numbered for a restart to be believed.
    restart_at: Option<u16>,
    /// The run before, whose last packets may still be on their way.
    left: Option<Run>,
}

/// Packets of one SSRC that number on.
#[derive(Clone, Copy, Debug)]
struct Run {
    ssrc: u32,
    highest: i64,
}

pub(super) enum Numbered {
    /// It goes on: the extended number.
    At(i64),
    Doubtful,
    /// It belongs to the run that is over.
    Straggler,
    /// Another SSRC, or the same one begun anew: everything before is over.
    Anew,
}

impl Order {
    pub(super) const fn new(ssrc: u32, sequence: u16, at: Nanos) -> Self {
        Self {
            present: Run {
                ssrc,
                highest: sequence as i64,
            },
            last_at: at,
            restart_at: None,
            left: None,
        }
    }

    /// The order of the run that begins here, which remembers this one.
    pub(super) const fn followed_by(&self, ssrc: u32, sequence: u16, at: Nanos) -> Self {
        let mut order = Self::new(ssrc, sequence, at);
        order.left = Some(self.present);
        order
    }

    pub(super) const fn highest(&self) -> i64 {
        self.present.highest
    }

    pub(super) const fn is_of(&self, ssrc: u32) -> bool {
        self.present.ssrc == ssrc
    }

    pub(super) fn number(&mut self, ssrc: u32, sequence: u16, at: Nanos) -> Numbered {
        let step = self.present.step_to(sequence);
        if ssrc == self.present.ssrc && (-MISORDER_MAX..DROPOUT_MAX).contains(&step) {
            self.restart_at = None;
            self.last_at = at;
            let number = self.present.highest + step;
            self.present.highest = self.present.highest.max(number);
            return Numbered::At(number);
        }
        let straggles = self
            .left
            .is_some_and(|left| left.ssrc == ssrc && left.step_to(sequence).abs() <= MISORDER_MAX);
        if straggles && at - self.last_at < SILENCE_BEFORE_RETURN {
            return Numbered::Straggler;
        }
        if ssrc != self.present.ssrc || self.restart_at == Some(sequence) {
            return Numbered::Anew;
        }
        self.restart_at = Some(sequence.wrapping_add(1));
        Numbered::Doubtful
    }
}

impl Run {
    fn step_to(&self, sequence: u16) -> i64 {
        let highest = (self.highest & 0xffff) as u16;
        i64::from(sequence.wrapping_sub(highest).cast_signed())
    }
}

/// RFC 3550 §A.1.
const DROPOUT_MAX: i64 = 3_000;
const MISORDER_MAX: i64 = 100;
/// The source that was left is gone back to when the present one has been silent this long.
const SILENCE_BEFORE_RETURN: Nanos = 500_000_000;
