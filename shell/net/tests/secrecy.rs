//! TLS and WebSockets over real loopback sockets, and whoever opens too many or never says a word.

#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "what fails here is a slip in the test"
)]

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use conclave_cert::{CertSettings, Certificate, ClientStream, ClientTls, Source};
use conclave_fetch::Trust;
use conclave_model::{UnixMillis, limits};
use conclave_net::{Arrival, Bind, Net, Origins, Secrecy};
use conclave_sip::{Path, Transmit, Transport};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;

#[tokio::test]
async fn tls_carries_both_ways_and_is_ended_by_both() {
    let mut house = House::with(&[Transport::Tls]).await;
    let mut phone = house.tls(0).await;
    let (conn, path) = house.opened().await;
    assert_eq!(path.transport, Transport::Tls);
    assert_eq!(path.remote, phone.get_ref().0.local_addr().unwrap());
    phone.write_all(b"OPTIONS").await.unwrap();
    phone.flush().await.unwrap();
    assert_eq!(house.bytes().await, b"OPTIONS");
    let long = vec![b'x'; 60_000];
    house.send(path, &long);
    let mut heard = vec![0; long.len()];
    phone.read_exact(&mut heard).await.unwrap();
    assert_eq!(heard, long);
    house.net.close(conn);
    assert_eq!(
        phone.read(&mut [0; 8]).await.unwrap(),
        0,
        "in order, not cut off"
    );
    assert!(matches!(house.next().await, Arrival::StreamClosed { conn: closed } if closed == conn));
}

#[tokio::test]
async fn we_open_tls_only_to_who_proves_to_be_the_one_expected() {
    let mut house = House::with(&[Transport::Tls, Transport::Udp]).await;
    let remote = house.net.bound()[0].address;
    let path = Path {
        transport: Transport::Tls,
        local: house.net.bound()[1].address,
        remote,
        conn: None,
    };
    house.net.expect(remote, "evil.test");
    house.send(path, b"INVITE");
    loop {
        match house.next().await {
            Arrival::ConnectFailed { path: failed } => break assert_eq!(failed, path),
            Arrival::StreamOpened { .. } | Arrival::StreamClosed { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    house.net.expect(remote, "conf.test");
    house.send(path, b"INVITE");
    loop {
        match house.next().await {
            Arrival::Stream { bytes, .. } => break assert_eq!(bytes, b"INVITE"),
            Arrival::StreamOpened { .. } | Arrival::StreamClosed { .. } => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_web_socket_carries_a_message_a_frame() {
    for transport in [Transport::Ws, Transport::Wss] {
        let mut house = House::with(&[transport]).await;
        let mut socket = match transport {
            Transport::Ws => Socket::open(house.tcp(0).await, SIP, "").await,
            _ => Socket::open(house.tls(0).await, SIP, "").await,
        }
        .unwrap_or_else(|answer| panic!("{answer}"));
        assert!(
            socket.answer.contains("sec-websocket-protocol: sip"),
            "{}",
            socket.answer
        );
        let (conn, path) = house.opened().await;
        assert_eq!(path.transport, transport);
        socket.send(TEXT, b"INVITE").await;
        socket.send(BINARY, b"\xffACK").await;
        assert_eq!(house.bytes().await, b"INVITE");
        assert_eq!(house.bytes().await, b"\xffACK");
        house.send(path, b"SIP/2.0 200 OK");
        assert_eq!(
            socket.receive().await,
            Some((TEXT, b"SIP/2.0 200 OK".to_vec()))
        );
        house.send(path, b"\xff");
        assert_eq!(socket.receive().await, Some((BINARY, b"\xff".to_vec())));
        socket.send(PING, b"there?").await;
        assert_eq!(socket.receive().await, Some((PONG, b"there?".to_vec())));
        house.net.close(conn);
        assert_eq!(socket.receive().await.map(|(kind, _)| kind), Some(CLOSE));
    }
}

#[tokio::test]
async fn who_asks_for_no_sip_or_comes_from_a_foreign_page_gets_no_web_socket() {
    let house = House::with(&[Transport::Ws]).await;
    let sip = "Sec-WebSocket-Protocol: msrp, sip\r\n";
    for (path, headers, expected) in [
        ("/ws", format!("{sip}Origin: https://conf.test\r\n"), "101"),
        ("/", sip.to_owned(), "101"),
        ("/ws", "Sec-WebSocket-Protocol: msrp\r\n".to_owned(), "400"),
        ("/ws", String::new(), "400"),
        ("/api", sip.to_owned(), "404"),
        ("/ws", format!("{sip}Origin: https://evil.test\r\n"), "403"),
        ("/ws", format!("{sip}Origin: null\r\n"), "403"),
    ] {
        let opened = Socket::open(house.tcp(0).await, &headers, path).await;
        let answer = opened.map_or_else(|answer| answer, |socket| socket.answer);
        let status = answer.split(' ').nth(1).unwrap_or("nothing");
        assert_eq!(status, expected, "{path} {headers}");
    }
}

#[tokio::test]
async fn a_frame_larger_than_a_message_may_be_ends_the_web_socket_before_it_has_come() {
    let mut house = House::with(&[Transport::Ws]).await;
    let mut socket = Socket::open(house.tcp(0).await, SIP, "")
        .await
        .ok()
        .unwrap();
    house.opened().await;
    let mut head = vec![0x80 | TEXT, 0x80 | 127];
    head.extend((limits::SIP_MESSAGE_BYTES as u64 + 1).to_be_bytes());
    head.extend([0; 4]);
    socket.stream.write_all(&head).await.unwrap();
    assert!(matches!(house.next().await, Arrival::StreamClosed { .. }));
}

/// Opens as many as it can and says nothing: holds its share, and is gone when its time is over.
#[tokio::test]
async fn half_open_handshakes_of_one_source_are_bounded_in_number_and_time() {
    let house = House::with(&[Transport::Tls]).await;
    let counters = house.net.counters();
    let began = Instant::now();
    let too_many = 20;
    let mut silent = Vec::new();
    for _ in 0..limits::SIP_HANDSHAKES_OF_SOURCE + too_many {
        silent.push(house.tcp(0).await);
    }
    let mut refused = 0;
    for stream in &mut silent[limits::SIP_HANDSHAKES_OF_SOURCE..] {
        let ended = timeout(Duration::from_secs(5), stream.read(&mut [0; 1])).await;
        refused += usize::from(matches!(ended, Ok(Ok(0) | Err(_))));
    }
    assert_eq!(refused, too_many);
    assert_eq!(
        counters.streams_refused.load(Ordering::Relaxed),
        too_many as u64
    );
    let patience = limits::TLS_HANDSHAKE + Duration::from_secs(5);
    for stream in &mut silent[..limits::SIP_HANDSHAKES_OF_SOURCE] {
        let ended = timeout(patience, stream.read(&mut [0; 1])).await;
        assert!(matches!(ended, Ok(Ok(0) | Err(_))), "it is closed");
    }
    let (held_for, bound) = (began.elapsed(), limits::TLS_HANDSHAKE);
    println!("{} silent connections, held for {held_for:?}", silent.len());
    assert!(
        held_for >= bound && held_for < bound + Duration::from_secs(5),
        "{held_for:?}"
    );
    let failed = counters.handshakes_failed.load(Ordering::Relaxed);
    assert_eq!(failed, limits::SIP_HANDSHAKES_OF_SOURCE as u64);
    house.tls(0).await;
}

#[tokio::test]
async fn one_source_has_its_share_of_streams_and_gets_it_back() {
    let mut house = House::with(&[Transport::Tcp]).await;
    let counters = house.net.counters();
    let mut streams = Vec::new();
    for _ in 0..limits::SIP_STREAMS_OF_SOURCE {
        streams.push(house.tcp(0).await);
        house.opened().await;
    }
    let mut one_more = house.tcp(0).await;
    let ended = timeout(Duration::from_secs(5), one_more.read(&mut [0; 1])).await;
    assert!(matches!(ended, Ok(Ok(0) | Err(_))), "it is closed");
    assert_eq!(counters.streams_refused.load(Ordering::Relaxed), 1);
    streams.pop();
    assert!(matches!(house.next().await, Arrival::StreamClosed { .. }));
    let _again = house.tcp(0).await;
    house.opened().await;
}

#[tokio::test]
async fn without_a_certificate_nothing_is_bound_and_the_error_says_which() {
    for transport in [Transport::Tls, Transport::Ws, Transport::Wss] {
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let error = Net::bind(&[Bind { transport, address }])
            .await
            .err()
            .unwrap();
        let named = format!("cannot listen on {transport}:127.0.0.1:0");
        assert!(error.to_string().contains(&named), "{error}");
    }
}

/// A server's sockets with a certificate for `conf.test`, and those who believe it.
struct House {
    net: Net,
    brain: Receiver<Arrival>,
    client: ClientTls,
    _folder: TempDir,
}

impl House {
    async fn with(transports: &[Transport]) -> House {
        let folder = TempDir::new().unwrap();
        let settings = CertSettings {
            folder: folder.path().join("tls"),
            source: Source::SelfSigned,
            names: vec!["conf.test".to_owned()],
            local_names: Vec::new(),
        };
        let certificate = Certificate::open(settings, now()).unwrap();
        let trust = Trust::only(&folder.path().join("tls/self-signed.pem")).unwrap();
        let client = ClientTls::new(&trust);
        let origins = Origins {
            names: vec!["conf.test".to_owned()],
            others: Vec::new(),
        };
        let secrecy = Secrecy {
            server: certificate.for_sip(),
            client: client.clone(),
            origins,
        };
        let bind = |transport: &Transport| Bind {
            transport: *transport,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        let binds: Vec<Bind> = transports.iter().map(bind).collect();
        let (net, brain) = Net::bind_with(&binds, Some(secrecy)).await.unwrap();
        House {
            net,
            brain,
            client,
            _folder: folder,
        }
    }

    async fn tcp(&self, listener: usize) -> TcpStream {
        let address = self.net.bound()[listener].address;
        TcpStream::connect(address).await.unwrap()
    }

    async fn tls(&self, listener: usize) -> ClientStream<TcpStream> {
        let stream = self.tcp(listener).await;
        self.client.connect("conf.test", stream).await.unwrap()
    }

    fn send(&self, path: Path, bytes: &[u8]) {
        let bytes = bytes.to_vec();
        self.net.send(Transmit { path, bytes });
    }

    async fn next(&mut self) -> Arrival {
        let arrival = timeout(Duration::from_secs(5), self.brain.recv()).await;
        arrival
            .expect("something arrives within five seconds")
            .expect("the sockets are open")
    }

    async fn opened(&mut self) -> (conclave_sip::ConnId, Path) {
        match self.next().await {
            Arrival::StreamOpened { conn, path } => (conn, path),
            other => panic!("{other:?}"),
        }
    }

    async fn bytes(&mut self) -> Vec<u8> {
        match self.next().await {
            Arrival::Stream { bytes, .. } => bytes,
            other => panic!("{other:?}"),
        }
    }
}

/// The browser's side of a WebSocket, as RFC 6455 has it and no library.
struct Socket<S> {
    stream: S,
    answer: String,
}

impl Socket<Box<dyn Both>> {
    /// # Errors
    /// The answer, when it is another than 101.
    async fn open(stream: impl Both + 'static, headers: &str, path: &str) -> Result<Self, String> {
        let mut stream: Box<dyn Both> = Box::new(stream);
        let path = if path.is_empty() { "/ws" } else { path };
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: conf.test:5063\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Version: 13\r\n{headers}\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            match stream.read_u8().await {
                Ok(byte) => answer.push(byte),
                Err(_) => break,
            }
        }
        let answer = String::from_utf8(answer).unwrap();
        if answer.contains(" 101 ") {
            Ok(Socket { stream, answer })
        } else {
            Err(answer)
        }
    }

    async fn send(&mut self, kind: u8, body: &[u8]) {
        let length = u8::try_from(body.len()).unwrap();
        assert!(length < 126);
        // A mask of zeros hides nothing, which is all that a mask is for here.
        let mut frame = vec![0x80 | kind, 0x80 | length, 0, 0, 0, 0];
        frame.extend(body);
        self.stream.write_all(&frame).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    async fn receive(&mut self) -> Option<(u8, Vec<u8>)> {
        let mut head = [0; 2];
        self.stream.read_exact(&mut head).await.ok()?;
        assert!(head[1] < 126, "short, and not masked");
        let mut body = vec![0; head[1].into()];
        self.stream.read_exact(&mut body).await.ok()?;
        Some((head[0] & 0x0f, body))
    }
}

trait Both: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send {}
impl<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send> Both for S {}

/// A peer that is listened for, but not by us: whoever binds here is not reached by accident.
#[tokio::test]
async fn a_web_socket_is_opened_by_browsers_alone() {
    let mut house = House::with(&[Transport::Ws]).await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let path = Path {
        transport: Transport::Ws,
        local: house.net.bound()[0].address,
        remote: nobody.local_addr().unwrap(),
        conn: None,
    };
    house.send(path, b"BYE");
    let Arrival::ConnectFailed { path: failed } = house.next().await else {
        panic!("failed")
    };
    assert_eq!(failed, path);
}

fn now() -> UnixMillis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    UnixMillis(u64::try_from(since.unwrap().as_millis()).expect("it works in a test"))
}

const SIP: &str = "Sec-WebSocket-Protocol: sip\r\n";
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;
