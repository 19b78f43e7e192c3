//! What a room says in the place of our sentences, to one caller; knows no room.

use std::collections::BTreeMap;
use std::sync::Arc;

use conclave_contract::Segment;
use conclave_model::{Language, Prompt};

/// Our prompts that are said otherwise; all others are said as they are.
#[derive(Clone, Debug, Default)]
pub struct Wording(Arc<BTreeMap<Prompt, Vec<Segment>>>);

impl Wording {
    /// Empty: nothing is to be said.
    #[must_use]
    pub fn say(&self, prompts: &[Prompt], language: Language) -> Vec<Segment> {
        let each = prompts.iter().flat_map(|prompt| match self.0.get(prompt) {
            Some(other) => other.clone(),
            None => vec![Segment::Prompt(*prompt, language)],
        });
        each.collect()
    }
}

impl FromIterator<(Prompt, Vec<Segment>)> for Wording {
    fn from_iter<T: IntoIterator<Item = (Prompt, Vec<Segment>)>>(otherwise: T) -> Self {
        Self(Arc::new(otherwise.into_iter().collect()))
    }
}
