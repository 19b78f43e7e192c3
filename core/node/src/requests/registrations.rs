//! Which rooms are open under the contexts that their options name; opens none.

use conclave_api::{RegistrationView, Response};

use crate::Node;
use crate::rooms::sort_key;

impl Node {
    /// In the order of extensions; `context`: only those under it, however it is capitalised.
    pub(super) fn list_registrations(&self, context: Option<&str>) -> Response {
        let mut found: Vec<_> = self
            .live
            .iter()
            .filter_map(|live| Some((live.room.registered_under()?, live.room.record())))
            .filter(|(under, _)| context.is_none_or(|context| under.eq_ignore_ascii_case(context)))
            .collect();
        found.sort_by_key(|(_, record)| sort_key(&record.extension));
        let view = |(under, record): (&str, &std::sync::Arc<conclave_model::RoomRecord>)| {
            RegistrationView {
                context: under.to_owned(),
                extension: record.extension.to_string(),
                room: record.id.to_string(),
                title: record.title.to_string(),
            }
        };
        Response::Registrations(found.into_iter().map(view).collect())
    }
}
