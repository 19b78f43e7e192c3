//! Requests that give a menu or a profile another name, where everything that names it follows.

use conclave_api::{Problem, ProfileKey};
use conclave_model::confbridge::{
    MenuName, MenuRecord, OptionSection, ProfileName, ProfileRecord, Renamed, Renaming,
    template_of, with_template,
};
use conclave_model::{PersonalPin, RoomRecord};

use super::menus::menu_taken;
use super::profiles::profile_taken;
use crate::menus::has_chosen;
use crate::profiles::{begins_with, key_of, uses};
use crate::{Node, RequestId};

impl Node {
    /// `new`: the menu under its new name.
    pub(super) fn rename_menu(
        &mut self,
        ticket: RequestId,
        old: &MenuName,
        new: MenuRecord,
    ) -> Result<(), Problem> {
        if new.name.preset().is_some() || self.menus.get(&new.name).is_some() {
            return Err(menu_taken(&new.name));
        }
        let choose = |room: &RoomRecord| {
            let choice = |chosen: &MenuName| if chosen == old { &new.name } else { chosen }.clone();
            RoomRecord {
                keypad: choice(&room.keypad),
                moderator_keypad: choice(&room.moderator_keypad),
                version: room.version + 1,
                ..room.clone()
            }
        };
        let rooms = self.rooms.iter().filter(|room| has_chosen(room, old));
        let renaming = Renaming {
            rooms: rooms.map(choose).collect(),
            profiles: Vec::new(),
            what: Renamed::Menu {
                old: old.clone(),
                new,
            },
        };
        self.store_renaming(ticket, renaming);
        Ok(())
    }

    /// `new`: the profile under its new name.
    pub(super) fn rename_profile(
        &mut self,
        ticket: RequestId,
        old: &ProfileKey,
        new: ProfileRecord,
    ) -> Result<(), Problem> {
        if self.profiles.get(&key_of(&new)).is_some() {
            return Err(profile_taken(&new.name));
        }
        let (section, name) = (old.section, &new.name);
        let named = self.rooms.iter().filter(|room| uses(room, old));
        let rooms = named.map(|room| follow(room, old, name));
        let rooms = rooms.collect::<Result<Vec<_>, _>>()?;
        let begins = |one: &&ProfileRecord| {
            one.section == section && template_of(section, &one.text).as_ref() == Some(&old.name)
        };
        let based = self.profiles.all().iter().filter(begins);
        let profiles = based.map(|one| {
            let text = with_template(section, &one.text, name);
            let text = text.ok_or_else(|| too_long(&format!("the profile {}", one.name)))?;
            Ok(ProfileRecord {
                text: text.into(),
                version: one.version + 1,
                ..one.clone()
            })
        });
        let renaming = Renaming {
            rooms,
            profiles: profiles.collect::<Result<Vec<_>, Problem>>()?,
            what: Renamed::Profile {
                old: old.name.clone(),
                new,
            },
        };
        self.store_renaming(ticket, renaming);
        Ok(())
    }
}

/// The room with the new name wherever the old one stood.
fn follow(room: &RoomRecord, old: &ProfileKey, name: &ProfileName) -> Result<RoomRecord, Problem> {
    let mut room = room.clone();
    if begins_with(&room, old) {
        let text = match old.section {
            OptionSection::Bridge => &mut room.options,
            OptionSection::User => &mut room.user_options,
        };
        let new = with_template(old.section, text, name);
        *text = new.ok_or_else(|| too_long(&format!("the room {}", room.extension)))?;
    }
    let names = |one: &&mut PersonalPin| one.profile.as_ref() == Some(&old.name);
    let is_for_people = old.section == OptionSection::User;
    let personal = room.more_pins.personal.iter_mut();
    for one in personal.filter(names).filter(|_| is_for_people) {
        one.profile = Some(name.clone());
    }
    room.version += 1;
    Ok(room)
}

fn too_long(whose: &str) -> Problem {
    let detail = format!("with this name the options of {whose} would be too long");
    Problem::conflict(detail)
}
