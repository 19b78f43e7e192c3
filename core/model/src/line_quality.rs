//! How well packets travel on one leg, and what that means to an ear; measures nothing.

/// What was measured over some seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LineQuality {
    /// Of the caller's packets, those that were lost or came too late to be heard; 0 to 100.
    pub loss_in_percent: f32,
    /// Of ours, what the peer last reported as lost; `None` until it does.
    pub loss_out_percent: Option<f32>,
    /// Interarrival jitter of the caller's packets (RFC 3550 §A.8).
    pub jitter_ms: f32,
}

/// What people would say of such a line, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LineGrade {
    Good,
    /// Noticed now and then.
    Fair,
    /// Words are lost.
    Poor,
}

impl LineQuality {
    /// `before`: the last grade of the same line. It gets better only when the figures are
    /// clearly on the better side, so that a line on the border does not change with every look.
    #[must_use]
    pub fn grade_after(self, before: Option<LineGrade>) -> LineGrade {
        let plain = self.judged(1.0);
        match before {
            Some(before) if before > plain => self.judged(RELIEF).min(before),
            Some(_) | None => plain,
        }
    }

    fn judged(self, strictness: f32) -> LineGrade {
        let loss = self
            .loss_in_percent
            .max(self.loss_out_percent.unwrap_or(0.0))
            * strictness;
        let jitter_ms = self.jitter_ms * strictness;
        if loss >= POOR_LOSS_PERCENT || jitter_ms >= POOR_JITTER_MS {
            LineGrade::Poor
        } else if loss >= FAIR_LOSS_PERCENT || jitter_ms >= FAIR_JITTER_MS {
            LineGrade::Fair
        } else {
            LineGrade::Good
        }
    }
}

/// One frame in a hundred is concealed and seldom noticed; more is.
const FAIR_LOSS_PERCENT: f32 = 1.0;
/// One in twenty: a syllable a sentence.
const POOR_LOSS_PERCENT: f32 = 5.0;
/// The jitter buffer grows by more than a packet and people begin to talk over each other.
const FAIR_JITTER_MS: f32 = 30.0;
const POOR_JITTER_MS: f32 = 80.0;
/// A quarter below the border is clearly on the better side.
const RELIEF: f32 = 4.0 / 3.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn lossy(percent: f32) -> LineQuality {
        LineQuality {
            loss_in_percent: percent,
            ..LineQuality::default()
        }
    }

    #[test]
    fn loss_either_way_and_jitter_make_a_line_bad() {
        assert_eq!(lossy(0.5).grade_after(None), LineGrade::Good);
        assert_eq!(lossy(1.0).grade_after(None), LineGrade::Fair);
        assert_eq!(lossy(5.0).grade_after(None), LineGrade::Poor);
        let out = LineQuality {
            loss_out_percent: Some(7.0),
            ..LineQuality::default()
        };
        assert_eq!(out.grade_after(None), LineGrade::Poor);
        let shaky = LineQuality {
            jitter_ms: 31.0,
            ..LineQuality::default()
        };
        assert_eq!(shaky.grade_after(None), LineGrade::Fair);
    }

    #[test]
    fn a_line_on_the_border_gets_better_only_when_it_clearly_is() {
        let poor = Some(LineGrade::Poor);
        assert_eq!(lossy(4.5).grade_after(poor), LineGrade::Poor);
        assert_eq!(lossy(3.0).grade_after(poor), LineGrade::Fair);
        assert_eq!(lossy(0.1).grade_after(poor), LineGrade::Good);
        let good = Some(LineGrade::Good);
        assert_eq!(lossy(4.5).grade_after(good), LineGrade::Fair);
        assert_eq!(lossy(9.0).grade_after(good), LineGrade::Poor);
    }
}
