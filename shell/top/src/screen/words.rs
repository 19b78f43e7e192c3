//! Short words for a narrow screen; knows no layout.

use conclave_api::{
    LineVerdict, MuterName, ParticipantView, PinRoleName, WaitingStep, WaitingView, clean,
};
use conclave_model::UnixMillis;

use crate::person::Person;
use crate::room::Room;

/// `4:05`, or `1:02:10` from an hour on.
pub fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// `3 d 4:05 h`, for how long a server runs.
pub fn uptime(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    if days > 0 {
        format!("{days} d {hours}:{minutes:02} h")
    } else {
        format!("{hours}:{minutes:02} h")
    }
}

pub fn since(then: UnixMillis, now: UnixMillis) -> String {
    clock(now.0.saturating_sub(then.0) / 1_000)
}

/// `10:18:02`, in UTC as everywhere on the command line.
pub fn time_of_day(at: UnixMillis) -> String {
    let seconds = at.0 / 1_000 % 86_400;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}")
}

pub fn count(n: usize, one: &str, more: &str) -> String {
    match n {
        1 => format!("1 {one}"),
        _ => format!("{n} {more}"),
    }
}

/// `1234`, or `12.3k`.
pub fn rate(per_second: f64) -> String {
    if per_second >= 10_000.0 {
        format!("{:.1}k", per_second / 1_000.0)
    } else {
        format!("{per_second:.0}")
    }
}

/// Everything that holds of somebody now, the most pressing first.
pub fn states(room: &Room, person: &Person) -> String {
    let view = &person.view;
    let mut states = Vec::new();
    if view.talking {
        states.push("speaks".to_owned());
    }
    if view.hand_raised_at.is_some() {
        states.push(format!("hand {}", hand_number(room, person)));
    }
    if view.muted {
        states.push(match view.muted_by {
            Some(MuterName::Oneself) => "muted self".to_owned(),
            Some(MuterName::Room) => "muted by the room".to_owned(),
            Some(MuterName::Moderator) | None => "muted".to_owned(),
        });
    }
    if view.held {
        states.push("on hold".to_owned());
    }
    if view.away {
        states.push("away".to_owned());
    }
    if view.volume_db != 0 {
        states.push(format!("{:+} dB", view.volume_db));
    }
    states.extend(role(view).map(str::to_owned));
    states.join(", ")
}

/// Moderators are leaders, unless it is said; `None`: anybody.
fn role(view: &ParticipantView) -> Option<&'static str> {
    match (view.role, view.leader) {
        (PinRoleName::Moderator, true) => Some("moderator"),
        (PinRoleName::Moderator, false) => Some("moderator, no leader"),
        (PinRoleName::Member, true) => Some("leader"),
        (PinRoleName::Member, false) => None,
    }
}

/// The first hand that was raised is 1.
fn hand_number(room: &Room, person: &Person) -> usize {
    let raised = &person.view.hand_raised_at;
    let others = room.people.iter().map(|other| &other.view.hand_raised_at);
    1 + others
        .filter(|other| other.is_some() && *other < raised)
        .count()
}

pub fn at_the_door(caller: &WaitingView) -> String {
    let step = match caller.step {
        WaitingStep::Pin => "types the PIN",
        WaitingStep::Name => "says the name",
        WaitingStep::Entering => "comes in",
        WaitingStep::Leader => "waits for the leader",
    };
    match caller.pins_wrong {
        0 => format!("door: {step}"),
        wrong => format!("door: {wrong} wrong"),
    }
}

pub fn line(verdict: LineVerdict) -> &'static str {
    match verdict {
        LineVerdict::Good => "good",
        LineVerdict::Fair => "fair",
        LineVerdict::Poor => "poor",
    }
}

/// A problem in several lines, as one.
pub fn one_line(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    clean(&lines.collect::<Vec<_>>().join("; "))
}
