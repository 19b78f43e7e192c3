//! Legs and stages: packets in, everyone-but-yourself out, 20 ms at a time; cannot see a PIN.
//!
//! A [`Deck`] is the whole data plane of one worker. Outside its thread a [`Preparer`] turns each
//! `contract::Command` into an [`Order`] that has everything allocated; the deck obeys orders,
//! takes datagrams, and in each [`Deck::tick`] sends one frame to every leg. News and memory to be
//! dropped are fetched from it afterwards.

mod bus;
mod context;
mod deck;
mod events;
mod fanout;
mod health;
mod id_index;
mod leg;
mod legs;
mod library;
mod obeying;
mod order;
mod placement;
mod post;
mod prepare;
mod reel;
mod reserve;
mod retired;
mod shelves;
mod sink;
mod spares;
mod speaking;
mod stage;
mod stages;
mod station;
mod tape;

pub use deck::{Deck, DeckConfig};
pub use health::DeckHealth;
pub use id_index::IdIndex;
pub use leg::{Ear, Leg, Playing, Recorder, Renewal, StereoEar, Voicing};
pub use library::{Music, SoundLibrary};
pub use order::Order;
pub use placement::{Placement, Step};
pub use prepare::Preparer;
pub use retired::Retired;
pub use sink::{PacketSink, Port};
pub use spares::{Spare, Wish};
pub use stage::{
    Announcement, Export, Inbound, Neighbour, NeighbourId, Neighbourhood, Outbound, Space, Stage,
};
pub use station::Station;
pub use tape::{Tape, TapeFrame, TapeSink, TapeSource};

/// To be called once on a thread that will tick: what is kept for each thread is allocated here.
pub fn warm_up() {
    conclave_audio::Denoiser::warm_up();
}
