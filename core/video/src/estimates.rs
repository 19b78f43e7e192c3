//! What receivers say that they can take, made into one; sends nothing.

use conclave_contract::VideoRules;
use conclave_model::confbridge::RembBehavior;

/// What the senders of one stage are told, in bits per second: `own` are the estimates of those who
/// see the sender, `all` those of everybody on the stage. `None`: nothing.
pub(crate) fn combined(rules: &VideoRules, own: &[u64], all: &[u64]) -> Option<u64> {
    match rules.remb {
        RembBehavior::Average => mean(own),
        RembBehavior::Lowest => own.iter().min().copied(),
        RembBehavior::Highest => own.iter().max().copied(),
        RembBehavior::AverageAll => mean(all),
        RembBehavior::LowestAll => all.iter().min().copied(),
        RembBehavior::HighestAll => all.iter().max().copied(),
        RembBehavior::Force => Some(rules.remb_forced.into()).filter(|forced| *forced > 0),
    }
}

fn mean(estimates: &[u64]) -> Option<u64> {
    let count = u64::try_from(estimates.len())
        .ok()
        .filter(|count| *count > 0)?;
    let sum = estimates
        .iter()
        .fold(0, |sum: u64, one| sum.saturating_add(*one));
    Some(sum / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_behaviour_has_its_own_word() {
        let told = |remb, remb_forced| {
            let rules = VideoRules {
                remb,
                remb_forced,
                ..VideoRules::default()
            };
            let nothing = combined(&rules, &[], &[]);
            (
                combined(&rules, &[300, 600, 900], &[100, 300, 600, 900, 3_100]),
                nothing,
            )
        };
        assert_eq!(told(RembBehavior::Average, 0), (Some(600), None));
        assert_eq!(told(RembBehavior::Lowest, 0), (Some(300), None));
        assert_eq!(told(RembBehavior::Highest, 0), (Some(900), None));
        assert_eq!(told(RembBehavior::AverageAll, 0), (Some(1_000), None));
        assert_eq!(told(RembBehavior::LowestAll, 0), (Some(100), None));
        assert_eq!(told(RembBehavior::HighestAll, 0), (Some(3_100), None));
        assert_eq!(told(RembBehavior::Force, 70), (Some(70), Some(70)));
        assert_eq!(told(RembBehavior::Force, 0), (None, None));
    }
}
