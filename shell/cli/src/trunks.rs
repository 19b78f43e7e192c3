//! `conclave trunks`.

use conclave_api::{Page, TrunkGroup, TrunkTemplateView, TrunkTestView, TrunkView};
use hyper::Method;
use serde_json::{Map, Value, json};

use crate::client::{Client, escape};
use crate::output::Output;
use crate::password::read_password;
use crate::table::{Table, moment};
use crate::{Failure, Secret, TrunksCommand};

pub(crate) async fn run(
    client: &Client,
    command: TrunksCommand,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    match command {
        TrunksCommand::Ls => {
            let page: Page<TrunkView> = client.get("/trunks").await?;
            Ok(output.show(&page.items, table)?)
        }
        TrunksCommand::Show { trunk } => {
            let view: TrunkView = client.get(&path(&trunk)).await?;
            Ok(output.show(&view, one)?)
        }
        TrunksCommand::Add {
            name,
            host,
            template,
            settings,
        } => {
            let mut body = body(&settings)?;
            body.insert("name".to_owned(), name.into());
            body.extend(host.map(|host| ("host".to_owned(), host.into())));
            body.extend(template.map(|name| ("template".to_owned(), name.into())));
            let body = Value::Object(body);
            let view: TrunkView = client.send(Method::POST, "/trunks", &body).await?;
            Ok(output.show(&view, one)?)
        }
        TrunksCommand::Set { trunk, settings } => {
            let body = Value::Object(body(&settings)?);
            let view: TrunkView = client.send(Method::PATCH, &path(&trunk), &body).await?;
            Ok(output.show(&view, one)?)
        }
        TrunksCommand::Rm { trunk } => {
            client.delete(&path(&trunk)).await?;
            Ok(output.say("removed")?)
        }
        TrunksCommand::Test { trunk } => {
            let path = format!("{}/test", path(&trunk));
            let tested: TrunkTestView = client.send(Method::POST, &path, &json!({})).await?;
            let failed = (!tested.answered).then(|| tested.sentence.clone());
            output.line(&tested, &tested.sentence)?;
            failed.map_or(Ok(()), |why| Err(Failure::Strange(why)))
        }
        TrunksCommand::Templates => {
            let page: Page<TrunkTemplateView> = client.get("/trunk-templates").await?;
            Ok(output.show(&page.items, templates)?)
        }
    }
}

fn path(trunk: &str) -> String {
    format!("/trunks/{}", escape(trunk))
}

/// What each setting means is the server's to know, and to refuse.
fn body(settings: &[Secret]) -> Result<Map<String, Value>, Failure> {
    let mut body = Map::new();
    for setting in settings {
        let Some((name, value)) = setting.reveal().split_once('=') else {
            return Err(Failure::Usage(
                "a setting is KEY=VALUE, such as user=801".to_owned(),
            ));
        };
        let value = if (name, value) == ("secret", "-") {
            read_password()?.reveal().to_owned()
        } else {
            value.to_owned()
        };
        body.insert(name.to_owned(), value.into());
    }
    Ok(body)
}

fn table(trunks: &Vec<TrunkView>) -> Table {
    let head = [
        "name",
        "kind",
        "host",
        "state",
        "latency",
        "calls",
        "last problem",
    ];
    let mut table = Table::with_head(&head);
    for trunk in trunks {
        let status = &trunk.status;
        table.row([
            &trunk.name,
            &trunk.kind,
            &trunk.host,
            status.state.name(),
            &latency(trunk),
            &status.calls.to_string(),
            status.last_problem.as_deref().unwrap_or_default(),
        ]);
    }
    table
}

fn one(trunk: &TrunkView) -> Table {
    let status = &trunk.status;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let time = |time: &Option<String>| time.as_deref().map(moment).unwrap_or_default();
    let yes_no = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
    Table::pairs([
        ("id", trunk.id.clone()),
        ("name", trunk.name.clone()),
        ("template", trunk.template.clone()),
        ("enabled", yes_no(trunk.enabled)),
        ("kind", trunk.kind.clone()),
        ("host", trunk.host.clone()),
        ("transport", trunk.transport.clone()),
        ("outbound_proxy", trunk.outbound_proxy.clone()),
        ("user", trunk.user.clone()),
        ("auth_user", trunk.auth_user.clone()),
        (
            "secret",
            if trunk.has_secret { "kept" } else { "none" }.to_owned(),
        ),
        ("from_domain", trunk.from_domain.clone()),
        ("expires_s", trunk.expires_s.to_string()),
        ("number_in", trunk.number_in.clone()),
        ("caller_in", trunk.caller_in.clone()),
        ("trusted", yes_no(trunk.trusted)),
        ("privacy", yes_no(trunk.privacy)),
        ("options_s", trunk.options_s.to_string()),
        ("allowed", trunk.allowed.join(",")),
        ("callers", trunk.callers.clone()),
        ("target", trunk.target.clone()),
        ("max_calls", trunk.max_calls.to_string()),
        ("srtp", trunk.srtp.clone()),
        ("state", status.state.name().to_owned()),
        ("since", moment(&status.since)),
        ("latency", latency(trunk)),
        ("requests go to", text(&status.remote)),
        ("it calls itself", text(&status.server)),
        ("it sees us as", text(&status.seen_as)),
        ("registered until", time(&status.registered_until)),
        ("last problem", text(&status.last_problem)),
        ("which was at", time(&status.last_problem_at)),
        ("calls", status.calls.to_string()),
    ])
}

fn latency(trunk: &TrunkView) -> String {
    let latency_ms = trunk.status.latency_ms;
    latency_ms.map_or(String::new(), |ms| format!("{ms} ms"))
}

fn templates(all: &Vec<TrunkTemplateView>) -> Table {
    let mut table = Table::with_head(&["template", "title", "what", "asks for"]);
    for template in all {
        let what = match template.group {
            TrunkGroup::System => "telephone system",
            TrunkGroup::Carrier => "carrier",
        };
        let asks = template.asks.join(", ");
        table.row([&template.name, &template.title, what, &asks]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_and_what_is_none_is_refused_without_being_shown() {
        let of = |text: &str| body(&[Secret::from(text.to_owned())]);
        assert_eq!(of("user=801").unwrap()["user"], "801");
        assert_eq!(of("secret=a=b").unwrap()["secret"], "a=b");
        let error = format!("{:?}", of("sesame").unwrap_err());
        assert!(!error.contains("sesame"), "{error}");
    }
}
