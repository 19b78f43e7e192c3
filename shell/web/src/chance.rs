//! Randomness from the system, for ids and secrets.

use conclave_api::ProblemKind;
use conclave_model::Chance;

use crate::refusal::{Answered, Refusal};

/// Chance that nobody can foresee.
pub(crate) fn chance() -> Answered<Chance> {
    let mut seed = [0_u8; 32];
    getrandom::fill(&mut seed).map_err(|_| no_chance())?;
    Ok(Chance::from_seed(seed))
}

pub(crate) fn no_chance() -> Refusal {
    Refusal::new(ProblemKind::Internal, "the system has no randomness")
}
