//! How far a transfer is, for whoever watches standard error; programs and pipes see nothing.

use conclave_api::clean;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::Format;

/// One line that is drawn over and over, and gone in the end.
#[derive(Clone)]
pub(crate) struct Progress {
    bar: ProgressBar,
    way: Way,
}

/// Where the bytes go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// To the server, which decodes them when it has them all.
    Up,
    /// To a file of ours.
    Down,
}

impl Progress {
    /// `bytes`: how many there will be, if that is known.
    pub fn of(name: &str, bytes: Option<u64>, format: Format, way: Way) -> Self {
        let target = match format {
            // Draws nothing either when standard error is no terminal.
            Format::Table => ProgressDrawTarget::stderr(),
            Format::Json => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(bytes, target);
        let look = if bytes.is_some() { BAR } else { COUNT };
        bar.set_style(style(look));
        bar.set_message(clean(name));
        Self { bar, way }
    }

    pub fn advance(&self, bytes: u64) {
        self.bar.inc(bytes);
        if self.way == Way::Up && self.bar.length() == Some(self.bar.position()) {
            self.bar.set_style(style(SENT));
            self.bar
                .enable_steady_tick(std::time::Duration::from_millis(200));
        }
    }

    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).expect("our own templates are well formed");
    style.progress_chars("█▌ ").tick_chars("-\\|/ ")
}

const BAR: &str = "{msg:!30}  {wide_bar}  {bytes}/{total_bytes}  {bytes_per_sec}  {eta}";
const COUNT: &str = "{msg:!30}  {bytes}  {bytes_per_sec}";
/// Nothing is left to send: now it is looked at.
const SENT: &str = "{msg:!30}  {spinner} all there, being looked at";
