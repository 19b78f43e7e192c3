//! HTTP and server-sent events over the public words; owns no rule.

mod around;
mod auth;
mod backend;
mod body;
mod brain;
mod calls;
mod console;
mod docs;
mod etag;
mod events;
mod host;
mod hub;
mod live;
mod metrics;
mod once;
mod operations;
mod path;
mod playlists;
mod query;
mod refusal;
mod rooms;
mod router;
mod server;
mod unix;
mod uploads;

pub use auth::Token;
pub use backend::Backend;
pub use brain::{Ask, BrainHandle};
pub use docs::openapi;
pub use host::{Host, HostFacts};
pub use hub::EventHub;
pub use metrics::{Histogram, Metric, MetricValue, Sample};
pub use playlists::{PlaylistError, Playlists};
pub use server::HttpServer;
pub use unix::{SOCKET_NAME, bind_unix};
