//! What one server is told: flags over environment over `conclave.toml` over defaults.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use conclave_cli::{
    PortRange, Priority, ServeArgs, SipListen, SipTransport, read_public_name, read_public_number,
};
use conclave_fetch::Networks;
use conclave_model::confbridge::ProgramName;
use conclave_model::{DigestAlgorithm, FieldError, Guests, Language, Network, SrtpPolicy, limits};
use conclave_net::Bind;
use conclave_oidc::OidcSettings;
use conclave_sip::Transport;
use conclave_web::PublicNames;
use serde::Deserialize;

use crate::archive::Program;
use crate::oidc::OidcFile;
use crate::tls::{TlsFile, TlsSettings};
use crate::writer::Keeping;

/// Everything the parts are started with. A value of this type is complete and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    pub data: PathBuf,
    pub sip: Vec<Bind>,
    pub http: Vec<SocketAddr>,
    pub https: Vec<SocketAddr>,
    /// The certificate, and whose pages may open a WebSocket.
    pub tls: TlsSettings,
    pub rtp_ports: RangeInclusive<u16>,
    /// Whether sound is encrypted, where nothing else is said of the caller.
    pub srtp: SrtpPolicy,
    /// The realm that telephones prove their passwords for.
    pub sip_domain: String,
    /// How telephones prove their passwords.
    pub digest: Vec<DigestAlgorithm>,
    /// Who may call without an account.
    pub guests: Guests,
    /// Whose callers are neighbours, beside the private networks.
    pub guest_networks: Vec<Network>,
    /// Said in `Server` and in session descriptions.
    pub name: String,
    pub language: Language,
    /// Prompts in Asterisk's layout, in place of ours.
    pub sounds: Option<PathBuf>,
    /// What invitations say: where phones reach us, and what is dialled before an extension.
    pub public: PublicNames,
    /// Media threads.
    pub workers: usize,
    pub priority: Priority,
    /// Where webhooks may lead.
    pub webhook_networks: Networks,
    /// Whose certificates are believed, beside those of the system's authorities.
    pub ca_file: Option<PathBuf>,
    /// How long the call log and the audit log are kept.
    pub keeping: Keeping,
    /// Another service that signs people in.
    pub oidc: Option<OidcSettings>,
    /// How long a recording is kept.
    pub recordings: Duration,
    /// What `record_command` may name.
    pub record_commands: BTreeMap<ProgramName, Program>,
    /// A filter such as `info` or `conclave_node=debug`.
    pub log: String,
}

/// The file `conclave.toml` in the data directory.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    sip: Option<Vec<String>>,
    http: Option<Vec<SocketAddr>>,
    https: Option<Vec<SocketAddr>>,
    tls: TlsFile,
    rtp_ports: Option<String>,
    srtp: Option<String>,
    sip_domain: Option<String>,
    digest: Option<Vec<String>>,
    guests: Option<String>,
    guest_networks: Vec<String>,
    name: Option<String>,
    language: Option<String>,
    sounds: Option<PathBuf>,
    public_name: Option<String>,
    public_number: Option<String>,
    workers: Option<usize>,
    priority: Option<String>,
    webhook_networks: Option<String>,
    ca_file: Option<PathBuf>,
    call_log_days: Option<u32>,
    audit_log_days: Option<u32>,
    oidc: Option<OidcFile>,
    recording_days: Option<u32>,
    record_commands: BTreeMap<String, CommandFile>,
    log: Option<String>,
}

/// A table under `record_commands`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CommandFile {
    program: PathBuf,
    #[serde(default)]
    arguments: Vec<String>,
}

impl Settings {
    /// Lays what was given over the file in `data`; `was_given` says of an argument's name whether
    /// a flag or the environment set it, or only its default.
    ///
    /// # Errors
    /// A sentence that names the field, the value and what would be accepted.
    pub fn resolve(
        data: PathBuf,
        args: ServeArgs,
        was_given: impl Fn(&str) -> bool,
    ) -> Result<Settings, String> {
        let file = read(&data.join("conclave.toml"))?;
        let sip = match file.sip.filter(|_| !was_given("sip")) {
            Some(texts) => texts
                .iter()
                .map(|text| parse("sip", text))
                .collect::<Result<_, _>>()?,
            None => args.sip,
        };
        let http = was_given("http").then_some(args.http).or(file.http);
        let https = was_given("https").then_some(args.https).or(file.https);
        let rtp_ports: PortRange = match file.rtp_ports.filter(|_| !was_given("rtp_ports")) {
            Some(text) => parse("rtp_ports", &text)?,
            None => args.rtp_ports,
        };
        let language = match file.language.filter(|_| !was_given("language")) {
            Some(text) => language(&text)?,
            None => args.language,
        };
        let priority = match file.priority.filter(|_| !was_given("priority")) {
            Some(text) => parse("priority", &text)?,
            None => args.priority,
        };
        let public = PublicNames {
            host: public_name(args.public_name, file.public_name)?,
            number: public_number(args.public_number, file.public_number)?,
        };
        let oidc = file.oidc.map(|oidc| oidc.read(&data)).transpose()?;
        let tls = file.tls.read(&data, public.host.as_deref(), &sip)?;
        let workers = args.workers.map(usize::from).or(file.workers);
        let name = file.name.unwrap_or_else(|| "conclave".to_owned());
        Ok(Settings {
            data,
            sip: sip.iter().map(bind).collect(),
            http: http.unwrap_or_else(|| vec![DEFAULT_HTTP]),
            https: https.unwrap_or_default(),
            tls,
            rtp_ports: rtp_ports.low()..=rtp_ports.high(),
            srtp: srtp(file.srtp.as_deref())?,
            sip_domain: sip_domain(file.sip_domain, &name)?,
            digest: digest(file.digest)?,
            guests: guests(file.guests.as_deref())?,
            guest_networks: guest_networks(&file.guest_networks)?,
            name,
            language,
            sounds: args.sounds.or(file.sounds),
            public,
            workers: workers.unwrap_or_else(cores).clamp(1, WORKERS_MAX),
            priority,
            webhook_networks: networks(file.webhook_networks.as_deref())?,
            ca_file: file.ca_file,
            keeping: Keeping {
                calls: days(file.call_log_days, limits::CALL_LOG_DAYS),
                audit: days(file.audit_log_days, limits::AUDIT_LOG_DAYS),
            },
            oidc,
            recordings: days(file.recording_days, limits::RECORDING_DAYS),
            record_commands: record_commands(file.record_commands)?,
            log: log_filter(file.log),
        })
    }
}

fn public_name(given: Option<String>, file: Option<String>) -> Result<Option<String>, String> {
    over(given, file, "public_name", read_public_name)
}

fn public_number(given: Option<String>, file: Option<String>) -> Result<Option<String>, String> {
    over(given, file, "public_number", read_public_number)
}

/// Whether a program is there is found out when it is run: a disk may come later.
fn record_commands(
    said: BTreeMap<String, CommandFile>,
) -> Result<BTreeMap<ProgramName, Program>, String> {
    let most = limits::RECORD_COMMANDS_ALLOWED;
    if said.len() > most {
        let count = said.len();
        return Err(format!(
            "record_commands: {count} are too many; expected at most {most}"
        ));
    }
    let read = |(name, file): (String, CommandFile)| {
        let key: ProgramName = name.parse().map_err(|why: FieldError| {
            let accepted = why.accepted;
            format!("record_commands: {name:?} is not accepted; expected {accepted}")
        })?;
        if !file.program.is_absolute() {
            let path = file.program.display();
            return Err(format!(
                "record_commands.{name}.program: {path} is not accepted; expected a path from the \
                 root, such as /usr/local/bin/archive"
            ));
        }
        let program = Program {
            path: file.program,
            arguments: file.arguments,
        };
        Ok((key, program))
    };
    said.into_iter().map(read).collect()
}

fn log_filter(of_file: Option<String>) -> String {
    let given = std::env::var("CONCLAVE_LOG").ok().or(of_file);
    given.unwrap_or_else(|| "info".to_owned())
}

fn days(given: Option<u32>, otherwise: u32) -> Duration {
    Duration::from_secs(24 * 60 * 60 * u64::from(given.unwrap_or(otherwise)))
}

fn read(path: &Path) -> Result<File, String> {
    match std::fs::read_to_string(path) {
        Ok(text) => toml::from_str(&text).map_err(|why| format!("{}: {why}", path.display())),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(File::default()),
        Err(why) => Err(format!("{}: {why}", path.display())),
    }
}

/// What was given, else what the file says.
fn over(
    given: Option<String>,
    file: Option<String>,
    field: &str,
    read: fn(&str) -> Result<String, String>,
) -> Result<Option<String>, String> {
    let (None, Some(text)) = (&given, file) else {
        return Ok(given);
    };
    let checked = read(&text);
    checked
        .map(Some)
        .map_err(|accepted| format!("{field}: {text:?} is not accepted; {accepted}"))
}

fn parse<T: std::str::FromStr<Err = String>>(field: &str, text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|accepted| format!("{field}: {text:?} is not accepted; {accepted}"))
}

fn language(text: &str) -> Result<Language, String> {
    Language::ALL
        .into_iter()
        .find(|language| language.tag() == text)
        .ok_or_else(|| format!("language: {text:?} is not accepted; expected en or de"))
}

fn srtp(text: Option<&str>) -> Result<SrtpPolicy, String> {
    let Some(text) = text else {
        return Ok(SrtpPolicy::default());
    };
    let read = SrtpPolicy::read(text);
    read.map_err(|why| format!("srtp: {text:?} is not accepted; expected {}", why.accepted))
}

/// What stands between quotes in a challenge and behind `@` in a telephone.
fn sip_domain(text: Option<String>, name: &str) -> Result<String, String> {
    let Some(text) = text else {
        return Ok(name.to_owned());
    };
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    if (1..=limits::HOST_NAME_BYTES).contains(&text.len()) && text.bytes().all(known) {
        Ok(text)
    } else {
        let accepted = "expected a name such as phones.example.com";
        Err(format!("sip_domain: {text:?} is not accepted; {accepted}"))
    }
}

/// The one that is liked best first.
fn digest(texts: Option<Vec<String>>) -> Result<Vec<DigestAlgorithm>, String> {
    let accepted = "expected some of SHA-256, SHA-512-256, MD5";
    let Some(texts) = texts else {
        return Ok(DigestAlgorithm::ALL.to_vec());
    };
    if texts.is_empty() {
        return Err(format!("digest: an empty list is not accepted; {accepted}"));
    }
    let mut all = Vec::new();
    for text in texts {
        let read = DigestAlgorithm::from_token(&text);
        let new = read.filter(|one| !all.contains(one));
        let wrong = || format!("digest: {text:?} is not accepted; {accepted}, each once");
        all.push(new.ok_or_else(wrong)?);
    }
    Ok(all)
}

fn guests(text: Option<&str>) -> Result<Guests, String> {
    let Some(text) = text else {
        return Ok(Guests::default());
    };
    let read = Guests::read(text);
    read.map_err(|why| {
        format!(
            "guests: {text:?} is not accepted; expected {}",
            why.accepted
        )
    })
}

fn guest_networks(texts: &[String]) -> Result<Vec<Network>, String> {
    let (count, most) = (texts.len(), limits::GUEST_NETWORKS);
    if count > most {
        return Err(format!(
            "guest_networks: {count} are too many; expected at most {most}"
        ));
    }
    let read = |text: &String| {
        text.parse().map_err(|why: FieldError| {
            let accepted = why.accepted;
            format!("guest_networks: {text:?} is not accepted; expected {accepted}")
        })
    };
    texts.iter().map(read).collect()
}

fn networks(text: Option<&str>) -> Result<Networks, String> {
    match text {
        None | Some("private") => Ok(Networks::Private),
        Some("public") => Ok(Networks::Public),
        Some(text) => {
            let accepted = "expected private or public";
            Err(format!(
                "webhook_networks: {text:?} is not accepted; {accepted}"
            ))
        }
    }
}

fn bind(listen: &SipListen) -> Bind {
    let transport = match listen.transport {
        SipTransport::Udp => Transport::Udp,
        SipTransport::Tcp => Transport::Tcp,
        SipTransport::Tls => Transport::Tls,
        SipTransport::Ws => Transport::Ws,
        SipTransport::Wss => Transport::Wss,
    };
    Bind {
        transport,
        address: listen.address,
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

const DEFAULT_HTTP: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8_080);
/// A stage lives on one worker; more threads than this were never seen to help.
const WORKERS_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    fn resolve(data: &Path, flags: &[&str]) -> Result<Settings, String> {
        let words = [&["conclave", "serve"], flags].concat();
        let conclave_cli::Command::Serve(args) = conclave_cli::Cli::try_parse_from(words)
            .expect("valid flags")
            .command
        else {
            panic!("serve");
        };
        let was_given =
            |name: &str| flags.contains(&format!("--{}", name.replace('_', "-")).as_str());
        Settings::resolve(data.to_owned(), args, was_given)
    }

    #[test]
    fn programs_are_named_by_the_file_with_their_paths_and_arguments() {
        let name = format!("conclave-commands-{}", std::process::id());
        let data = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&data).unwrap();
        let said = |text: &str| {
            std::fs::write(data.join("conclave.toml"), text).unwrap();
            resolve(&data, &[]).map(|settings| settings.record_commands)
        };
        let commands = said(
            "[record_commands.Archive]\nprogram = \"/usr/bin/archive\"\narguments = [\"-v\"]\n\
             [record_commands.mail]\nprogram = \"/usr/bin/mail\"",
        );
        let shown: Vec<_> = commands
            .unwrap()
            .into_iter()
            .map(|(name, it)| format!("{name} {} {:?}", it.path.display(), it.arguments))
            .collect();
        let expected = ["archive /usr/bin/archive [\"-v\"]", "mail /usr/bin/mail []"];
        assert_eq!(shown, expected);
        for (text, words) in [
            (
                "[record_commands.a]\nprogram = \"mail\"",
                ["record_commands", "from the root"],
            ),
            (
                "[record_commands.\"a b\"]\nprogram = \"/x\"",
                ["record_commands", "letters"],
            ),
            ("[record_commands.a]\nshell = \"/x\"", ["line 2", "`shell`"]),
        ] {
            let error = said(text).unwrap_err();
            let are_said = words.iter().all(|word| error.contains(word));
            assert!(are_said, "{error}");
        }
        std::fs::remove_dir_all(data).unwrap();
    }

    #[test]
    fn flags_win_over_the_file_and_the_file_over_the_defaults() {
        let data = std::env::temp_dir().join(format!("conclave-settings-{}", std::process::id()));
        std::fs::create_dir_all(&data).unwrap();
        let text = "sip = [\"udp:127.0.0.1:5070\"]\nrtp_ports = \"20000-20099\"\nlanguage = \"de\"\n\
            call_log_days = 7\naudit_log_days = 30\npriority = \"ordinary\"\nsrtp = \"required\"\npublic_name = \"conf.example.com\"";
        std::fs::write(data.join("conclave.toml"), text).unwrap();
        let flags = [
            "--rtp-ports",
            "30000-30009",
            "--public-number",
            "+49 991 29691-",
        ];
        let settings = resolve(&data, &flags).unwrap();
        assert_eq!(settings.public.host.as_deref(), Some("conf.example.com"));
        assert_eq!(settings.public.number.as_deref(), Some("+4999129691"));
        assert_eq!(settings.sip.len(), 1);
        assert_eq!(settings.sip[0].address.port(), 5_070);
        assert_eq!(settings.rtp_ports, 30_000..=30_009);
        assert_eq!(settings.language, Language::German);
        assert_eq!(settings.http, [DEFAULT_HTTP]);
        assert_eq!(settings.keeping.calls, days(None, 7));
        assert_eq!(settings.keeping.audit, days(None, 30));
        assert_eq!(settings.priority, Priority::Ordinary);
        assert_eq!(settings.srtp, SrtpPolicy::Required);
        std::fs::write(data.join("conclave.toml"), "sip = [\"5060\"]").unwrap();
        let error = resolve(&data, &[]).unwrap_err();
        assert!(
            error.contains("sip: \"5060\"") && error.contains("udp:IP:PORT"),
            "{error}"
        );
        std::fs::write(data.join("conclave.toml"), "public_name = \"a b\"").unwrap();
        assert!(resolve(&data, &[]).unwrap_err().contains("public_name"));
        std::fs::write(data.join("conclave.toml"), "srtp = \"on\"").unwrap();
        let error = resolve(&data, &[]).unwrap_err();
        assert!(error.contains("one of off, offered, required"), "{error}");
        let text = "name = \"hall\"\nguests = \"nobody\"\nguest_networks = [\"192.0.2.0/24\"]";
        std::fs::write(data.join("conclave.toml"), text).unwrap();
        let settings = resolve(&data, &[]).unwrap();
        assert_eq!(
            (settings.sip_domain.as_str(), settings.guests),
            ("hall", Guests::Nobody)
        );
        assert_eq!(settings.guest_networks, ["192.0.2.0/24".parse().unwrap()]);
        for (text, words) in [
            ("sip_domain = \"a b\"", ["sip_domain", "phones.example.com"]),
            (
                "digest = [\"SHA-1\"]",
                ["digest", "SHA-256, SHA-512-256, MD5"],
            ),
            ("digest = [\"MD5\", \"md5\"]", ["digest", "each once"]),
            ("guests = \"all\"", ["guests", "nobody, neighbours, anyone"]),
            (
                "guest_networks = [\"home\"]",
                ["guest_networks", "192.0.2.0/24"],
            ),
        ] {
            std::fs::write(data.join("conclave.toml"), text).unwrap();
            let error = resolve(&data, &[]).unwrap_err();
            assert!(words.iter().all(|word| error.contains(word)), "{error}");
        }
        std::fs::write(data.join("conclave.toml"), "sipp = []").unwrap();
        assert!(resolve(&data, &[]).unwrap_err().contains("sipp"));
        std::fs::remove_dir_all(data).unwrap();
    }
}
