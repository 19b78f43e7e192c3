//! Requests of the peer inside the dialog: in order, each to the file whose concern it is.

use super::{Session, Stage};
use crate::desk::Desk;
use crate::message::{ALLOW_INSIDE, Description, Message, Method, Name, Reply};
use crate::message::{before_params, is_type, session_description, text};
use crate::transaction::ServerId;
use crate::{Event, Path};

/// INFO bodies that carry a key press, of which both spellings are in the field, and those that ask
/// for a whole picture (RFC 5168).
const INFO_TYPES: [&str; 3] = [
    "application/dtmf-relay",
    "application/dtmf",
    "application/media_control+xml",
];

impl Session {
    /// A request that is new, names this dialog and is no ACK or CANCEL.
    pub(crate) fn request_came(&mut self, desk: &mut Desk<'_>, request: &Message, path: Path) {
        let sequence = request.cseq().map_or(0, |(sequence, _)| sequence);
        if !self.dialog.takes_sequence(sequence) {
            let reply = Reply::new(500).with_phrase("Out Of Order");
            desk.hands.reply_stateless(request, path, &reply);
            return;
        }
        if request.method() == Method::Message
            && let Err(reply) = self.may_text(desk, request)
        {
            desk.hands.reply_stateless(request, path, &reply);
            return;
        }
        let tag = self.dialog.local_tag.clone();
        let Some(server) = desk.servers.open(request, path, &tag, self.id) else {
            return;
        };
        self.dialog.path = path;
        match request.method() {
            Method::Bye => self.bye_came(desk, server, request),
            Method::Invite | Method::Update => self.offer_came(desk, server, request),
            Method::Prack => self.prack_came(desk, server, request),
            Method::Info => self.info_came(desk, server, request),
            Method::Message => self.text_came(desk, server, request),
            Method::Options => {
                let mut reply = Reply::new(200).with("Accept", "application/sdp");
                crate::hands::Hands::abilities(&mut reply.fields, ALLOW_INSIDE);
                desk.respond(server, &reply);
            }
            Method::Ack
            | Method::Cancel
            | Method::Register
            | Method::Subscribe
            | Method::Notify
            | Method::NotServed
            | Method::Unknown => {
                desk.respond(server, &Reply::new(405).with("Allow", ALLOW_INSIDE));
            }
        }
    }

    fn info_came(&mut self, desk: &mut Desk<'_>, server: ServerId, info: &Message) {
        let body = info.body();
        let content_type = info.field(Name::ContentType).unwrap_or(b"");
        let kind = before_params(content_type);
        if !body.is_empty() && !INFO_TYPES.iter().any(|wanted| is_type(kind, wanted)) {
            let reply = Reply::new(415).with("Accept", &INFO_TYPES.join(", "));
            desk.respond(server, &reply);
            return;
        }
        desk.respond(server, &Reply::new(200));
        if !body.is_empty() && !matches!(self.stage, Stage::Leaving(_)) {
            desk.tell(Event::Info {
                session: self.id,
                content_type: text(kind),
                body: body.to_vec(),
            });
        }
    }
}

/// The description in a re-INVITE or UPDATE, or the reply that refuses it.
pub(super) fn description_of(request: &Message) -> Result<Option<Vec<u8>>, Reply> {
    match session_description(request) {
        Description::Sdp(sdp) => Ok(Some(sdp.to_vec())),
        Description::Absent => Ok(None),
        Description::Foreign => Err(Reply::new(415).with("Accept", "application/sdp")),
    }
}
