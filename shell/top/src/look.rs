//! How things look, with colours and without: no state is told by colour alone.

use ratatui::style::{Color, Modifier, Style};

/// Whether there are colours (<https://no-color.org>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Colours,
    Plain,
}

impl Look {
    pub(crate) fn head(self) -> Style {
        self.with(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    pub(crate) fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub(crate) fn soft(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    pub(crate) fn chosen(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    pub(crate) fn speaks(self) -> Style {
        self.with(Color::Green).add_modifier(Modifier::BOLD)
    }

    pub(crate) fn good(self) -> Style {
        self.with(Color::Green)
    }

    pub(crate) fn warn(self) -> Style {
        self.with(Color::Yellow).add_modifier(Modifier::BOLD)
    }

    pub(crate) fn bad(self) -> Style {
        self.with(Color::Red).add_modifier(Modifier::BOLD)
    }

    fn with(self, colour: Color) -> Style {
        match self {
            Look::Colours => Style::new().fg(colour),
            Look::Plain => Style::new(),
        }
    }
}
