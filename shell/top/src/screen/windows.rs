//! What lies over the rest: help, a name that is typed, a volume.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};

use super::{Pen, words};
use crate::keys::HELP;
use crate::pressing::name_in;
use crate::top::{Renaming, Window};
use crate::typing::Typing;

pub fn draw(pen: Pen<'_>, frame: &mut Frame<'_>) {
    match &pen.top.window {
        None => {}
        Some(Window::Help) => help(pen, frame),
        Some(Window::Rename {
            who, typing, step, ..
        }) => rename(pen, who, typing, step, frame),
        Some(Window::Volume { who, wanted_db, .. }) => volume(pen, who, *wanted_db, frame),
    }
}

fn help(pen: Pen<'_>, frame: &mut Frame<'_>) {
    let lines = HELP.map(|(key, what)| {
        Line::from(vec![
            Span::styled(format!(" {key:<6} "), pen.look.strong()),
            Span::raw(what),
        ])
    });
    open(pen, " Keys ", &lines, frame);
}

fn rename(pen: Pen<'_>, who: &str, typing: &Typing, step: &Renaming, frame: &mut Frame<'_>) {
    let said = match step {
        Renaming::Typing => Line::styled(" Enter saves, Esc leaves it", pen.look.soft()),
        Renaming::Sent => Line::styled(" saving …", pen.look.soft()),
        Renaming::Refused(why) => {
            Line::styled(format!(" ! {}", words::one_line(why)), pen.look.bad())
        }
    };
    let lines = [Line::raw(format!(" {}", typing.text())), said];
    let inner = open(pen, &format!(" Rename {} ", whom(pen, who)), &lines, frame);
    let before = Line::raw(typing.before()).width() + 1;
    let column = u16::try_from(before).unwrap_or(u16::MAX);
    let x = inner
        .x
        .saturating_add(column.min(inner.width.saturating_sub(1)));
    frame.set_cursor_position(Position::new(x, inner.y));
}

fn volume(pen: Pen<'_>, who: &str, wanted_db: i8, frame: &mut Frame<'_>) {
    let told = pen
        .top
        .open_room()
        .and_then(|room| room.person(who))
        .map(|person| person.view.volume_db);
    let state = if told == Some(wanted_db) { "" } else { " …" };
    let lines = [
        Line::styled(format!(" {wanted_db:+} dB{state}"), pen.look.strong()),
        Line::styled(
            " ← softer  → louder  0 as it comes  Enter closes",
            pen.look.soft(),
        ),
    ];
    open(
        pen,
        &format!(" Volume of {} ", whom(pen, who)),
        &lines,
        frame,
    );
}

fn whom(pen: Pen<'_>, id: &str) -> String {
    let room = pen.top.open_room();
    room.map(|room| name_in(room, id)).unwrap_or_default()
}

/// A box in the middle, as large as its lines; the area inside it.
fn open(pen: Pen<'_>, title: &str, lines: &[Line<'_>], frame: &mut Frame<'_>) -> Rect {
    let area = frame.area();
    let widest = lines.iter().map(Line::width).max().unwrap_or(0);
    let columns = u16::try_from(widest.max(title.chars().count()) + 3).unwrap_or(u16::MAX);
    let rows = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let columns = columns.max(COLUMNS_LEAST).min(area.width);
    let rows = rows.min(area.height);
    let place = Rect::new(
        area.x + (area.width - columns) / 2,
        area.y + (area.height - rows) / 2,
        columns,
        rows,
    );
    let block = Block::bordered()
        .border_style(pen.look.head())
        .title(Span::styled(title.to_owned(), pen.look.head()));
    let inner = block.inner(place);
    frame.render_widget(Clear, place);
    frame.render_widget(Paragraph::new(lines.to_vec()).block(block), place);
    inner
}

const COLUMNS_LEAST: u16 = 46;
