//! What is chosen in a list that changes; a step goes on from where it was.

/// One row by its id, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    id: Option<String>,
    /// Where it was when it was chosen.
    place: usize,
}

/// How far a key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    By(isize),
    First,
    Last,
}

impl Choice {
    /// `None` when nothing is chosen, or what was chosen is gone: nothing else takes its place, so
    /// that no key hits somebody who was not meant.
    pub fn among<'a>(&self, ids: &[&'a str]) -> Option<(usize, &'a str)> {
        let id = self.id.as_deref()?;
        let place = ids.iter().position(|known| *known == id)?;
        Some((place, ids[place]))
    }

    pub fn step(&mut self, step: Step, ids: &[&str]) {
        let Some(last) = ids.len().checked_sub(1) else {
            return;
        };
        let place = match (self.among(ids), step) {
            (_, Step::First) => 0,
            (_, Step::Last) => last,
            (Some((place, _)), Step::By(by)) => place.saturating_add_signed(by).min(last),
            // Where it was, another stands now: that one is next.
            (None, Step::By(_)) => self.place.min(last),
        };
        self.place = place;
        self.id = Some(ids[place].to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_stays_within_the_list() {
        let ids = ["a", "b", "c"];
        let mut choice = Choice::default();
        assert_eq!(choice.among(&ids), None);
        choice.step(Step::By(1), &ids);
        assert_eq!(choice.among(&ids), Some((0, "a")));
        choice.step(Step::By(10), &ids);
        assert_eq!(choice.among(&ids), Some((2, "c")));
        choice.step(Step::By(-1), &ids);
        assert_eq!(choice.among(&ids), Some((1, "b")));
        choice.step(Step::First, &ids);
        assert_eq!(choice.among(&ids), Some((0, "a")));
        choice.step(Step::By(1), &[]);
        choice.step(Step::Last, &ids);
        assert_eq!(choice.among(&ids), Some((2, "c")));
    }

    #[test]
    fn who_is_gone_is_replaced_by_nobody() {
        let mut choice = Choice::default();
        choice.step(Step::By(1), &["a", "b", "c"]);
        choice.step(Step::By(1), &["a", "b", "c"]);
        let left = ["a", "c"];
        assert_eq!(choice.among(&left), None);
        choice.step(Step::By(1), &left);
        assert_eq!(choice.among(&left), Some((1, "c")));
    }
}
