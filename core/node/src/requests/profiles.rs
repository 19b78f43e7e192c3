//! Requests that read or change profiles: checked wholly first, then stored, then true.

use std::time::Instant;

use conclave_api::{
    LiveRef, Problem, ProblemKind, ProfileKey, ProfileRequest, ProfileView, Response, Rewording,
    Wrong, nearest,
};
use conclave_model::confbridge::{OptionSection, ProfileName, ProfileRecord, template_of};
use conclave_model::limits;

use crate::profiles::{ProfileChange, begins_with, uses};
use crate::stored::Pending;
use crate::views::live_ref;
use crate::{Node, RequestId};

impl Node {
    /// `None`: the answer follows once the change is stored.
    pub(super) fn serve_profile(
        &mut self,
        now: Instant,
        ticket: RequestId,
        asked: ProfileRequest,
    ) -> Option<Result<Response, Problem>> {
        let begun = match asked {
            ProfileRequest::List => return Some(Ok(self.list_profiles())),
            ProfileRequest::Show(key) => return Some(self.show_profile(&key)),
            ProfileRequest::Create { key, text } => self.create_profile(now, ticket, key, &text),
            ProfileRequest::Update {
                key,
                change,
                if_version,
            } => self.update_profile(ticket, &key, change, if_version),
            ProfileRequest::Delete { key, if_version } => {
                self.delete_profile(ticket, key, if_version)
            }
        };
        begun.err().map(Err)
    }

    /// One change follows the other: each may name what the one before made.
    pub(super) fn profile_must_wait(&self, asked: &ProfileRequest) -> bool {
        match asked {
            ProfileRequest::List | ProfileRequest::Show(_) => false,
            ProfileRequest::Update { change, .. } if change.name.is_some() => self.is_changing(),
            ProfileRequest::Create { .. }
            | ProfileRequest::Update { .. }
            | ProfileRequest::Delete { .. } => self.profiles.is_changing() || self.is_renaming(),
        }
    }

    fn list_profiles(&self) -> Response {
        let all = self.profiles.all().iter();
        Response::Profiles(all.map(|record| self.profile_view(record)).collect())
    }

    pub(crate) fn show_profile(&self, key: &ProfileKey) -> Result<Response, Problem> {
        let record = self.profiles.get(key).ok_or_else(|| unknown(key))?;
        Ok(Response::Profile(self.profile_view(record)))
    }

    fn create_profile(
        &mut self,
        now: Instant,
        ticket: RequestId,
        key: ProfileKey,
        text: &str,
    ) -> Result<(), Problem> {
        if self.profiles.get(&key).is_some() {
            return Err(profile_taken(&key.name));
        }
        if self.profiles.is_full() {
            let most = limits::PROFILES;
            let detail = format!("there are {most} profiles already, which is the most");
            return Err(Problem::conflict(detail));
        }
        self.check_profile(&key, text)?;
        let record = ProfileRecord {
            section: key.section,
            name: key.name,
            text: text.into(),
            created_at: self.config.wall.at(now),
            version: 1,
        };
        self.store_profile(ticket, ProfileChange::Put(record));
        Ok(())
    }

    fn update_profile(
        &mut self,
        ticket: RequestId,
        key: &ProfileKey,
        change: Rewording<ProfileName>,
        if_version: Option<u64>,
    ) -> Result<(), Problem> {
        let old = self.profile_at(key, if_version)?;
        let text = match &change.text {
            Some(text) => {
                self.check_profile(key, text)?;
                text.as_str().into()
            }
            None => old.text,
        };
        let record = ProfileRecord {
            text,
            version: old.version + 1,
            ..old
        };
        if let Some(new) = change.name.filter(|new| *new != key.name) {
            return self.rename_profile(
                ticket,
                key,
                ProfileRecord {
                    name: new,
                    ..record
                },
            );
        }
        self.store_profile(ticket, ProfileChange::Put(record));
        Ok(())
    }

    fn delete_profile(
        &mut self,
        ticket: RequestId,
        key: ProfileKey,
        if_version: Option<u64>,
    ) -> Result<(), Problem> {
        self.profile_at(&key, if_version)?;
        let stored = self.rooms.iter().find(|room| uses(room, &key));
        if let Some(room) = stored {
            let (title, extension) = (room.title.as_str(), &room.extension);
            let detail = if begins_with(room, &key) {
                format!(
                    "the options of room {extension} {title:?} begin with this profile; take the \
                     template out of them first"
                )
            } else {
                format!(
                    "a personal PIN of room {extension} {title:?} names this profile; take it \
                     from there first"
                )
            };
            return Err(Problem::conflict(detail));
        }
        let begins = |other: &&ProfileRecord| {
            other.section == key.section
                && template_of(other.section, &other.text).as_ref() == Some(&key.name)
        };
        if let Some(other) = self.profiles.all().iter().find(begins) {
            let detail = format!("the profile {} begins with this one", other.name);
            return Err(Problem::conflict(detail));
        }
        let mut being_stored = self.pending.values().filter_map(Pending::room_to_be);
        if being_stored.any(|room| uses(room, &key)) {
            let detail = "a room takes this profile at this moment";
            return Err(Problem::conflict(detail));
        }
        self.store_profile(ticket, ProfileChange::Delete(key));
        Ok(())
    }

    /// Names the line of each text that begins with a profile which is not there.
    pub(super) fn check_templates(&self, options: &str, user_options: &str) -> Result<(), Problem> {
        let texts = [
            ("options", OptionSection::Bridge, options),
            ("user_options", OptionSection::User, user_options),
        ];
        let wrong: Vec<Wrong> = texts
            .into_iter()
            .filter_map(|(field, section, text)| self.wrong_template(field, section, text))
            .collect();
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid(wrong))
        }
    }

    /// Lines were checked before; this is about what they name.
    fn check_profile(&self, key: &ProfileKey, text: &str) -> Result<(), Problem> {
        if let Some(wrong) = self.wrong_template("text", key.section, text) {
            return Err(Problem::invalid(vec![wrong]));
        }
        if self.profiles.all().is_circle(key.section, &key.name, text) {
            let most = limits::PROFILE_DEPTH;
            let accepted =
                format!("a profile that does not begin with this one, over at most {most} others");
            let wrong = Wrong::new("text", "template", accepted);
            return Err(Problem::invalid(vec![wrong]));
        }
        match key.section {
            OptionSection::Bridge => self.check_names(text, ""),
            OptionSection::User => self.check_names("", text),
        }
    }

    /// That there is a user profile of this name.
    pub(super) fn check_profile_of_pin(&self, name: &ProfileName) -> Result<(), Problem> {
        let key = ProfileKey {
            section: OptionSection::User,
            name: name.clone(),
        };
        if self.profiles.may_be_named(&key) {
            return Ok(());
        }
        let wrong = Wrong::new("profile", name.as_str(), self.profiles_beside(&key));
        Err(Problem::invalid(vec![wrong]))
    }

    /// What may be named in the place of a profile that is not there.
    fn profiles_beside(&self, key: &ProfileKey) -> String {
        let names = self.profiles.names(key.section);
        let all = names.join(", ");
        if names.is_empty() {
            return "a profile, and there is none yet".to_owned();
        }
        match nearest(key.name.as_str(), names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean {near}? There are: {all}"),
            None => format!("one of the profiles {all}"),
        }
    }

    fn wrong_template(&self, field: &str, section: OptionSection, text: &str) -> Option<Wrong> {
        let name = template_of(section, text)?;
        let key = ProfileKey { section, name };
        if self.profiles.may_be_named(&key) {
            return None;
        }
        let typed = format!("template={}", key.name);
        Some(Wrong::new(field, &typed, self.profiles_beside(&key)))
    }

    fn profile_view(&self, record: &ProfileRecord) -> ProfileView {
        let key = crate::profiles::key_of(record);
        let rooms = self.rooms.sorted().into_iter();
        let named = rooms.filter(|room| uses(room, &key));
        let rooms: Vec<LiveRef> = named.map(|room| live_ref(room)).collect();
        ProfileView::of(record, rooms)
    }

    fn profile_at(
        &self,
        key: &ProfileKey,
        if_version: Option<u64>,
    ) -> Result<ProfileRecord, Problem> {
        let record = self.profiles.get(key).ok_or_else(|| unknown(key))?;
        match if_version {
            Some(version) if version != record.version => Err(Problem::new(
                ProblemKind::VersionMismatch,
                format!(
                    "the profile is at version {} and not at {version}; read it again",
                    record.version
                ),
            )),
            Some(_) | None => Ok(record.clone()),
        }
    }
}

pub(super) fn profile_taken(name: &ProfileName) -> Problem {
    let detail = format!("there is a profile {name} already");
    let accepted = "a name that no other profile of this kind has";
    let wrong = Wrong::new("name", name.as_str(), accepted);
    Problem::conflict(detail).with(wrong)
}

fn unknown(key: &ProfileKey) -> Problem {
    let detail = format!("there is no profile {}", key.name);
    Problem::new(ProblemKind::NotFound, detail)
}
