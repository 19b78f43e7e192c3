//! What a call is lent for one turn, where its answers go; decides nothing.

use std::time::Instant;

use conclave_contract::{Command, VideoCommand};
use conclave_model::{Chance, LocalIds, UnixMillis};

use crate::{Output, SipAction};

/// One thing happens to a call: when, with which ids and chance, and where the outcome is put.
pub struct Turn<'a> {
    pub now: Instant,
    /// The same moment, for the call log.
    pub wall: UnixMillis,
    pub ids: &'a mut LocalIds,
    pub chance: &'a mut Chance,
    pub out: &'a mut Vec<Output>,
}

impl Turn<'_> {
    pub(crate) fn sip(&mut self, action: SipAction) {
        self.out.push(Output::Sip(action));
    }

    pub(crate) fn video(&mut self, command: VideoCommand) {
        self.out.push(Output::Video(command));
    }

    pub(crate) fn media(&mut self, command: Command) {
        self.out.push(Output::Media(command));
    }
}
