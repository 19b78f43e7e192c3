//! Somebody in a room, and since when they speak; knows no room.

use conclave_api::ParticipantView;
use conclave_model::UnixMillis;

/// One participant as the server last told of them.
#[derive(Clone, Debug)]
pub struct Person {
    pub view: ParticipantView,
    /// When what is being said began.
    pub speaks_since: Option<UnixMillis>,
    /// Of which moment the view is.
    told_at: UnixMillis,
}

impl Person {
    pub fn of(view: ParticipantView, at: UnixMillis, before: Option<&Person>) -> Self {
        let known = before.and_then(|before| before.speaks_since);
        let speaks_since = view.talking.then(|| known.unwrap_or(at));
        Self {
            view,
            speaks_since,
            told_at: at,
        }
    }

    /// How long they have spoken, what is being said included.
    pub fn talked_seconds(&self, now: UnixMillis) -> u64 {
        let since = if self.view.talking {
            now.0.saturating_sub(self.told_at.0) / 1_000
        } else {
            0
        };
        self.view.talk_seconds + since
    }

    pub fn name(&self) -> &str {
        name_of(self.view.name.as_deref(), &self.view.number)
    }
}

/// The name, or the number of who has none.
pub fn name_of<'a>(name: Option<&'a str>, number: &'a str) -> &'a str {
    name.filter(|name| !name.trim().is_empty())
        .unwrap_or(number)
}
