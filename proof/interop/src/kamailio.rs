//! One Kamailio: a real telephone system between telephones and the server, told what it is to do.

use std::fs;
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::{low_port, wait_for};

/// What one is to be.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// Where calls go whose number nobody has registered: `127.0.0.1:5060;transport=tcp`.
    pub calls_to: Option<String>,
    /// The password of every account.
    pub password: Option<String>,
    /// It speaks TLS with this certificate, key and authority, on the port behind its own.
    pub tls: Option<Papers>,
    /// It speaks WebSockets where it speaks TCP.
    pub web_sockets: bool,
}

/// Paths of PEM files.
#[derive(Clone, Debug)]
pub struct Papers {
    pub certificate: String,
    pub key: String,
    pub authority: String,
}

/// A running Kamailio, stopped at the end.
pub struct Kamailio {
    child: Option<Child>,
    directory: tempfile::TempDir,
    pub ip: &'static str,
    /// Of UDP and TCP; TLS is on the next one.
    pub port: u16,
}

impl Kamailio {
    /// Starts one at this address of the machine's own.
    ///
    /// # Panics
    /// When it does not start within 20 s.
    #[must_use]
    pub fn start(ip: &'static str, exchange: &Exchange) -> Kamailio {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let port = low_port();
        let config = exchange.config(ip, port);
        fs::write(directory.path().join("kamailio.cfg"), config).expect("room on the disk");
        let mut kamailio = Kamailio {
            child: None,
            directory,
            ip,
            port,
        };
        kamailio.start_again();
        kamailio
    }

    /// With the same configuration, and nothing else that it knew before.
    ///
    /// # Panics
    /// When it does not start within 20 s.
    pub fn start_again(&mut self) {
        let place = self.directory.path();
        let mut log = fs::OpenOptions::new();
        let log = log.create(true).append(true).open(place.join("log"));
        let child = Command::new("kamailio")
            .arg("-f")
            .arg(place.join("kamailio.cfg"))
            .args(["-DD", "-E", "-m", "64", "-M", "8", "-w"])
            .arg(place)
            .arg("-Y")
            .arg(place)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.expect("a log file"))
            .spawn()
            .expect("Kamailio is installed (`cargo xtask test` does it)");
        self.child = Some(child);
        let address: SocketAddr = format!("{}:{}", self.ip, self.port)
            .parse()
            .expect("an address");
        // It listens before its workers read: an answer over UDP says that it is there.
        wait_for("Kamailio answers", Duration::from_secs(20), || {
            TcpStream::connect(address).ok()?;
            is_answering(address).then_some(())
        });
    }

    /// Stops it as its operator would, and waits.
    pub fn stop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        let workers = children(child.id());
        signal("-TERM", &[child.id()]);
        let gone = (0..250).any(|_| {
            std::thread::sleep(Duration::from_millis(20));
            matches!(child.try_wait(), Ok(Some(_)))
        });
        if !gone {
            signal("-KILL", &workers);
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// What it wrote to its log.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join("log")).unwrap_or_default()
    }

    /// How often it has told this.
    #[must_use]
    pub fn count(&self, words: &str) -> usize {
        self.log().matches(words).count()
    }

    /// `127.0.0.2:5060`, where it is reached by UDP and TCP.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}:{}", self.ip, self.port)
    }
}

impl Drop for Kamailio {
    fn drop(&mut self) {
        self.stop();
        if std::thread::panicking() {
            eprintln!("--- Kamailio ---\n{}", self.log());
        }
    }
}

impl Exchange {
    fn config(&self, ip: &str, port: u16) -> String {
        let tls_port = port + 1;
        let mut listen =
            format!("listen=udp:{ip}:{port}\nlisten=tcp:{ip}:{port}\ntcp_source_ipv4={ip}\n");
        let (mut modules, mut routes) = (String::new(), String::new());
        if let Some(papers) = &self.tls {
            let Papers {
                certificate,
                key,
                authority,
            } = papers;
            listen += &format!("enable_tls=yes\nlisten=tls:{ip}:{tls_port}\n");
            modules += &format!(
                "loadmodule \"tls.so\"\nmodparam(\"tls\", \"certificate\", \"{certificate}\")\n\
                 modparam(\"tls\", \"private_key\", \"{key}\")\n\
                 modparam(\"tls\", \"ca_list\", \"{authority}\")\n\
                 modparam(\"tls\", \"tls_method\", \"TLSv1.2+\")\n\
                 modparam(\"tls\", \"verify_certificate\", 1)\n"
            );
        }
        if self.web_sockets {
            listen += "tcp_accept_no_cl=yes\n";
            modules += "loadmodule \"xhttp.so\"\nloadmodule \"websocket.so\"\n";
            routes += WEB_SOCKETS;
        }
        let password = self.password.as_deref().unwrap_or("unused");
        let calls = self.calls_to.as_ref().map_or_else(String::new, |place| {
            format!("$du = \"sip:{place}\";\n    t_relay();\n    exit;")
        });
        CONFIG
            .replace("<listen>", &listen)
            .replace("<modules>", &modules)
            .replace("<calls>", &calls)
            .replace("<routes>", &routes)
            .replace("<password>", password)
    }
}

fn is_answering(address: SocketAddr) -> bool {
    let local = SocketAddr::from(([127, 0, 0, 1], 0));
    let Ok(socket) = UdpSocket::bind(local) else {
        return false;
    };
    let Ok(own) = socket.local_addr() else {
        return false;
    };
    let ask = format!(
        "OPTIONS sip:{address} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK1\r\n\
         From: <sip:a@{own}>;tag=1\r\nTo: <sip:{address}>\r\nCall-ID: ready{own}\r\n\
         CSeq: 1 OPTIONS\r\nMax-Forwards: 10\r\nContent-Length: 0\r\n\r\n"
    );
    let _ = socket.set_read_timeout(Some(Duration::from_millis(200)));
    socket.send_to(ask.as_bytes(), address).is_ok() && socket.recv(&mut [0; 2_048]).is_ok()
}

/// The processes that this one has made.
fn children(pid: u32) -> Vec<u32> {
    let listed = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    let listed = listed.unwrap_or_default();
    let ids = listed.split_whitespace();
    ids.filter_map(|id| id.parse().ok()).collect()
}

fn signal(which: &str, pids: &[u32]) {
    for pid in pids {
        let _ = Command::new("kill")
            .args([which, &pid.to_string()])
            .stderr(Stdio::null())
            .status();
    }
}

const CONFIG: &str = include_str!("../scenarios/kamailio.cfg");
const WEB_SOCKETS: &str = r#"
event_route[xhttp:request] {
    set_reply_close();
    set_reply_no_connect();
    if ($hdr(Upgrade) =~ "websocket" && $rm =~ "GET" && ws_handle_handshake()) exit;
    xhttp_reply("404", "Not Found", "", "");
}
"#;
