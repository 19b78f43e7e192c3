//! Sequence numbers without their wrap, and whether to believe a jump; keeps no packet.

/// The order of one stream (RFC 3550 §A.1, without probation: the leg's address vouches for it).
#[derive(Debug)]
pub(super) struct Order {
    ssrc: u32,
    highest: i64,
    /// What the next packet must be numbered for a restart to be believed.
    restart_at: Option<u16>,
}

pub(super) enum Numbered {
    /// It goes on: the extended number.
    At(i64),
    Doubtful,
    /// Another SSRC, or the same one begun anew: everything before is over.
    Anew,
}

impl Order {
    pub(super) const fn new(ssrc: u32, sequence: u16) -> Self {
        Self {
            ssrc,
            highest: sequence as i64,
            restart_at: None,
        }
    }

    pub(super) const fn highest(&self) -> i64 {
        self.highest
    }

    pub(super) fn number(&mut self, ssrc: u32, sequence: u16) -> Numbered {
        if ssrc != self.ssrc || self.restart_at == Some(sequence) {
            return Numbered::Anew;
        }
        let highest = (self.highest & 0xffff) as u16;
        let step = i64::from(sequence.wrapping_sub(highest).cast_signed());
        if !(-MISORDER_MAX..DROPOUT_MAX).contains(&step) {
            self.restart_at = Some(sequence.wrapping_add(1));
            return Numbered::Doubtful;
        }
        self.restart_at = None;
        self.highest = self.highest.max(self.highest + step);
        Numbered::At(if step > 0 {
            self.highest
        } else {
            self.highest + step
        })
    }
}

/// RFC 3550 §A.1.
const DROPOUT_MAX: i64 = 3_000;
const MISORDER_MAX: i64 = 100;
