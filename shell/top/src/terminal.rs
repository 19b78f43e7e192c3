//! The terminal itself: taken over, drawn on, and given back however the program ends.

use std::io;
use std::time::Instant;

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event};

use crate::{Look, Top, draw};

/// The terminal while it is ours: given back when this is dropped, and by a hook on a panic.
pub struct Screen {
    terminal: DefaultTerminal,
    look: Look,
}

impl Screen {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// Standard output is no terminal.
    pub fn open(look: Look) -> io::Result<Self> {
        let terminal = ratatui::try_init()?;
        Ok(Self { terminal, look })
    }

    /// Draws what has changed; the terminal's size is asked for every time.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn draw(&mut self, top: &Top, now: Instant) -> io::Result<()> {
        let look = self.look;
        self.terminal.draw(|frame| draw(top, look, now, frame))?;
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        ratatui::restore();
    }
}

/// Tells of every key and change of size on a thread of its own, until it is told `false` or the
/// terminal is gone.
pub fn keyboard(mut tell: impl FnMut(Event) -> bool + Send + 'static) {
    std::thread::spawn(move || {
        while let Ok(event) = event::read() {
            if !tell(event) {
                return;
            }
        }
    });
}
