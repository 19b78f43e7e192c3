//! Who the sign-in service says has come: the user that they are here, and whether they come in.

use conclave_model::{Role, UserId, UserName, limits};
use conclave_oidc::{Person, SignInFailure, SignInService};
use conclave_store::UserRow;

use crate::audit::{audit_by, audit_refused};
use crate::backend::{Web, now};
use crate::chance::chance;
use crate::refusal::Answered;
use crate::requester::{Peer, Requester};
use crate::revocations::Revoked;
use crate::sign_in::start_session;

/// Opens a session for this person and returns its secret; who comes for the first time becomes a
/// user. What the service says of their role counts each time.
pub(crate) async fn let_in(
    web: &Web,
    requester: &Requester,
    service: &SignInService,
    person: Person,
) -> Answered<Result<String, SignInFailure>> {
    // Nobody is removed between being found and coming in.
    let _turn = web.users_turn.lock().await;
    let users = web.backend.store.load_users().await?;
    let is_them = |user: &&UserRow| user.subject.as_deref() == Some(&*person.subject);
    // Whoever sent the request did neither: not even somebody who was signed in as another.
    let says = ("oidc".to_owned(), service.settings().name.clone());
    let user = match (users.iter().find(is_them), person.role) {
        (Some(user), Some(role)) => {
            with_role(web, (says, requester.peer), user, role, &users).await?
        }
        (Some(user), None) => {
            shut_out(web, requester, user).await?;
            return Ok(Err(SignInFailure::NoRole));
        }
        (None, Some(role)) => match newcomer(&person, role, &users)? {
            Ok(user) => {
                web.backend.store.put_user(&user).await?;
                let (id, detail) = (user.id.to_string(), format!("{}, {}", user.name, user.role));
                audit_by(web, says, requester.peer, "user.created", &id, &detail).await?;
                user
            }
            Err(why) => {
                note_refusal(web, requester, &why).await?;
                return Ok(Err(why));
            }
        },
        (None, None) => {
            let detail = format!("{}: {}", shown(&person.name), SignInFailure::NoRole);
            audit_refused(web, requester, "console", &detail).await?;
            return Ok(Err(SignInFailure::NoRole));
        }
    };
    let id = user.id.to_string();
    let how = format!("by {}", service.settings().name);
    let who = (id.clone(), user.name.to_string());
    audit_by(web, who, requester.peer, "session.opened", &id, &how).await?;
    let (secret, _) = start_session(web, Some(user)).await?;
    Ok(Ok(secret))
}

/// Notes in the logs that nobody came in, and why.
///
/// # Errors
/// When the line cannot be kept.
pub(crate) async fn note_refusal(
    web: &Web,
    requester: &Requester,
    why: &SignInFailure,
) -> Answered<()> {
    tracing::info!(%why, "a sign-in by the other service failed");
    audit_refused(web, requester, "console", &why.to_string()).await
}

/// The user with the role that the service gives them now.
async fn with_role(
    web: &Web,
    (says, peer): ((String, String), Peer),
    user: &UserRow,
    role: Role,
    users: &[UserRow],
) -> Answered<UserRow> {
    let owners = users.iter().filter(|user| user.role == Role::Owner);
    // Nobody else could let anybody in any more.
    let is_last = user.role == Role::Owner && owners.count() == 1;
    let mut user = user.clone();
    if user.role == role || is_last {
        return Ok(user);
    }
    user.role = role;
    web.backend.store.put_user(&user).await?;
    web.revocations.say(Revoked::User(user.id));
    let (id, detail) = (user.id.to_string(), format!("role: {}", user.role));
    audit_by(web, says, peer, "user.updated", &id, &detail).await?;
    Ok(user)
}

/// Whoever has no role any more is not in by another browser either.
async fn shut_out(web: &Web, requester: &Requester, user: &UserRow) -> Answered<()> {
    web.backend.store.end_sessions_of(user.id, None).await?;
    web.revocations.say(Revoked::User(user.id));
    let detail = format!("{}: {}", user.name, SignInFailure::NoRole);
    audit_refused(web, requester, &user.id.to_string(), &detail).await
}

fn newcomer(
    person: &Person,
    role: Role,
    users: &[UserRow],
) -> Answered<Result<UserRow, SignInFailure>> {
    // The first user comes with the code from the console; a service makes nobody the first.
    if users.is_empty() {
        return Ok(Err(SignInFailure::NoRole));
    }
    let name = free_name(&person.name, users).filter(|_| users.len() < limits::USERS);
    let Some(name) = name else {
        return Ok(Err(SignInFailure::Full));
    };
    Ok(Ok(UserRow {
        id: UserId::mint(now(), &mut chance()?),
        name,
        role,
        password: None,
        subject: Some(person.subject.clone()),
        created_at: now(),
        signed_in_at: None,
    }))
}

/// Their name, or with a number behind it: a name that another user has does not make them one.
fn free_name(wanted: &str, users: &[UserRow]) -> Option<UserName> {
    let shown = shown(wanted);
    let names = (1..=users.len() + 1).map(|number| match number {
        1 => shown.clone(),
        _ => format!("{shown} {number}"),
    });
    let mut names = names.filter_map(|name| name.parse::<UserName>().ok());
    names.find(|name| {
        let name = name.as_str().to_lowercase();
        let taken = |user: &UserRow| user.name.as_str().to_lowercase() == name;
        !users.iter().any(taken)
    })
}

/// What somebody calls themselves, as it can be read without being led astray, with room for a
/// number behind it.
fn shown(name: &str) -> String {
    let plain = |one: &char| !one.is_control() && !DIRECTIONS.contains(one);
    let room = *limits::USER_NAME_CHARS.end() - " 9999".len();
    let shown: String = name.chars().filter(plain).take(room).collect();
    match shown.trim() {
        "" => "?".to_owned(),
        shown => shown.to_owned(),
    }
}

/// Turn the order of what is read around (Unicode Standard Annex 9 §2).
const DIRECTIONS: [char; 12] = [
    '\u{061c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}',
    '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

#[cfg(test)]
mod tests {
    use super::*;
    use conclave_model::UnixMillis;

    #[test]
    fn a_name_that_somebody_has_gets_a_number() {
        let user = |name: &str| UserRow {
            id: UserId::mint(UnixMillis(1), &mut chance().expect("some")),
            name: name.parse().expect("a name"),
            role: Role::Auditor,
            password: None,
            subject: None,
            created_at: UnixMillis(1),
            signed_in_at: None,
        };
        let users = [user("anna"), user("Anna 2")];
        let name = |wanted: &str| free_name(wanted, &users).map(|name| name.to_string());
        assert_eq!(name("Anna").as_deref(), Some("Anna 3"));
        assert_eq!(name("be\u{0}r\u{202e}t").as_deref(), Some("bert"));
        assert_eq!(name(&"x".repeat(300)).map(|name| name.len()), Some(59));
        assert_eq!(name("\u{0}").as_deref(), Some("?"));
    }
}
