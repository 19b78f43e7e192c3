//! All sessions, found by their number or by the tag we gave them; decides nothing.

use std::collections::HashMap;

use super::Session;
use crate::SessionId;
use crate::message::Message;

#[derive(Default)]
pub(crate) struct Sessions {
    all: HashMap<SessionId, Session>,
    by_tag: HashMap<Box<[u8]>, SessionId>,
    made_so_far: u64,
}

impl Sessions {
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    pub(crate) fn next_id(&mut self) -> SessionId {
        self.made_so_far += 1;
        SessionId(self.made_so_far)
    }

    pub(crate) fn insert(&mut self, session: Session) {
        let tag = session.dialog.local_tag.as_bytes().into();
        self.by_tag.insert(tag, session.id);
        self.all.insert(session.id, session);
    }

    pub(crate) fn get_mut(&mut self, id: SessionId) -> Option<&mut Session> {
        self.all.get_mut(&id)
    }

    /// The session whose dialog a request of the peer names (RFC 3261 §12.2.2).
    pub(crate) fn find(&self, request: &Message) -> Option<SessionId> {
        let id = *self.by_tag.get(request.callee_tag()?)?;
        let dialog = &self.all.get(&id)?.dialog;
        let remote_tag = request.caller_tag().unwrap_or(b"");
        dialog.is_named(request.call_id(), remote_tag).then_some(id)
    }

    pub(crate) fn remove_if_over(&mut self, id: SessionId) {
        if self.all.get(&id).is_some_and(Session::is_over)
            && let Some(session) = self.all.remove(&id)
        {
            self.by_tag.remove(session.dialog.local_tag.as_bytes());
        }
    }
}
