//! What one server is told: flags over environment over `conclave.toml` over defaults.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use conclave_model::Language;
use conclave_net::Bind;
use serde::Deserialize;

/// Everything the parts are started with. A value of this type is complete and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    pub data: PathBuf,
    pub sip: Vec<Bind>,
    pub http: Vec<SocketAddr>,
    pub rtp_ports: RangeInclusive<u16>,
    /// Said in `Server` and in session descriptions.
    pub name: String,
    pub language: Language,
    /// Prompts in Asterisk's layout, in place of ours.
    pub sounds: Option<PathBuf>,
    /// Media threads.
    pub workers: usize,
    /// A filter such as `info` or `conclave_node=debug`.
    pub log: String,
}

/// What was given on the command line; `None` and empty leave it to the file.
#[derive(Clone, Debug, Default)]
pub struct Given {
    pub data: PathBuf,
    pub sip: Vec<String>,
    pub http: Vec<SocketAddr>,
    pub rtp_ports: Option<String>,
}

/// The file `conclave.toml` in the data directory.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    sip: Vec<String>,
    http: Vec<SocketAddr>,
    rtp_ports: Option<String>,
    name: Option<String>,
    language: Option<String>,
    sounds: Option<PathBuf>,
    workers: Option<usize>,
    log: Option<String>,
}

impl Settings {
    /// Reads the file and the environment (`CONCLAVE_LOG`) and lays what was given over them.
    ///
    /// # Errors
    /// A sentence that names the field, the value and what would be accepted.
    pub fn resolve(given: Given) -> Result<Settings, String> {
        let file = read(&given.data.join("conclave.toml"))?;
        let texts = [given.sip, file.sip, DEFAULT_SIP.map(str::to_owned).to_vec()];
        let sip = first_filled(texts)
            .iter()
            .map(|text| bind(text))
            .collect::<Result<_, _>>()?;
        let http = first_filled([given.http, file.http, vec![DEFAULT_HTTP]]);
        let ports = given.rtp_ports.or(file.rtp_ports);
        let language = file
            .language
            .as_deref()
            .map_or(Ok(Language::English), language)?;
        let log = std::env::var("CONCLAVE_LOG").ok().or(file.log);
        Ok(Settings {
            data: given.data,
            sip,
            http,
            rtp_ports: ports.as_deref().map_or(Ok(DEFAULT_RTP), port_range)?,
            name: file.name.unwrap_or_else(|| "conclave".to_owned()),
            language,
            sounds: file.sounds,
            workers: file.workers.unwrap_or_else(cores).clamp(1, WORKERS_MAX),
            log: log.unwrap_or_else(|| "info".to_owned()),
        })
    }
}

fn read(path: &Path) -> Result<File, String> {
    match std::fs::read_to_string(path) {
        Ok(text) => toml::from_str(&text).map_err(|why| format!("{}: {why}", path.display())),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(File::default()),
        Err(why) => Err(format!("{}: {why}", path.display())),
    }
}

fn first_filled<T>(lists: [Vec<T>; 3]) -> Vec<T> {
    lists
        .into_iter()
        .find(|list| !list.is_empty())
        .unwrap_or_default()
}

/// `udp:IP:PORT` or `tcp:IP:PORT`; IPv6 in brackets.
fn bind(text: &str) -> Result<Bind, String> {
    let wrong = || format!("sip: {text:?} is not accepted; expected udp:IP:PORT or tcp:IP:PORT");
    let (transport, address) = text.split_once(':').ok_or_else(wrong)?;
    let transport = match transport {
        "udp" => conclave_sip::Transport::Udp,
        "tcp" => conclave_sip::Transport::Tcp,
        _ => return Err(wrong()),
    };
    let address = address.parse().map_err(|_| wrong())?;
    Ok(Bind { transport, address })
}

fn port_range(text: &str) -> Result<RangeInclusive<u16>, String> {
    let parsed = text
        .split_once('-')
        .and_then(|(low, high)| Some((low.trim().parse().ok()?, high.trim().parse().ok()?)))
        .filter(|(low, high): &(u16, u16)| *low >= 1_024 && high > low);
    parsed.map(|(low, high)| low..=high).ok_or_else(|| {
        format!("rtp-ports: {text:?} is not accepted; expected LOW-HIGH, both 1024 to 65535")
    })
}

fn language(text: &str) -> Result<Language, String> {
    Language::ALL
        .into_iter()
        .find(|language| language.tag() == text)
        .ok_or_else(|| format!("language: {text:?} is not accepted; expected en or de"))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

const DEFAULT_SIP: [&str; 2] = ["udp:0.0.0.0:5060", "tcp:0.0.0.0:5060"];
const DEFAULT_HTTP: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8_080);
const DEFAULT_RTP: RangeInclusive<u16> = 16_384..=32_767;
/// A stage lives on one worker; more threads than this were never seen to help.
const WORKERS_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_win_over_the_file_and_the_file_over_the_defaults() {
        let data = std::env::temp_dir().join(format!("conclave-settings-{}", std::process::id()));
        std::fs::create_dir_all(&data).unwrap();
        let text = "sip = [\"udp:127.0.0.1:5070\"]\nrtp_ports = \"20000-20099\"\nlanguage = \"de\"";
        std::fs::write(data.join("conclave.toml"), text).unwrap();
        let given = Given {
            data: data.clone(),
            rtp_ports: Some("30000-30009".to_owned()),
            ..Given::default()
        };
        let settings = Settings::resolve(given).unwrap();
        assert_eq!(settings.sip.len(), 1);
        assert_eq!(settings.sip[0].address.port(), 5_070);
        assert_eq!(settings.rtp_ports, 30_000..=30_009);
        assert_eq!(settings.language, Language::German);
        assert_eq!(settings.http, [DEFAULT_HTTP]);
        std::fs::remove_dir_all(data).unwrap();
    }

    #[test]
    fn an_error_names_field_value_and_what_is_accepted() {
        for bad in ["sctp:1.2.3.4:5060", "udp:1.2.3.4", "5060", ""] {
            let error = bind(bad).unwrap_err();
            assert!(
                error.starts_with("sip: ") && error.contains("udp:IP:PORT"),
                "{error}"
            );
        }
        assert!(bind("tcp:[::1]:5060").is_ok());
        for bad in ["", "10-20", "30000", "30010-30000", "x-y", "30000-70000"] {
            assert!(port_range(bad).unwrap_err().contains("LOW-HIGH"), "{bad}");
        }
        let file: Result<File, _> = toml::from_str("sipp = []");
        assert!(file.unwrap_err().to_string().contains("sipp"));
    }
}
