//! The whole node in virtual time, between a phone that is a user agent too and a made-up studio.

mod calls;
mod chaos;
mod elsewhere;
mod faults;
mod guarding;
mod guessing;
mod live;
mod load;
mod menus;
mod offers;
mod people;
mod phones;
mod profiles;
mod recordings;
mod renaming;
mod requests;
mod services;
mod shedding;
mod studio;
mod texts;
mod town;
mod trunk_requests;
mod trunks;
mod visits;
mod watching;

use town::Town;
