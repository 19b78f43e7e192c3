//! Looks up for the brain where a name leads, off its task; judges no answer.

use std::sync::Arc;

use conclave_net::{Bind, Finder, Names};
use conclave_node::LookupId;
use conclave_sip::{Findings, LookupFailure, Place};
use tokio::sync::mpsc;

/// The brain's end: asks without waiting.
pub struct Lookups {
    finder: Arc<Finder>,
    tell: mpsc::UnboundedSender<LookedUp>,
}

/// What came of one question.
pub struct LookedUp {
    pub lookup: LookupId,
    /// The name that was asked for: whoever is there must prove to be it (RFC 5922 §7.3).
    pub host: String,
    pub result: Result<Findings, LookupFailure>,
}

impl Lookups {
    /// What is told is bounded by what was asked: an answer a question, and each trunk asks one at
    /// a time.
    ///
    /// # Errors
    /// A sentence that says what keeps names from being looked up.
    pub fn start(
        names: std::io::Result<Names>,
        bound: &[Bind],
    ) -> Result<(Lookups, mpsc::UnboundedReceiver<LookedUp>), String> {
        let names = names.map_err(|why| format!("name servers: {why}"))?;
        let finder = Arc::new(Finder::new(names, bound));
        let (tell, told) = mpsc::unbounded_channel();
        Ok((Lookups { finder, tell }, told))
    }

    pub fn ask(&self, lookup: LookupId, place: Place) {
        let (finder, tell) = (Arc::clone(&self.finder), self.tell.clone());
        tokio::spawn(async move {
            let result = finder.find(&place).await;
            // Nobody waits any more once the brain has ended.
            let host = place.host;
            let _ = tell.send(LookedUp {
                lookup,
                host,
                result,
            });
        });
    }
}
