//! The parameters after the `?`: known ones once each, everything else refused by name.

use std::collections::BTreeMap;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use conclave_api::{Problem, ProblemKind, Wrong, nearest};
use conclave_model::limits;

use crate::refusal::Refusal;

/// The parameters as they were sent.
pub(crate) struct Parameters(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let query = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        query
            .map(|Query(pairs)| Self(pairs))
            .map_err(|_| Refusal::new(ProblemKind::Malformed, "the query cannot be read"))
    }
}

impl Parameters {
    /// Takes the parameters of these names.
    pub fn of(self, known: &[&'static str]) -> Result<Known, Problem> {
        let mut values = BTreeMap::new();
        let mut errors = Vec::new();
        for (name, value) in self.0 {
            let Some(known_name) = known.iter().find(|known| **known == name) else {
                let accepted = match nearest(&name, known.iter().copied()) {
                    Some(meant) => format!("a known parameter; did you mean {meant}?"),
                    None if known.is_empty() => "no parameters".to_owned(),
                    None => format!("one of {}", known.join(", ")),
                };
                errors.push(Wrong::new(&name, "", accepted));
                continue;
            };
            if values.insert(*known_name, value.clone()).is_some() {
                errors.push(Wrong::new(&name, &value, "one value"));
            }
        }
        if errors.is_empty() {
            Ok(Known(values))
        } else {
            Err(Problem::invalid(errors))
        }
    }
}

impl Parameters {
    /// All of them, for an address that others make; of two with one name, the last.
    pub fn whatever(self) -> BTreeMap<String, String> {
        self.0.into_iter().collect()
    }
}

/// Parameters with known names.
pub(crate) struct Known(BTreeMap<&'static str, String>);

impl Known {
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        self.0.remove(name).filter(|value| !value.is_empty())
    }

    /// `true` or `false`, which is also what it is when it is not there.
    pub fn flag(&mut self, name: &'static str) -> Result<bool, Problem> {
        match self.text(name).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => {
                let wrong = Wrong::new(name, other, "true or false");
                Err(Problem::invalid(vec![wrong]))
            }
        }
    }

    /// How many items the client wants in one answer.
    pub fn limit(&mut self) -> Result<u32, Problem> {
        let Some(text) = self.text("limit") else {
            return Ok(limits::API_PAGE);
        };
        let limit = text.parse::<u32>().ok();
        limit
            .filter(|limit| (1..=limits::API_PAGE_MAX).contains(limit))
            .ok_or_else(|| {
                let accepted = format!("a number from 1 to {}", limits::API_PAGE_MAX);
                Problem::invalid(vec![Wrong::new("limit", &text, accepted)])
            })
    }
}
