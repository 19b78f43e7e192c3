//! One room: what holds of it, who speaks, who is there, what happened.

use conclave_api::clean;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::{Pen, log, people, words};
use crate::room::Room;

pub fn draw(pen: Pen<'_>, room: &Room, area: Rect, frame: &mut Frame<'_>) {
    let rows = [
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Fill(1),
    ];
    let [title, speaking, rest] = area.layout(&Layout::vertical(rows));
    frame.render_widget(facts(pen, room), title);
    frame.render_widget(speaking_strip(pen, room), speaking);
    if area.width >= WIDE {
        let columns = [Constraint::Fill(1), Constraint::Length(LOG_COLUMNS)];
        let [left, right] = rest.layout(&Layout::horizontal(columns));
        people::draw(pen, room, left, frame);
        log::draw(pen, room, right, frame);
    } else if area.height >= TALL {
        let rows = [Constraint::Fill(1), Constraint::Length(LOG_ROWS)];
        let [above, below] = rest.layout(&Layout::vertical(rows));
        people::draw(pen, room, above, frame);
        log::draw(pen, room, below, frame);
    } else {
        people::draw(pen, room, rest, frame);
    }
}

fn facts(pen: Pen<'_>, room: &Room) -> Line<'static> {
    let look = pen.look;
    let mut spans = vec![
        Span::styled(format!(" {} ", clean(&room.at.extension)), look.head()),
        Span::styled(clean(&room.at.title), look.strong()),
    ];
    match room.started_at {
        Some(then) => {
            let since = words::since(then, pen.now);
            spans.push(Span::raw(format!(" · {since} · {} in", room.people.len())));
        }
        None => spans.push(Span::raw(" · nobody is here")),
    }
    if !room.waiting.is_empty() {
        let waiting = format!(" · {} at the door", room.waiting.len());
        spans.push(Span::styled(waiting, look.warn()));
    }
    let lock = if room.locked {
        Span::styled(" · locked", look.warn())
    } else {
        Span::raw(" · open")
    };
    spans.push(lock);
    if let Some(since) = room.recorded_since {
        let recorded = format!(" · ● REC {}", words::since(since, pen.now));
        spans.push(Span::styled(recorded, look.bad()));
    }
    Line::from(spans)
}

fn speaking_strip(pen: Pen<'_>, room: &Room) -> Line<'static> {
    let speaking = room.speaking();
    if speaking.is_empty() {
        return Line::styled(" nobody speaks", pen.look.soft());
    }
    let mut spans = Vec::new();
    for person in speaking {
        let since = person.speaks_since.unwrap_or(pen.now);
        let name = clean(person.name());
        spans.push(Span::styled(format!(" ▮ {name}"), pen.look.speaks()));
        spans.push(Span::raw(format!(" {} ", words::since(since, pen.now))));
    }
    Line::from(spans)
}

/// Columns from which on the log stands beside the people.
const WIDE: u16 = 120;
const LOG_COLUMNS: u16 = 42;
/// Rows from which on there is room for the log below them.
const TALL: u16 = 14;
const LOG_ROWS: u16 = 5;
