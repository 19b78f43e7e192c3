//! The rooms that live, one a line.

use conclave_api::clean;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Row, Table};

use super::{Pen, page, words};
use crate::room::Room;

pub fn draw(pen: Pen<'_>, area: Rect, frame: &mut Frame<'_>) {
    let most = usize::from(area.height / 4);
    let shown = pen.top.attention.len().min(most);
    let rows = [
        Constraint::Fill(1),
        Constraint::Length(u16::try_from(shown).unwrap_or(0)),
    ];
    let [above, below] = area.layout(&Layout::vertical(rows));
    draw_rooms(pen, above, frame);
    let lines: Vec<Line<'_>> = pen.top.attention[..shown]
        .iter()
        .map(|attention| {
            let room = attention.room.as_ref();
            let place = room.map(|room| format!("{}: ", clean(&room.extension)));
            let sentence = clean(&attention.sentence);
            let text = format!("  ! {}{sentence}", place.unwrap_or_default());
            Line::styled(text, pen.look.warn())
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), below);
}

fn draw_rooms(pen: Pen<'_>, area: Rect, frame: &mut Frame<'_>) {
    let rooms: Vec<&Room> = pen.top.rooms.live().collect();
    if rooms.is_empty() {
        frame.render_widget(Line::raw("  Nobody is in a room now."), area);
        return;
    }
    let chosen = pen.top.in_list.among(&pen.top.row_ids());
    let chosen = chosen.map(|(place, _)| place);
    let shown = page(rooms.len(), chosen, area.height.saturating_sub(1));
    let rows = rooms[shown.clone()].iter().zip(shown).map(|(room, place)| {
        let is_chosen = chosen == Some(place);
        let row = row(pen, room, is_chosen);
        if is_chosen {
            row.style(pen.look.chosen())
        } else {
            row
        }
    });
    let widths = [
        Constraint::Length(1),
        Constraint::Length(6),
        Constraint::Fill(4),
        Constraint::Length(8),
        Constraint::Length(4),
        Constraint::Length(4),
        Constraint::Length(10),
        Constraint::Fill(5),
    ];
    let head = ["", "EXT", "TITLE", "SINCE", "IN", "DOOR", "", "SPEAKING"];
    let table = Table::new(rows, widths).header(Row::new(head).style(pen.look.head()));
    frame.render_widget(table, area);
}

fn row(pen: Pen<'_>, room: &Room, is_chosen: bool) -> Row<'static> {
    let look = pen.look;
    let speaking: Vec<String> = room
        .speaking()
        .into_iter()
        .map(|person| clean(person.name()))
        .collect();
    let speaking = if speaking.is_empty() {
        Span::styled("–", look.soft())
    } else {
        Span::styled(format!("▮ {}", speaking.join(", ")), look.speaks())
    };
    let started = room.started_at.map(|then| words::since(then, pen.now));
    let waiting = match room.waiting.len() {
        0 => Span::raw(""),
        n => Span::styled(n.to_string(), look.warn()),
    };
    let mut states = Vec::new();
    if room.locked {
        states.push(Span::styled("locked ", look.warn()));
    }
    if room.recorded_since.is_some() {
        states.push(Span::styled("REC", look.bad()));
    }
    Row::new([
        Line::raw(if is_chosen { "›" } else { "" }),
        Line::raw(clean(&room.at.extension)),
        Line::styled(clean(&room.at.title), look.strong()),
        Line::raw(started.unwrap_or_default()),
        Line::raw(room.people.len().to_string()),
        Line::from(waiting),
        Line::from(states),
        Line::from(speaking),
    ])
}
