//! What participants write to each other: who may, and who receives it; reads none of it.

use std::time::Duration;

use conclave_model::{CallId, ParticipantId, TextMessage};

use crate::phones::EVENT_TYPES;
use crate::{Label, Room, RoomNews, RoomOutput, Turn};

/// Why a message is not passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextRefused {
    /// The sender is at the door, or waits for a leader: nobody hears them, and nobody reads them.
    NotInside,
    /// It would look like an event of the room.
    LooksLikeEvent,
    /// It has passed too many servers: two rooms pass it to each other.
    GoesRound,
    /// All phones together are sent so much already.
    TooMany { retry_after: Duration },
}

impl Room {
    /// A participant wrote to all others: goes to everybody who is in and whose options do not say
    /// `text_messaging=no`, the muted ones and those on hold too.
    ///
    /// # Errors
    /// It is not passed on to anybody.
    pub fn text(
        &mut self,
        turn: &mut Turn<'_>,
        who: ParticipantId,
        text: TextMessage,
    ) -> Result<(), TextRefused> {
        let sender = self.roster.get(who).filter(|one| one.is_active());
        let sender = sender.ok_or(TextRefused::NotInside)?;
        if EVENT_TYPES.contains(&text.kind().as_str()) {
            return Err(TextRefused::LooksLikeEvent);
        }
        let hops_left = text.hops_left.checked_sub(1);
        let hops_left = hops_left.ok_or(TextRefused::GoesRound)?;
        let from = sender.label.in_public();
        let reads = |one: &&crate::Participant| {
            one.id != who && one.profile.text_messaging && !one.is_away()
        };
        let to: Vec<CallId> = self
            .roster
            .active()
            .filter(reads)
            .map(|one| one.call)
            .collect();
        let deliveries = u32::try_from(to.len()).unwrap_or(u32::MAX);
        let taken = self.phones.allowance.take(turn.now, deliveries);
        taken.map_err(|retry_after| TextRefused::TooMany { retry_after })?;
        turn.news(RoomNews::TextCame {
            participant: who,
            content_type: text.kind(),
            bytes: text.body.len(),
        });
        if !to.is_empty() {
            let text = TextMessage { hops_left, ..text };
            turn.out.push(RoomOutput::Text { to, from, text });
        }
        Ok(())
    }
}

impl Label {
    /// As phones in the room show somebody: the name or, as a telephone number is nobody else's
    /// matter, its last two digits.
    #[must_use]
    pub fn in_public(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.hidden_number())
    }

    pub(crate) fn hidden_number(&self) -> String {
        let count = self.number.chars().count();
        let digits = self.number.chars().skip(count.saturating_sub(SHOWN));
        if count > 2 * SHOWN {
            std::iter::once('…').chain(digits).collect()
        } else {
            self.number.clone()
        }
    }
}

const SHOWN: usize = 2;
