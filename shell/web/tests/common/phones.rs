//! Accounts of telephones as a stand-in for the brain keeps them; hashes no password.

use conclave_api::{PhoneMade, PhoneRequest, PhoneView, Problem, ProblemKind, Response};

/// Answers one request as the brain would.
pub fn answer(phones: &mut Vec<PhoneView>, asked: PhoneRequest) -> Result<Response, Problem> {
    let unknown = || Problem::new(ProblemKind::NotFound, "there is no such phone");
    let made = |phone: &PhoneView| {
        let (password, domain) = ("a-password-of-its-own".into(), "conclave".into());
        let phone = phone.clone();
        Response::PhoneMade(Box::new(PhoneMade {
            phone,
            password,
            domain,
        }))
    };
    let (key, if_version) = match &asked {
        PhoneRequest::List => return Ok(Response::Phones(phones.clone())),
        PhoneRequest::Create(draft) => {
            phones.push(PhoneView {
                id: "ph_0193a6c1b2f07c3e9d5a4b6c7d8e9f00".to_owned(),
                user: draft.user.to_string(),
                name: draft.name.to_string(),
                number: draft.number.as_ref().map(ToString::to_string),
                srtp: draft.srtp.map(Into::into),
                pin: draft.pin.into(),
                enabled: draft.enabled,
                registrations: 0,
                needs_password: false,
                created_at: "2026-11-23T08:00:00Z".to_owned(),
                version: 1,
            });
            return phones.last().map(made).ok_or_else(unknown);
        }
        PhoneRequest::Show(key) | PhoneRequest::Bindings(key) => (key, None),
        PhoneRequest::Update {
            key, if_version, ..
        }
        | PhoneRequest::NewPassword {
            key, if_version, ..
        }
        | PhoneRequest::Delete { key, if_version } => (key, *if_version),
    };
    let is = |one: &PhoneView| one.user == key.as_str() || one.id == key.as_str();
    let at = phones.iter().position(is).ok_or_else(unknown)?;
    let phone = &mut phones[at];
    if if_version.is_some_and(|wanted| wanted != phone.version) {
        let detail = "there is a newer one";
        return Err(Problem::new(ProblemKind::VersionMismatch, detail));
    }
    match asked {
        PhoneRequest::Update { patch, .. } => {
            phone.enabled = patch.enabled.unwrap_or(phone.enabled);
            phone.version += 1;
            Ok(Response::Phone(phone.clone()))
        }
        PhoneRequest::NewPassword { .. } => {
            phone.version += 1;
            Ok(made(phone))
        }
        PhoneRequest::Delete { .. } => {
            phones.remove(at);
            Ok(Response::Done)
        }
        PhoneRequest::Bindings(_) => Ok(Response::PhoneBindings(Vec::new())),
        PhoneRequest::List | PhoneRequest::Create(_) | PhoneRequest::Show(_) => {
            Ok(Response::Phone(phone.clone()))
        }
    }
}
