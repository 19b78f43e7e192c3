//! Who is in a room and at its door, one a line.

use conclave_api::{DoorName, LineVerdict, WaitingView, clean, read_rfc3339};
use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Row, Table};

use super::{Pen, page, words};
use crate::person::{Person, name_of};
use crate::room::Room;

pub fn draw(pen: Pen<'_>, room: &Room, area: Rect, frame: &mut Frame<'_>) {
    let count = room.people.len() + room.waiting.len();
    if count == 0 {
        let extension = clean(&room.at.extension);
        let text = format!("  Nobody is here. Whoever dials {extension} comes in.");
        frame.render_widget(Line::raw(text), area);
        return;
    }
    let choice = pen.top.open.as_ref().map(|(_, choice)| choice);
    let chosen = choice.and_then(|choice| choice.among(&pen.top.row_ids()));
    let chosen = chosen.map(|(place, _)| place);
    let is_wide = area.width >= WIDE;
    let shown = page(count, chosen, area.height.saturating_sub(1));
    let name = if shown.len() < count {
        format!("NAME {}–{} of {count}", shown.start + 1, shown.end)
    } else {
        "NAME".to_owned()
    };
    let rows = shown.map(|place| {
        let mut cells = match room.people.get(place) {
            Some(person) => person_cells(pen, room, person),
            None => caller_cells(pen, &room.waiting[place - room.people.len()]),
        };
        let is_chosen = chosen == Some(place);
        if is_chosen {
            cells.insert(0, Line::raw("›"));
        } else {
            cells.insert(0, Line::raw(""));
        }
        if !is_wide {
            cells.truncate(NARROW_CELLS);
        }
        let row = Row::new(cells);
        if is_chosen {
            row.style(pen.look.chosen())
        } else {
            row
        }
    });
    let mut head = vec![
        "",
        "",
        name.as_str(),
        "NUMBER",
        "STATE",
        "LINE",
        "HERE",
        "TALK",
        "CODEC",
        "BY",
    ];
    let mut widths = vec![
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(15),
        Constraint::Length(if is_wide { 26 } else { 20 }),
        Constraint::Length(4),
        Constraint::Length(7),
        Constraint::Length(7),
        Constraint::Length(5),
        Constraint::Length(7),
    ];
    if !is_wide {
        head.truncate(NARROW_CELLS);
        widths.truncate(NARROW_CELLS);
    }
    let table = Table::new(rows, widths).header(Row::new(head).style(pen.look.head()));
    frame.render_widget(table, area);
}

fn person_cells(pen: Pen<'_>, room: &Room, person: &Person) -> Vec<Line<'static>> {
    let (look, view) = (pen.look, &person.view);
    let mark = if view.talking { "▮" } else { " " };
    let style = if view.talking {
        look.speaks()
    } else {
        look.strong()
    };
    let here = read_rfc3339(&view.joined_at).map(|then| words::since(then, pen.now));
    let quality = view.quality.map(|quality| {
        let style = match quality.verdict {
            LineVerdict::Good => look.soft(),
            LineVerdict::Fair => look.warn(),
            LineVerdict::Poor => look.bad(),
        };
        Span::styled(words::line(quality.verdict), style)
    });
    let talked = person.talked_seconds(pen.now);
    vec![
        Line::styled(mark, look.speaks()),
        Line::styled(clean(person.name()), style),
        Line::raw(clean(&view.number)),
        Line::raw(words::states(room, person)),
        Line::from(quality.unwrap_or_default()),
        Line::raw(here.unwrap_or_default()),
        Line::raw(words::clock(talked)),
        Line::raw(clean(view.codec.as_deref().unwrap_or_default())),
        Line::raw(door(view.door)),
    ]
}

fn caller_cells(pen: Pen<'_>, caller: &WaitingView) -> Vec<Line<'static>> {
    let since = read_rfc3339(&caller.since).map(|then| words::since(then, pen.now));
    let name = name_of(caller.name.as_deref(), &caller.number);
    vec![
        Line::styled("?", pen.look.warn()),
        Line::styled(clean(name), pen.look.warn()),
        Line::raw(clean(&caller.number)),
        Line::raw(words::at_the_door(caller)),
        Line::raw(""),
        Line::raw(since.unwrap_or_default()),
        Line::raw(""),
        Line::raw(""),
        Line::raw(door(caller.door)),
    ]
}

fn door(door: DoorName) -> &'static str {
    match door {
        DoorName::Phone => "phone",
        DoorName::Browser => "browser",
        DoorName::Trunk => "trunk",
    }
}

/// Columns from which on codec and door are shown.
const WIDE: u16 = 96;
const NARROW_CELLS: usize = 8;
