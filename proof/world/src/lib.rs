//! A simulated city: phones, a network and a clock around the real core.

mod account;
mod camera;
mod city;
mod darkroom;
mod exchange;
mod handset;
mod in_order;
pub mod laws;
mod links;
mod network;
mod night;
mod peer;
mod phone;
mod rooms;
mod secrets;
mod sounds;
mod stream_watch;
mod tape_ear;
mod transcript;
mod voice;
mod writing;

pub use account::Account;
pub use camera::{Camera, CameraPlan, Screen};
pub use city::{City, PhoneId, SERVER, chance};
pub use exchange::{Decks, Exchange};
pub use handset::Handset;
pub use network::{Network, Packet, Purpose, Weather};
pub use night::{Actor, Night, live_through};
pub use peer::{Peer, PeerId};
pub use phone::{Line, Phone, PhonePlan};
pub use rooms::room;
pub use secrets::Secrets;
pub use sounds::{GERMAN_HZ, MUSIC_HZ, PROMPT_HZ, Sounds, WORD_S, prompt_hz, prompts_told_apart};
pub use stream_watch::StreamWatch;
pub use transcript::{Heard, transcript};
pub use voice::{Ear, Voice};
