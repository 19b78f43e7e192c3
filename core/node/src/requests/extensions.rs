//! Requests about numbers that are no room: checked wholly first, then stored, then true.

use std::time::Instant;

use conclave_api::{ExtensionView, Happening, Problem, Response, Wrong};
use conclave_model::confbridge::SoundChoice;
use conclave_model::{Extension, HouseService, ServiceExtension, limits};

use crate::extensions::ExtensionChange;
use crate::stored::{Pending, not_stored};
use crate::{Node, RequestId, StoreFailure, StoreWrite};

impl Node {
    pub(super) fn list_extensions(&self) -> Response {
        let all = self.extensions.sorted().into_iter();
        Response::Extensions(all.map(ExtensionView::of).collect())
    }

    pub(super) fn put_extension(
        &mut self,
        now: Instant,
        ticket: RequestId,
        extension: Extension,
        service: HouseService,
    ) -> Result<(), Problem> {
        self.check_is_no_room(&extension)?;
        self.check_sound(&service)?;
        let old = self.extensions.get(&extension);
        let created_at = match old {
            Some(old) => old.created_at,
            None if self.extensions.len() >= limits::SERVICE_EXTENSIONS => {
                let most = limits::SERVICE_EXTENSIONS;
                let detail = format!("there are {most} such numbers already, which is the most");
                return Err(Problem::conflict(detail));
            }
            None => self.config.wall.at(now),
        };
        let change = ExtensionChange::Put(ServiceExtension {
            extension,
            service,
            created_at,
        });
        self.store_extension(ticket, change);
        Ok(())
    }

    pub(super) fn delete_extension(
        &mut self,
        ticket: RequestId,
        extension: Extension,
    ) -> Result<(), Problem> {
        if self.extensions.get(&extension).is_none() {
            let detail = format!("under {extension} there is no echo test and no announcement");
            return Err(Problem::not_found(detail));
        }
        self.store_extension(ticket, ExtensionChange::Delete(extension));
        Ok(())
    }

    /// A room cannot have such a number.
    pub(super) fn check_is_no_service(&self, extension: &Extension) -> Result<(), Problem> {
        if !self.extensions.holds(extension) {
            return Ok(());
        }
        let what = match self.extensions.get(extension).map(|one| &one.service) {
            Some(HouseService::EchoTest) => "the echo test",
            Some(HouseService::Sound(_)) => "an announcement",
            None => "an echo test or announcement that is being made",
        };
        let problem = Problem::conflict(format!("{extension} is the number of {what}"));
        let accepted = "an extension that neither a room nor an echo test or announcement has";
        Err(problem.with(Wrong::new("extension", extension.as_str(), accepted)))
    }

    fn check_is_no_room(&self, extension: &Extension) -> Result<(), Problem> {
        let Some(holder) = self.rooms.holder(extension) else {
            return Ok(());
        };
        let whose = match self.rooms.get(holder) {
            Some(record) => format!("the room {:?}", record.title.as_str()),
            None => "a room that is being made".to_owned(),
        };
        let problem = Problem::conflict(format!("{extension} is the number of {whose}"));
        let accepted = "a number that no room has";
        Err(problem.with(Wrong::new("extension", extension.as_str(), accepted)))
    }

    fn check_sound(&self, service: &HouseService) -> Result<(), Problem> {
        let HouseService::Sound(SoundChoice::File(name)) = service else {
            return Ok(());
        };
        if self.shelf.clip(name).is_some() {
            return Ok(());
        }
        let own: Vec<&str> = self.shelf.names().collect();
        let accepted = match own[..] {
            [] => "the name of one of our sounds; none was uploaded yet".to_owned(),
            _ => format!(
                "one of our sounds, or of those uploaded: {}",
                own.join(", ")
            ),
        };
        Err(Problem::invalid(vec![Wrong::new("sound", name, accepted)]))
    }

    /// Hands a change to the store; nothing else happens until it says that it has it.
    fn store_extension(&mut self, request: RequestId, change: ExtensionChange) {
        let write = match &change {
            ExtensionChange::Put(record) => StoreWrite::PutExtension(Box::new(record.clone())),
            ExtensionChange::Delete(extension) => StoreWrite::DeleteExtension(extension.clone()),
        };
        self.extensions.begin(&change);
        self.store(Pending::Extension { change, request }, write);
    }

    /// Whoever dials the number from now on meets what was stored.
    pub(crate) fn extension_stored(
        &mut self,
        now: Instant,
        change: &ExtensionChange,
        request: RequestId,
        result: Result<(), StoreFailure>,
    ) {
        let answer = match result {
            Ok(()) => {
                let record = self.extensions.commit(change);
                let view = record.as_ref().map(ExtensionView::of);
                self.tell_of_extension(now, change, view.clone());
                match (change, view) {
                    (ExtensionChange::Put(_), Some(view)) => Ok(Response::Extension(view)),
                    (ExtensionChange::Put(_) | ExtensionChange::Delete(_), _) => Ok(Response::Done),
                }
            }
            Err(failure) => {
                self.extensions.abandon(change);
                let (number, why) = (change.extension(), failure.sentence);
                let sentence = format!("A change of the number {number} was not stored: {why}");
                self.outbox.error(sentence);
                Err(not_stored())
            }
        };
        self.reply(request, answer);
        self.serve_waiting(now);
    }

    fn tell_of_extension(
        &mut self,
        now: Instant,
        change: &ExtensionChange,
        view: Option<ExtensionView>,
    ) {
        let Some(view) = view else {
            return;
        };
        let what = match change {
            ExtensionChange::Put(_) => Happening::ExtensionUpdated(view),
            ExtensionChange::Delete(_) => Happening::ExtensionDeleted(view),
        };
        self.outbox.publish(self.config.wall.at(now), what);
    }
}
