//! What a tick is done with and may not free itself.

use conclave_model::LegId;

use crate::leg::{Leg, Playing, Recorder, Renewal, StereoEar, Voicing};
use crate::spares::Spare;
use crate::stage::{Announcement, Neighbour, Neighbourhood, Space, Stage};
use crate::station::Station;
use crate::tape::Tape;

/// Memory on its way to a thread that has time to drop it.
///
/// A leg's comes before its `LegClosed`, so that who drops it first can call its port free.
pub enum Retired {
    Leg(Box<Leg>),
    /// Not to be dropped: it is on its way to another deck.
    Released(Box<Leg>),
    Stage(Box<Stage>),
    Neighbour(Box<Neighbour>),
    Neighbourhood(Box<Neighbourhood>),
    Renewal(Box<Renewal>),
    Playing(Box<Playing>),
    Announcement(Box<Announcement>),
    Recorder(Box<Recorder>),
    Station(Box<Station>),
    Spare(Spare),
    Tape(Box<Tape>),
    Voicing(Box<Voicing>),
    StereoEar(Box<StereoEar>),
    Space(Box<Space>),
    Waiting(Box<[f32]>),
    Datagram(Vec<u8>),
    Buffers(Vec<Vec<u8>>),
}

impl Retired {
    /// The leg that is no more, here.
    #[must_use]
    pub fn leg(&self) -> Option<LegId> {
        match self {
            Retired::Leg(leg) | Retired::Released(leg) => Some(leg.id()),
            Retired::Stage(_)
            | Retired::Neighbour(_)
            | Retired::Neighbourhood(_)
            | Retired::Renewal(_)
            | Retired::Playing(_)
            | Retired::Announcement(_)
            | Retired::Recorder(_)
            | Retired::Station(_)
            | Retired::Spare(_)
            | Retired::Tape(_)
            | Retired::Voicing(_)
            | Retired::StereoEar(_)
            | Retired::Space(_)
            | Retired::Waiting(_)
            | Retired::Datagram(_)
            | Retired::Buffers(_) => None,
        }
    }
}
