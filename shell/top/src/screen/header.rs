//! The two lines on top: how much goes on, and what it costs the server.

use conclave_api::{LoadState, clean};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::{Pen, words};
use crate::top::Link;

pub fn draw(pen: Pen<'_>, area: Rect, frame: &mut Frame<'_>) {
    let [first, second] = area.layout(&Layout::vertical([Constraint::Length(1); 2]));
    let link = link(pen);
    let columns = [
        Constraint::Fill(1),
        Constraint::Length(u16::try_from(link.width()).unwrap_or(u16::MAX)),
    ];
    let [left, right] = first.layout(&Layout::horizontal(columns));
    frame.render_widget(counts(pen), left);
    frame.render_widget(link, right);
    frame.render_widget(load(pen), second);
}

fn link(pen: Pen<'_>) -> Line<'static> {
    let look = pen.look;
    match pen.top.link {
        Link::Connecting => Line::styled("… connecting ", look.warn()),
        Link::Live => Line::styled("● live ", look.good()),
        Link::Lost(_) => Line::styled("○ lost ", look.bad()),
    }
}

fn counts(pen: Pen<'_>) -> Line<'static> {
    let (mut rooms, mut people, mut waiting) = (0, 0, 0);
    for room in pen.top.rooms.live() {
        rooms += 1;
        people += room.people.len();
        waiting += room.waiting.len();
    }
    let mut parts = vec![
        words::count(rooms, "room", "rooms"),
        words::count(people, "person", "people"),
    ];
    if waiting > 0 {
        parts.push(format!("{waiting} at the door"));
    }
    let mut name = " Conclave".to_owned();
    if let Some(status) = &pen.top.status {
        name = format!(" Conclave {}", clean(&status.version));
        parts.push(format!("up {}", words::uptime(status.uptime_seconds)));
    }
    Line::from(vec![
        Span::styled(name, pen.look.head()),
        Span::raw(format!("  {}", parts.join(" · "))),
    ])
}

fn load(pen: Pen<'_>) -> Line<'static> {
    let look = pen.look;
    let mut spans = vec![Span::raw(" ")];
    if let Some(status) = &pen.top.status {
        let counts = &status.counts;
        spans.push(Span::raw(format!(
            "{} of {} calls",
            counts.calls, counts.calls_max
        )));
        let sheds = match counts.load {
            LoadState::Normal => None,
            LoadState::RefusingJoins => Some("REFUSES CALLS"),
            LoadState::FewerTalkers => Some("FEWER TALKERS"),
            LoadState::LowerComplexity => Some("LESS OPUS"),
        };
        if let Some(sheds) = sheds {
            spans.push(Span::styled(format!(" · {sheds}"), look.bad()));
        }
    }
    if let Some(load) = &pen.top.load {
        let tick = load
            .tick_p99_ms
            .map_or("no ticks".to_owned(), |ms| format!("tick {ms} ms"));
        spans.push(Span::raw(format!(
            " · CPU {:.0} % · {tick} · ",
            load.cpu_percent
        )));
        let late = format!("{} late", load.ticks_late);
        let style = if load.ticks_late > 0 {
            look.bad()
        } else {
            look.good()
        };
        spans.push(Span::styled(late, style));
        spans.push(Span::raw(format!(
            " · {} in {} out packets/s",
            words::rate(load.packets_in_per_second),
            words::rate(load.packets_out_per_second)
        )));
    }
    Line::from(spans)
}
