//! What goes on everywhere, and what somebody should look at; changes nothing.

use std::time::{Duration, Instant};

use conclave_api::{Attention, AttentionKind, LiveView, NowView, Response};
use conclave_model::{LoadLevel, limits};
use conclave_room::Participant;

use crate::Node;
use crate::live::LiveRoom;
use crate::rooms::sort_key;
use crate::views::{live_ref, person};

impl Node {
    pub(super) fn show_now(&self, now: Instant) -> Response {
        let mut rooms: Vec<&LiveRoom> = self.live.iter().collect();
        rooms.sort_by_key(|live| sort_key(&live.room.record().extension));
        let items: Vec<LiveView> = rooms
            .iter()
            .map(|live| self.live_view(now, live.room.record()))
            .filter(|view| !(view.participants.is_empty() && view.waiting.is_empty()))
            .collect();
        let load = self.load_level();
        let mut attention = Vec::new();
        if load != LoadLevel::Normal {
            attention.push(Attention {
                kind: AttentionKind::Load,
                room: None,
                who: None,
                sentence: load.sentence().to_owned(),
            });
        }
        for live in rooms {
            self.find_attention(now, live, &mut attention);
        }
        Response::Now(NowView {
            participants: items
                .iter()
                .map(|room| room.participants.len() as u64)
                .sum(),
            items,
            attention,
            load: load.into(),
        })
    }

    fn find_attention(&self, now: Instant, live: &LiveRoom, found: &mut Vec<Attention>) {
        let title = live.room.record().title.as_str();
        let mut add = |kind, who: &Participant, sentence| {
            found.push(Attention {
                kind,
                room: Some(live_ref(live.room.record())),
                who: Some(person(who)),
                sentence,
            });
        };
        for one in live.room.participants() {
            let waited = self.waited(now, one);
            if waited.is_some_and(|waited| waited >= limits::WAITING_LONG) {
                let seconds = waited.unwrap_or_default().as_secs();
                let sentence = format!("Somebody has been at the door of {title} for {seconds} s.");
                add(AttentionKind::WaitingLong, one, sentence);
            } else if self.eye(now).has_poor_line(one) {
                let sentence = format!("A line in {title} loses words.");
                add(AttentionKind::PoorLine, one, sentence);
            }
        }
    }

    /// For how long somebody has been at the door; `None` for who is in or not answered.
    fn waited(&self, now: Instant, one: &Participant) -> Option<Duration> {
        let heard_since = self.calls.get(one.call())?.heard_since()?;
        let now = self.config.wall.at(now);
        let waited_ms = now.0.saturating_sub(heard_since.0);
        (!one.is_inside()).then(|| Duration::from_millis(waited_ms))
    }
}
