//! A brain's answers about trunks, as far as they show.

use conclave_api::{
    Problem, Response, TrunkRequest, TrunkStateName, TrunkStatusView, TrunkTestView, TrunkView,
    rfc3339,
};
use conclave_model::{Chance, TrunkHost, TrunkRecord, TrunkSetting, UnixMillis};

pub fn answer_trunk(
    trunks: &mut Vec<TrunkRecord>,
    asked: TrunkRequest,
) -> Result<Response, Problem> {
    let unknown = || Problem::not_found("there is no such trunk");
    let is = |one: &TrunkRecord, key: &str| one.id.to_string() == key || *one.name.as_str() == *key;
    match asked {
        TrunkRequest::List => Ok(Response::Trunks(trunks.iter().map(view).collect())),
        TrunkRequest::Show(key) => {
            let found = trunks.iter().find(|one| is(one, &key)).map(view);
            found
                .map(|view| Response::Trunk(Box::new(view)))
                .ok_or_else(unknown)
        }
        TrunkRequest::Create(wish) => {
            let mut chance = Chance::from_seed([u8::try_from(trunks.len()).unwrap(); 32]);
            let name = wish.get(TrunkSetting::Name).unwrap_or("x").parse().unwrap();
            let host = TrunkHost::read("host", wish.get(TrunkSetting::Host).unwrap_or("x"))?;
            let mut record = TrunkRecord::new(name, host, UnixMillis(0), &mut chance);
            wish.apply(&mut record)?;
            trunks.push(record.clone());
            Ok(Response::Trunk(Box::new(view(&record))))
        }
        TrunkRequest::Update { key, wish, .. } => {
            let found = trunks.iter_mut().find(|one| is(one, &key));
            let found = found.ok_or_else(unknown)?;
            wish.apply(found)?;
            found.version += 1;
            Ok(Response::Trunk(Box::new(view(found))))
        }
        TrunkRequest::Delete { key, .. } => {
            let before = trunks.len();
            trunks.retain(|one| !is(one, &key));
            let is_gone = trunks.len() < before;
            is_gone.then_some(Response::Done).ok_or_else(unknown)
        }
        TrunkRequest::Test(key) => {
            trunks
                .iter()
                .find(|one| is(one, &key))
                .ok_or_else(unknown)?;
            Ok(Response::TrunkTested(TrunkTestView {
                answered: true,
                status: Some(200),
                took_ms: Some(12),
                sentence: "192.0.2.10:5060 answered 200 OK in 12 ms".to_owned(),
            }))
        }
    }
}

fn view(record: &TrunkRecord) -> TrunkView {
    let status = TrunkStatusView {
        state: TrunkStateName::Starting,
        since: rfc3339(UnixMillis(0)),
        latency_ms: None,
        remote: None,
        server: None,
        seen_as: None,
        registered_until: None,
        last_problem: None,
        last_problem_at: None,
        calls: 0,
    };
    TrunkView::of(record, status)
}
