//! Whether somebody answers, with hysteresis: one lost packet is no outage; sends nothing.

use conclave_model::limits;

/// What OPTIONS have shown so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Watch {
    view: View,
    /// In a row, all ways tried counting once.
    missed: u32,
    /// In a row.
    answered: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum View {
    #[default]
    Unknown,
    Up,
    Down,
}

impl Watch {
    pub fn view(self) -> View {
        self.view
    }

    pub fn answered(&mut self) {
        self.missed = 0;
        self.answered = self.answered.saturating_add(1);
        if self.view == View::Unknown || self.answered >= limits::TRUNK_ANSWERED {
            self.view = View::Up;
        }
    }

    pub fn missed(&mut self) {
        self.answered = 0;
        self.missed = self.missed.saturating_add(1);
        if self.missed >= limits::TRUNK_MISSED {
            self.view = View::Down;
        }
    }

    /// The next answer may change the view, so it should not be long in coming.
    pub fn is_unsettled(self) -> bool {
        match self.view {
            View::Unknown => true,
            View::Up => self.missed > 0,
            View::Down => self.answered > 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(story: &str) -> Watch {
        let mut watch = Watch::default();
        for word in story.chars() {
            if word == 'a' {
                watch.answered()
            } else {
                watch.missed()
            }
        }
        watch
    }

    #[test]
    fn down_after_three_missed_and_up_after_two_answered() {
        for (story, view) in [
            ("", View::Unknown),
            ("a", View::Up),
            ("m", View::Unknown),
            ("mm", View::Unknown),
            ("mmm", View::Down),
            ("amm", View::Up),
            ("ammamm", View::Up),
            ("ammm", View::Down),
            ("ammma", View::Down),
            ("ammmama", View::Down),
            ("ammmaa", View::Up),
        ] {
            assert_eq!(after(story).view(), view, "{story}");
        }
    }

    #[test]
    fn it_is_settled_when_one_more_would_change_nothing() {
        assert!(after("").is_unsettled());
        assert!(!after("a").is_unsettled());
        assert!(after("am").is_unsettled());
        assert!(!after("ammm").is_unsettled());
        assert!(after("ammma").is_unsettled());
    }
}
