//! `conclave phones`.

use conclave_api::{Page, PhoneBindingView, PhoneMade, PhonePinName, PhoneView, SrtpName};
use hyper::Method;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::client::{Client, escape};
use crate::output::Output;
use crate::phone_args::{PhonePinWord, PhoneSettings, SrtpWord};
use crate::table::Table;
use crate::{Failure, PhonesCommand};

/// An account with where its telephones are.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    phone: PhoneView,
    registered: Vec<PhoneBindingView>,
}

pub(crate) async fn run(
    client: &Client,
    command: PhonesCommand,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    match command {
        PhonesCommand::Ls => {
            let page: Page<PhoneView> = client.get("/phones").await?;
            Ok(output.show(&page.items, table)?)
        }
        PhonesCommand::Add {
            user,
            name,
            settings,
        } => {
            let mut body = body_of(settings);
            body.insert("user".to_owned(), user.into());
            body.insert("name".to_owned(), name.into());
            let body = Value::Object(body);
            let made: PhoneMade = client.send(Method::POST, "/phones", &body).await?;
            Ok(output.show(&made, login)?)
        }
        PhonesCommand::Show { phone } => {
            let path = path(&phone);
            let page: Page<PhoneBindingView> = client.get(&format!("{path}/registrations")).await?;
            let shown = Shown {
                phone: client.get(&path).await?,
                registered: page.items,
            };
            Ok(output.show(&shown, one)?)
        }
        PhonesCommand::Set {
            phone,
            name,
            settings,
            on,
            off,
        } => {
            let mut body = body_of(settings);
            body.extend(name.map(|name| ("name".to_owned(), name.into())));
            if on || off {
                body.insert("enabled".to_owned(), on.into());
            }
            let (path, body) = (path(&phone), Value::Object(body));
            let set: PhoneView = client.send(Method::PATCH, &path, &body).await?;
            Ok(output.show(&vec![set], table)?)
        }
        PhonesCommand::Password { phone } => {
            let path = format!("{}/password", path(&phone));
            let made: PhoneMade = client.send(Method::POST, &path, &json!({})).await?;
            Ok(output.show(&made, login)?)
        }
        PhonesCommand::Rm { phone } => {
            client.delete(&path(&phone)).await?;
            Ok(output.say("removed")?)
        }
    }
}

fn body_of(settings: PhoneSettings) -> Map<String, Value> {
    let mut body = Map::new();
    if let Some(number) = settings.number {
        let number = Some(number).filter(|number| number != "none");
        body.insert("number".to_owned(), json!(number));
    }
    if let Some(srtp) = settings.srtp {
        let srtp = match srtp {
            SrtpWord::Server => None,
            SrtpWord::Off => Some(SrtpName::Off),
            SrtpWord::Offered => Some(SrtpName::Offered),
            SrtpWord::Required => Some(SrtpName::Required),
        };
        body.insert("srtp".to_owned(), json!(srtp));
    }
    if let Some(pin) = settings.pin {
        let pin = match pin {
            PhonePinWord::Asks => PhonePinName::Asks,
            PhonePinWord::Skipped => PhonePinName::Skipped,
        };
        body.insert("pin".to_owned(), json!(pin));
    }
    body
}

fn path(phone: &str) -> String {
    format!("/phones/{}", escape(phone))
}

fn login(made: &PhoneMade) -> Table {
    Table::pairs([
        ("user", made.phone.user.clone()),
        ("password", made.password.clone()),
        ("domain", made.domain.clone()),
    ])
}

fn table(phones: &Vec<PhoneView>) -> Table {
    let mut table = Table::with_head(&["user", "name", "number", "pin", "srtp", "registered"]);
    for one in phones {
        let number = one.number.as_deref().unwrap_or_default();
        let registered = state(one);
        let row = [
            &one.user,
            &one.name,
            number,
            pin(one),
            srtp(one),
            &registered,
        ];
        table.row(row);
    }
    table
}

fn one(shown: &Shown) -> Table {
    let phone = &shown.phone;
    let mut rows = vec![
        ("id", phone.id.clone()),
        ("user", phone.user.clone()),
        ("name", phone.name.clone()),
        ("number", phone.number.clone().unwrap_or_default()),
        ("pin", pin(phone).to_owned()),
        ("srtp", srtp(phone).to_owned()),
        ("registered", state(phone)),
    ];
    for at in &shown.registered {
        let agent = at.user_agent.as_deref().unwrap_or_default();
        let way = format!(
            "{} {} for {} s  {agent}",
            at.transport, at.address, at.expires_s
        );
        rows.push(("at", way));
    }
    Table::pairs(rows)
}

fn state(phone: &PhoneView) -> String {
    match (phone.enabled, phone.needs_password, phone.registrations) {
        (false, _, _) => "disabled".to_owned(),
        (true, true, _) => "needs a new password".to_owned(),
        (true, false, 0) => "no".to_owned(),
        (true, false, 1) => "yes".to_owned(),
        (true, false, many) => format!("{many} times"),
    }
}

fn pin(phone: &PhoneView) -> &'static str {
    match phone.pin {
        PhonePinName::Asks => "asks",
        PhonePinName::Skipped => "skipped",
    }
}

fn srtp(phone: &PhoneView) -> &'static str {
    match phone.srtp {
        None => "as the server",
        Some(SrtpName::Off) => "off",
        Some(SrtpName::Offered) => "offered",
        Some(SrtpName::Required) => "required",
    }
}
