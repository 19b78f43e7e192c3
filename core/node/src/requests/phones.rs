//! Requests about accounts of telephones: checked wholly first, then stored, then true.

use std::time::Instant;

use conclave_api::{
    Happening, PhoneKey, PhoneMade, PhoneRef, PhoneRequest, PhoneView, Problem, ProblemKind,
    Response, Wrong,
};
use conclave_model::{
    PhoneDraft, PhoneId, PhonePassword, PhonePatch, PhoneRecord, PhoneUser, limits,
};
use conclave_sip::digest::ha1_set;

use crate::phones::PhoneChange;
use crate::registering::binding_view;
use crate::stored::{Pending, not_stored};
use crate::{Node, RequestId, StoreFailure, StoreWrite};

impl Node {
    /// `None`: the answer follows once the change is stored.
    pub(super) fn serve_phone(
        &mut self,
        now: Instant,
        ticket: RequestId,
        asked: PhoneRequest,
    ) -> Option<Result<Response, Problem>> {
        let answer = match asked {
            PhoneRequest::List => {
                let views = self.phones.iter().map(|phone| self.phone_view(phone));
                Ok(Response::Phones(views.collect()))
            }
            PhoneRequest::Show(key) => {
                let found = self.find_phone(&key);
                found.map(|phone| Response::Phone(self.phone_view(phone)))
            }
            PhoneRequest::Bindings(key) => self.phone_bindings(now, &key),
            PhoneRequest::Create(draft) => {
                return self.create_phone(now, ticket, draft).err().map(Err);
            }
            PhoneRequest::Update {
                key,
                patch,
                if_version,
            } => {
                let asked = self.update_phone(ticket, &key, patch, if_version);
                return asked.err().map(Err);
            }
            PhoneRequest::NewPassword {
                key,
                password,
                if_version,
            } => {
                let asked = self.new_phone_password(ticket, &key, password, if_version);
                return asked.err().map(Err);
            }
            PhoneRequest::Delete { key, if_version } => {
                return self.delete_phone(ticket, &key, if_version).err().map(Err);
            }
        };
        Some(answer)
    }

    /// Changes of one account follow each other.
    pub(super) fn phone_must_wait(&self, asked: &PhoneRequest) -> bool {
        let key = match asked {
            PhoneRequest::Update { key, .. }
            | PhoneRequest::NewPassword { key, .. }
            | PhoneRequest::Delete { key, .. } => key,
            PhoneRequest::List
            | PhoneRequest::Show(_)
            | PhoneRequest::Create(_)
            | PhoneRequest::Bindings(_) => return false,
        };
        let found = self.find_phone(key);
        found.is_ok_and(|phone| self.phones.is_changing(phone.id))
    }

    fn phone_bindings(&self, now: Instant, key: &PhoneKey) -> Result<Response, Problem> {
        let bindings = self.registrar.bindings(self.find_phone(key)?.id).iter();
        let views = bindings.map(|binding| binding_view(now, binding)).collect();
        Ok(Response::PhoneBindings(views))
    }

    fn create_phone(
        &mut self,
        now: Instant,
        ticket: RequestId,
        draft: PhoneDraft,
    ) -> Result<(), Problem> {
        let most = limits::PHONES;
        if self.phones.len() >= most {
            let detail = format!("there are {most} phones already, which is the most");
            return Err(Problem::conflict(detail));
        }
        if self.phones.holds(&draft.user) {
            let user = draft.user.as_str();
            let problem = Problem::conflict(format!("there is a phone {user:?} already"));
            let accepted = "a user that no other phone has";
            return Err(problem.with(Wrong::new("user", user, accepted)));
        }
        let at = self.config.wall.at(now);
        let password = self.password_or_new(draft.password);
        let record = PhoneRecord {
            id: PhoneId::mint(at, &mut self.chance),
            ha1: self.ha1_of(&draft.user, &password),
            realm: self.authority.realm().to_owned(),
            user: draft.user,
            name: draft.name,
            number: draft.number,
            srtp: draft.srtp,
            pin: draft.pin,
            enabled: draft.enabled,
            created_at: at,
            version: 1,
        };
        let change = PhoneChange::Put(Box::new(record));
        self.store_phone(ticket, change, Some(password));
        Ok(())
    }

    fn update_phone(
        &mut self,
        ticket: RequestId,
        key: &PhoneKey,
        patch: PhonePatch,
        if_version: Option<u64>,
    ) -> Result<(), Problem> {
        let old = self.phone_to_change(key, if_version)?;
        let record = PhoneRecord {
            name: patch.name.unwrap_or(old.name),
            number: patch.number.unwrap_or(old.number),
            srtp: patch.srtp.unwrap_or(old.srtp),
            pin: patch.pin.unwrap_or(old.pin),
            enabled: patch.enabled.unwrap_or(old.enabled),
            version: old.version + 1,
            ..old
        };
        self.store_phone(ticket, PhoneChange::Put(Box::new(record)), None);
        Ok(())
    }

    fn new_phone_password(
        &mut self,
        ticket: RequestId,
        key: &PhoneKey,
        password: Option<PhonePassword>,
        if_version: Option<u64>,
    ) -> Result<(), Problem> {
        let old = self.phone_to_change(key, if_version)?;
        let password = self.password_or_new(password);
        let record = PhoneRecord {
            ha1: self.ha1_of(&old.user, &password),
            realm: self.authority.realm().to_owned(),
            version: old.version + 1,
            ..old
        };
        self.store_phone(ticket, PhoneChange::Put(Box::new(record)), Some(password));
        Ok(())
    }

    fn delete_phone(
        &mut self,
        ticket: RequestId,
        key: &PhoneKey,
        if_version: Option<u64>,
    ) -> Result<(), Problem> {
        let old = self.phone_to_change(key, if_version)?;
        self.store_phone(ticket, PhoneChange::Delete(Box::new(old)), None);
        Ok(())
    }

    fn phone_to_change(
        &self,
        key: &PhoneKey,
        if_version: Option<u64>,
    ) -> Result<PhoneRecord, Problem> {
        let phone = self.find_phone(key)?;
        if if_version.is_some_and(|wanted| wanted != phone.version) {
            let detail = format!(
                "the phone {:?} was changed meanwhile; it is at version {}",
                phone.user.as_str(),
                phone.version
            );
            return Err(Problem::new(ProblemKind::VersionMismatch, detail));
        }
        Ok(phone.clone())
    }

    /// By id or user.
    fn find_phone(&self, key: &PhoneKey) -> Result<&PhoneRecord, Problem> {
        let by_id = key.as_id().and_then(|id| self.phones.get(id));
        let found = by_id.or_else(|| self.phones.of_user(key.as_str()));
        found.ok_or_else(|| Problem::not_found(format!("there is no phone {:?}", key.as_str())))
    }

    fn phone_view(&self, phone: &PhoneRecord) -> PhoneView {
        let registrations = self.registrar.bindings(phone.id).len();
        PhoneView::of(phone, self.authority.realm(), registrations)
    }

    fn password_or_new(&mut self, given: Option<PhonePassword>) -> PhonePassword {
        given.unwrap_or_else(|| PhonePassword::invent(&mut self.chance))
    }

    fn ha1_of(&self, user: &PhoneUser, password: &PhonePassword) -> conclave_model::Ha1Set {
        ha1_set(user.as_str(), self.authority.realm(), password.reveal())
    }

    /// Hands a change to the store; nothing else happens until it says that it has it.
    fn store_phone(
        &mut self,
        request: RequestId,
        change: PhoneChange,
        password: Option<PhonePassword>,
    ) {
        let write = match &change {
            PhoneChange::Put(record) => StoreWrite::PutPhone(record.clone()),
            PhoneChange::Delete(record) => StoreWrite::DeletePhone(record.id),
        };
        self.phones.begin(&change);
        let pending = Pending::Phone {
            change,
            request,
            password,
        };
        self.store(pending, write);
    }

    /// Whoever registers or calls from now on meets what was stored.
    pub(crate) fn phone_stored(
        &mut self,
        now: Instant,
        change: &PhoneChange,
        password: Option<&PhonePassword>,
        request: RequestId,
        result: Result<(), StoreFailure>,
    ) {
        let record = change.record();
        let answer = match result {
            Ok(()) => {
                let is_gone = matches!(change, PhoneChange::Delete(_));
                let is_other = self
                    .phones
                    .get(record.id)
                    .is_some_and(|old| old.ha1 != record.ha1);
                if is_gone || is_other || !record.enabled {
                    self.unregister_all(now, record.id);
                }
                self.phones.commit(change);
                self.tell_of_phone(now, change, password)
            }
            Err(failure) => {
                self.phones.abandon(change);
                let (user, why) = (&record.user, failure.sentence);
                let sentence = format!("A change of the phone {user} was not stored: {why}");
                self.outbox.error(sentence);
                Err(not_stored())
            }
        };
        self.reply(request, answer);
        self.serve_waiting(now);
    }

    fn tell_of_phone(
        &mut self,
        now: Instant,
        change: &PhoneChange,
        password: Option<&PhonePassword>,
    ) -> Result<Response, Problem> {
        let at = self.config.wall.at(now);
        match change {
            PhoneChange::Put(record) => {
                let view = self.phone_view(record);
                let event = Happening::PhoneUpdated(view.clone());
                self.outbox.publish(at, event);
                Ok(match password {
                    Some(password) => Response::PhoneMade(Box::new(PhoneMade {
                        phone: view,
                        password: password.reveal().to_owned(),
                        domain: self.authority.realm().to_owned(),
                    })),
                    None => Response::Phone(view),
                })
            }
            PhoneChange::Delete(record) => {
                let event = Happening::PhoneDeleted(PhoneRef::of(record));
                self.outbox.publish(at, event);
                Ok(Response::Done)
            }
        }
    }
}
