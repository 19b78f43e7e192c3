//! `conclave status`.

use conclave_api::{CertificateSource, CertificateView, StatusView};

use crate::Failure;
use crate::client::Client;
use crate::output::Output;
use crate::table::{Table, moment};

pub(crate) async fn show(client: &Client, output: &mut Output<'_>) -> Result<(), Failure> {
    let status: StatusView = client.get("/status").await?;
    output.show(&status, table)?;
    Ok(())
}

fn table(status: &StatusView) -> Table {
    let counts = &status.counts;
    let mut pairs = vec![
        ("version", status.version.clone()),
        (
            "running since",
            format!("{} UTC", moment(&status.started_at)),
        ),
        ("up", duration(status.uptime_seconds)),
        ("calls at", status.sip.join(", ")),
        (
            "API at",
            if status.http.is_empty() {
                "the socket only".to_owned()
            } else {
                status.http.join(", ")
            },
        ),
        ("HTTPS at", or_nowhere(&status.https)),
        ("sound ports", status.rtp_ports.clone()),
        (
            "rooms",
            format!(
                "{}, {} with people in them",
                counts.rooms, counts.rooms_live
            ),
        ),
        ("participants", counts.participants.to_string()),
        (
            "calls",
            format!("{} of at most {}", counts.calls, counts.calls_max),
        ),
        ("load", counts.load.level().sentence().to_owned()),
    ];
    if let Some(certificate) = &status.certificate {
        pairs.extend(about(certificate));
    }
    Table::pairs(pairs)
}

fn about(certificate: &CertificateView) -> Vec<(&'static str, String)> {
    let source = match certificate.source {
        CertificateSource::Files => "files",
        CertificateSource::Acme => "ACME",
        CertificateSource::SelfSigned => "signed by this server itself",
    };
    let until = moment(&certificate.until);
    let mut pairs = vec![
        ("certificate", format!("{source}, until {until} UTC")),
        ("its names", certificate.names.join(", ")),
        ("fingerprint", certificate.fingerprint.clone()),
    ];
    if let Some(problem) = &certificate.problem {
        pairs.push(("problem", problem.clone()));
    }
    pairs
}

fn or_nowhere(addresses: &[String]) -> String {
    if addresses.is_empty() {
        return "nowhere".to_owned();
    }
    addresses.join(", ")
}

pub(crate) fn duration(seconds: u64) -> String {
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes}:{seconds:02} min"),
        (0, _, _) => format!("{hours}:{minutes:02}:{seconds:02} h"),
        _ => format!("{days} d {hours}:{minutes:02} h"),
    }
}
