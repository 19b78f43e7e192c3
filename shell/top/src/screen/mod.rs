//! From what is known to what is on the terminal; decides nothing.

mod header;
mod list;
mod log;
mod people;
mod room;
mod windows;
mod words;

use std::time::Instant;

use conclave_model::UnixMillis;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use crate::look::Look;
use crate::top::{Link, Top};

/// What every part of the screen is drawn with.
#[derive(Clone, Copy)]
struct Pen<'a> {
    top: &'a Top,
    look: Look,
    now: UnixMillis,
}

/// Draws everything, into whatever room there is.
pub fn draw(top: &Top, look: Look, now: Instant, frame: &mut Frame<'_>) {
    let pen = Pen {
        top,
        look,
        now: top.clock.at(now),
    };
    let rows = [
        Constraint::Length(2),
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(1),
    ];
    let [head, rule, body, foot] = frame.area().layout(&Layout::vertical(rows));
    header::draw(pen, head, frame);
    let line = "─".repeat(usize::from(rule.width));
    frame.render_widget(Span::styled(line, look.soft()), rule);
    match top.open_room() {
        Some(room) => room::draw(pen, room, body, frame),
        None => list::draw(pen, body, frame),
    }
    draw_foot(pen, foot, frame);
    windows::draw(pen, frame);
}

/// What was asked for, what is wrong with the link, or what can be pressed.
fn draw_foot(pen: Pen<'_>, area: Rect, frame: &mut Frame<'_>) {
    let look = pen.look;
    let line = match (&pen.top.notice, &pen.top.link) {
        (Some(notice), _) if notice.is_wrong => {
            Line::styled(format!(" ! {}", words::one_line(&notice.text)), look.bad())
        }
        (Some(notice), _) => Line::styled(format!(" {}", notice.text), look.strong()),
        (None, Link::Lost(why)) => Line::styled(
            format!(" ! lost, trying again: {}", words::one_line(why)),
            look.bad(),
        ),
        (None, Link::Connecting | Link::Live) => Line::styled(keys(pen), look.soft()),
    };
    frame.render_widget(line, area);
}

fn keys(pen: Pen<'_>) -> &'static str {
    match pen.top.open {
        Some(_) => " m mute  k remove  h speak  n name  v volume  M all  L lock  A admit  R rec  ?",
        None => " ↑ ↓ choose  Enter open  ? help  q quit",
    }
}

/// The rows of the page that the chosen one is on: the list stands still until a page is full.
fn page(count: usize, chosen: Option<usize>, height: u16) -> std::ops::Range<usize> {
    let height = usize::from(height).max(1);
    let first = chosen.unwrap_or(0) / height * height;
    first..(first + height).min(count)
}
