//! Who counts as a talker, the sum, the sum without yourself, the limiter; cannot see a name.
//!
//! One tick of a stage: levels of the legs go into [`TalkerSelect`]; the frames of the talkers it
//! chose go into one [`Mix`] for each sample rate somebody listens at; [`Mix::all`] is what every
//! listener hears, [`Mix::all_but`] what a talker hears; each distinct mix ends in a [`Limiter`].

mod ducker;
mod limiter;
mod mix;
mod talker_select;

pub use ducker::Ducker;
pub use limiter::Limiter;
pub use mix::Mix;
pub use talker_select::{Slot, TalkerSelect};
