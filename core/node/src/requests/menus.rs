//! Requests that read or change menus of keys: checked wholly first, then stored, then true.

use std::time::Instant;

use conclave_api::{
    LiveRef, MenuView, Problem, ProblemKind, Response, Rewording, Wrong, unknown_menu_sounds,
};
use conclave_model::confbridge::{MenuMistake, MenuName, MenuPreset, MenuRecord};
use conclave_model::{FieldError, limits};

use crate::menus::{MenuChange, has_chosen};
use crate::stored::Pending;
use crate::views::live_ref;
use crate::{Node, RequestId};

impl Node {
    pub(super) fn list_menus(&self) -> Response {
        let presets = MenuPreset::ALL
            .into_iter()
            .map(|preset| MenuView::of_preset(preset, self.rooms_with(&preset.menu_name())));
        let own = self
            .menus
            .iter()
            .map(|record| MenuView::of(record, self.rooms_with(&record.name)));
        Response::Menus(presets.chain(own).collect())
    }

    pub(crate) fn show_menu(&self, name: &MenuName) -> Result<Response, Problem> {
        let rooms = self.rooms_with(name);
        if let Some(preset) = name.preset() {
            return Ok(Response::Menu(MenuView::of_preset(preset, rooms)));
        }
        let record = self.menus.get(name).ok_or_else(|| unknown(name))?;
        Ok(Response::Menu(MenuView::of(record, rooms)))
    }

    pub(super) fn create_menu(
        &mut self,
        now: Instant,
        ticket: RequestId,
        name: MenuName,
        text: &str,
    ) -> Result<(), Problem> {
        if name.preset().is_some() || self.menus.get(&name).is_some() {
            return Err(menu_taken(&name));
        }
        if self.menus.len() >= limits::MENUS {
            let most = limits::MENUS;
            let detail = format!("there are {most} menus already, which is the most");
            return Err(Problem::conflict(detail));
        }
        self.check_menu_sounds(text)?;
        let at = self.config.wall.at(now);
        let record = MenuRecord::new(name, text, at).map_err(no_menu)?;
        self.store_menu(ticket, MenuChange::Put(record));
        Ok(())
    }

    pub(super) fn update_menu(
        &mut self,
        ticket: RequestId,
        name: &MenuName,
        change: Rewording<MenuName>,
        if_version: Option<u64>,
    ) -> Result<(), Problem> {
        let old = self.own_menu(name, if_version)?;
        let reworded = match &change.text {
            Some(text) => {
                self.check_menu_sounds(text)?;
                Some(old.with_text(text).map_err(no_menu)?)
            }
            None => None,
        };
        let record = reworded.unwrap_or(MenuRecord {
            version: old.version + 1,
            ..old
        });
        if let Some(new) = change.name.filter(|new| new != name) {
            return self.rename_menu(
                ticket,
                name,
                MenuRecord {
                    name: new,
                    ..record
                },
            );
        }
        self.store_menu(ticket, MenuChange::Put(record));
        Ok(())
    }

    pub(super) fn delete_menu(
        &mut self,
        ticket: RequestId,
        name: &MenuName,
        if_version: Option<u64>,
    ) -> Result<(), Problem> {
        self.own_menu(name, if_version)?;
        let stored = self.rooms.iter().find(|room| has_chosen(room, name));
        if let Some(room) = stored {
            let (title, extension) = (room.title.as_str(), &room.extension);
            let detail = format!(
                "the room {extension} {title:?} has chosen this menu; choose another for it first"
            );
            return Err(Problem::conflict(detail));
        }
        let mut being_stored = self.pending.values().filter_map(Pending::room_to_be);
        if being_stored.any(|room| has_chosen(room, name)) {
            let detail = "a room is choosing this menu at this moment";
            return Err(Problem::conflict(detail));
        }
        self.store_menu(ticket, MenuChange::Delete(name.clone()));
        Ok(())
    }

    /// Names the field when no such menu may be chosen.
    pub(super) fn check_keypad(&self, field: &'static str, name: &MenuName) -> Result<(), Problem> {
        if self.menus.may_be_chosen(name) {
            return Ok(());
        }
        let accepted = format!("one of the menus {}", self.menus.names().join(", "));
        Err(FieldError::new(field, name.as_str(), accepted).into())
    }

    fn check_menu_sounds(&self, text: &str) -> Result<(), Problem> {
        let known: Vec<&str> = self.shelf.names().collect();
        let wrong = unknown_menu_sounds(text, &known);
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid(wrong))
        }
    }

    fn rooms_with(&self, name: &MenuName) -> Vec<LiveRef> {
        let rooms = self.rooms.sorted().into_iter();
        let chosen = rooms.filter(|room| has_chosen(room, name));
        chosen.map(|room| live_ref(room)).collect()
    }

    fn own_menu(&self, name: &MenuName, if_version: Option<u64>) -> Result<MenuRecord, Problem> {
        if name.preset().is_some() {
            let detail = format!("the menu {name} comes with the server and stays as it is");
            return Err(Problem::conflict(detail));
        }
        let record = self.menus.get(name).ok_or_else(|| unknown(name))?;
        match if_version {
            Some(version) if version != record.version => Err(Problem::new(
                ProblemKind::VersionMismatch,
                format!(
                    "the menu is at version {} and not at {version}; read it again",
                    record.version
                ),
            )),
            Some(_) | None => Ok(record.clone()),
        }
    }
}

pub(super) fn menu_taken(name: &MenuName) -> Problem {
    let detail = format!("there is a menu {name} already");
    let accepted = "a name that no other menu has";
    let wrong = Wrong::new("name", name.as_str(), accepted);
    Problem::conflict(detail).with(wrong)
}

fn unknown(name: &MenuName) -> Problem {
    Problem::new(ProblemKind::NotFound, format!("there is no menu {name}"))
}

/// Lines were checked before; this is the last gate.
fn no_menu(mistake: MenuMistake) -> Problem {
    let wrong = match mistake {
        MenuMistake::Line(line) => Wrong::new("text", "", "keys and actions").at_line(line),
        MenuMistake::TooLong => Wrong::new(
            "text",
            "",
            format!("at most {} lines", limits::MENU_ENTRIES),
        ),
    };
    Problem::invalid(vec![wrong])
}
