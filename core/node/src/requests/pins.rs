//! Requests about the PINs of a room: shown, made, set and cleared; compares none with a caller's.

use std::sync::Arc;

use conclave_api::{NewPin, PinView, PinWish, Problem, Response, RoomKey, Wrong};
use conclave_model::{Chance, PersonalPin, Pin, PinOf, PinRole, RoomPatch, RoomRecord, limits};

use crate::stored::Answer;
use crate::{Node, RequestId};

impl Node {
    pub(super) fn show_pin(&self, key: &RoomKey) -> Result<Response, Problem> {
        Ok(Response::Pin(PinView::of(&*self.find_room(key)?)))
    }

    pub(super) fn new_pin(
        &mut self,
        ticket: RequestId,
        key: &RoomKey,
        new: NewPin,
    ) -> Option<Result<Response, Problem>> {
        let patch = self.find_room(key).and_then(|old| {
            if let Some(Some(profile)) = &new.profile {
                self.check_profile_of_pin(profile)?;
            }
            let patch = with_pin(&mut self.chance, &old, new)?;
            Ok((old, patch))
        });
        match patch {
            Ok((old, patch)) => self.change_room(ticket, &old, patch, Answer::Pin),
            Err(problem) => Some(Err(problem)),
        }
    }

    pub(super) fn clear_pin(
        &mut self,
        ticket: RequestId,
        key: &RoomKey,
        of: &PinOf,
    ) -> Option<Result<Response, Problem>> {
        let patch = self.find_room(key).and_then(|old| {
            let patch = without_pin(&old, of)?;
            Ok((old, patch))
        });
        match patch {
            Ok((old, patch)) => self.change_room(ticket, &old, patch, Answer::Pin),
            Err(problem) => Some(Err(problem)),
        }
    }
}

/// That no PIN of the room begins with another.
pub(super) fn check_pins(record: &RoomRecord) -> Result<(), Problem> {
    match record.colliding_pins() {
        None => Ok(()),
        Some((new, old)) => {
            let problem = Problem::conflict(format!(
                "the PIN {} and the PIN {} are the same, or one begins with the other",
                whose(&new),
                whose(&old)
            ));
            let accepted = "a PIN that no other of the room begins with, nor it with another";
            Err(problem.with(Wrong::new(field(&new), "", accepted)))
        }
    }
}

fn with_pin(chance: &mut Chance, old: &RoomRecord, new: NewPin) -> Result<RoomPatch, Problem> {
    let before = match &new.of {
        PinOf::Person(name) => old.more_pins.of(name),
        PinOf::Room | PinOf::Moderator => None,
    };
    let pin = match (new.pin, before) {
        (PinWish::These(pin), _) => pin,
        (PinWish::Kept, Some(before)) => before.pin.clone(),
        (PinWish::Kept, None) | (PinWish::Generated, _) => {
            // The one it takes the place of too, so that it is a new one.
            let taken: Vec<&Pin> = old.pins().map(|(_, pin)| pin).collect();
            Pin::generate(chance, &old.extension, &taken)
        }
    };
    let patch = RoomPatch::default();
    Ok(match new.of {
        PinOf::Room => RoomPatch {
            pin: Some(Some(pin)),
            ..patch
        },
        PinOf::Moderator => RoomPatch {
            moderator_pin: Some(Some(pin)),
            ..patch
        },
        PinOf::Person(name) => {
            let mut pins = old.more_pins.clone();
            if before.is_none() && pins.personal.len() >= limits::PERSONAL_PINS {
                return Err(Problem::conflict(format!(
                    "{} people have a PIN of this room already, which is the most",
                    limits::PERSONAL_PINS
                )));
            }
            let role = before.map_or(PinRole::Member, |before| before.role);
            let role = new.role.unwrap_or(role);
            let profile = before.and_then(|before| before.profile.clone());
            let profile = new.profile.unwrap_or(profile);
            pins.give(PersonalPin {
                name,
                role,
                pin,
                profile,
            });
            RoomPatch {
                personal_pins: Some(pins.personal),
                ..patch
            }
        }
    })
}

fn without_pin(old: &Arc<RoomRecord>, of: &PinOf) -> Result<RoomPatch, Problem> {
    let patch = RoomPatch::default();
    Ok(match of {
        PinOf::Room => RoomPatch {
            pin: Some(None),
            ..patch
        },
        PinOf::Moderator => RoomPatch {
            moderator_pin: Some(None),
            ..patch
        },
        PinOf::Person(name) => {
            let mut personal = old.more_pins.personal.clone();
            personal.retain(|one| one.name != *name);
            if personal.len() == old.more_pins.personal.len() {
                let accepted = "the name of somebody who has a PIN of this room";
                let wrong = Wrong::new("name", name.as_str(), accepted);
                return Err(Problem::invalid(vec![wrong]));
            }
            RoomPatch {
                personal_pins: Some(personal),
                ..patch
            }
        }
    })
}

fn whose(of: &PinOf) -> String {
    match of {
        PinOf::Room => "of the room".to_owned(),
        PinOf::Moderator => "of moderators".to_owned(),
        PinOf::Person(name) => format!("of {name}"),
    }
}

fn field(of: &PinOf) -> &'static str {
    match of {
        PinOf::Room | PinOf::Person(_) => "pin",
        PinOf::Moderator => "moderator_pin",
    }
}
