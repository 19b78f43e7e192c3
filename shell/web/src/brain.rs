//! The way from a web request to the brain and back; bounded, and never silent.

use conclave_api::{Doer, Problem, ProblemKind, Request, Response};
use conclave_model::limits;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// One request on its way to the brain, and where its answer goes.
#[derive(Debug)]
pub struct Ask {
    pub request: Request,
    /// For the events that come of it.
    pub by: Option<Doer>,
    pub reply: oneshot::Sender<Result<Response, Problem>>,
}

/// Asks the brain; cheap to clone.
#[derive(Clone, Debug)]
pub struct BrainHandle(mpsc::Sender<Ask>);

impl BrainHandle {
    /// The handle and the brain's end of it, with room for [`limits::API_QUEUE`] requests.
    #[must_use]
    pub fn channel() -> (BrainHandle, mpsc::Receiver<Ask>) {
        let (sender, receiver) = mpsc::channel(limits::API_QUEUE);
        (BrainHandle(sender), receiver)
    }

    /// For what changes nothing: nobody needs to be named.
    ///
    /// # Errors
    /// As of [`BrainHandle::ask_by`].
    pub async fn ask(&self, request: Request) -> Result<Response, Problem> {
        self.ask_by(None, request).await
    }

    /// # Errors
    /// What the brain refused, or `unavailable` when it is full, gone or too slow.
    pub async fn ask_by(&self, by: Option<Doer>, request: Request) -> Result<Response, Problem> {
        let unavailable = |detail| Problem::new(ProblemKind::Unavailable, detail);
        let (reply, answer) = oneshot::channel();
        self.0
            .try_send(Ask { request, by, reply })
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => unavailable("too many requests are waiting"),
                mpsc::error::TrySendError::Closed(_) => unavailable("the server is shutting down"),
            })?;
        match timeout(limits::API_ANSWER, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(unavailable("the server is shutting down")),
            Err(_) => Err(unavailable(
                "there was no answer in time; whether it was done is not known",
            )),
        }
    }
}

/// The answer to a request is of another kind than the request asks for: our own mistake.
pub(crate) fn misfit() -> Problem {
    tracing::error!("the brain answered with something else than was asked for");
    Problem::new(ProblemKind::Internal, "the answer makes no sense")
}
