//! What happened in a room, the newest below.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Paragraph};

use super::{Pen, words};
use crate::room::Room;

pub fn draw(pen: Pen<'_>, room: &Room, area: Rect, frame: &mut Frame<'_>) {
    let block = Block::new()
        .borders(Borders::TOP)
        .border_style(pen.look.soft())
        .title(Span::styled(" What happened (UTC) ", pen.look.head()));
    let inner = block.inner(area);
    let fit = usize::from(inner.height);
    let skipped = room.log.len().saturating_sub(fit);
    let lines: Vec<Line<'_>> = room
        .log
        .iter()
        .skip(skipped)
        .map(|entry| {
            Line::from(vec![
                Span::styled(
                    format!(" {} ", words::time_of_day(entry.at)),
                    pen.look.soft(),
                ),
                Span::raw(entry.sentence.as_str()),
            ])
        })
        .collect();
    frame.render_widget(block, area);
    frame.render_widget(Paragraph::new(lines), inner);
}
