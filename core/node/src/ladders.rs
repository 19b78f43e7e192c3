//! What was said about each call on the wire, kept until it is stored; reads no message.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use conclave_model::{CallId, CallLadder, LadderMessage, LadderWay, UnixMillis, limits};
use conclave_sip::{MessageCopy, Why};

/// The messages of all calls that have not ended, or have only just.
#[derive(Debug, Default)]
pub(crate) struct Ladders {
    by_call_id: BTreeMap<String, Ladder>,
    names: BTreeMap<CallId, String>,
    /// Those of calls that have ended, by when they are stored.
    ending: VecDeque<(Instant, CallId)>,
    /// Copies of calls that are not known, or not yet.
    unclaimed: Vec<MessageCopy>,
    bytes: usize,
}

#[derive(Debug, Default)]
struct Ladder {
    first: Vec<LadderMessage>,
    last: VecDeque<LadderMessage>,
    skipped: u32,
}

impl Ladders {
    /// A call begins. Of two with the same Call-ID, all messages are the first one's.
    pub fn open(&mut self, call: CallId, call_id: &str) {
        if self.by_call_id.contains_key(call_id) {
            return;
        }
        self.by_call_id
            .insert(call_id.to_owned(), Ladder::default());
        self.names.insert(call, call_id.to_owned());
    }

    /// Keeps the messages of known calls, and the others until [`Ladders::forget_unclaimed`]: their
    /// calls may be about to begin.
    pub fn file(&mut self, at: UnixMillis, copies: impl Iterator<Item = MessageCopy>) {
        let mut waiting = std::mem::take(&mut self.unclaimed);
        waiting.extend(copies);
        for copy in waiting {
            let Some(ladder) = self.by_call_id.get_mut(&copy.call_id) else {
                self.unclaimed.push(copy);
                continue;
            };
            let mut message = message(at, &copy);
            if self.bytes + message.text.len() > limits::LADDERS_BYTES {
                let first_line = message.text.find('\n').unwrap_or(0);
                let left_out = message.text.len() - first_line;
                message.text.truncate(first_line);
                message.bytes_left_out += u32::try_from(left_out).unwrap_or(u32::MAX);
            }
            self.bytes += message.text.len();
            self.bytes -= ladder.push(message);
        }
    }

    /// What nobody claimed belongs to no call: a refusal without a session, a question.
    pub fn forget_unclaimed(&mut self) {
        self.unclaimed.clear();
    }

    /// A call has ended; its last messages may be under way.
    pub fn end(&mut self, now: Instant, call: CallId) {
        if self.names.contains_key(&call) {
            self.ending.push_back((now + limits::LADDER_LINGER, call));
        }
    }

    pub fn poll_timeout(&self) -> Option<(Instant, Why)> {
        let (at, _) = self.ending.front()?;
        Some((*at, "the messages of a call that has ended are stored"))
    }

    /// The next one to be stored by now; all that have ended when there is no later.
    pub fn take_due(&mut self, now: Instant, is_last_chance: bool) -> Option<CallLadder> {
        let (at, call) = *self.ending.front()?;
        if at > now && !is_last_chance {
            return None;
        }
        self.ending.pop_front();
        let ladder = self.by_call_id.remove(&self.names.remove(&call)?)?;
        let messages: Vec<_> = ladder.first.into_iter().chain(ladder.last).collect();
        self.bytes -= messages.iter().map(|one| one.text.len()).sum::<usize>();
        Some(CallLadder {
            call,
            messages,
            skipped: ladder.skipped,
        })
    }

    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.by_call_id.is_empty() && self.names.is_empty() && self.bytes == 0
    }
}

impl Ladder {
    /// The bytes of what was given up for it.
    fn push(&mut self, message: LadderMessage) -> usize {
        if self.first.len() < HALF {
            self.first.push(message);
            return 0;
        }
        self.last.push_back(message);
        if self.last.len() <= HALF {
            return 0;
        }
        self.skipped = self.skipped.saturating_add(1);
        self.last
            .pop_front()
            .map_or(0, |given_up| given_up.text.len())
    }
}

fn message(at: UnixMillis, copy: &MessageCopy) -> LadderMessage {
    let readable = copy.readable();
    LadderMessage {
        at,
        way: if copy.came {
            LadderWay::In
        } else {
            LadderWay::Out
        },
        transport: copy.path.transport.name(),
        local: copy.path.local,
        remote: copy.path.remote,
        text: readable.text,
        bytes_left_out: u32::try_from(readable.bytes_left_out).unwrap_or(u32::MAX),
    }
}

const HALF: usize = limits::LADDER_MESSAGES / 2;
