//! SIP over TLS and WebSockets with openssl and baresip, and connections that want to do harm.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use conclave_interop::{Baresip, MediaSecrecy, PhoneCodec, Server, Voice, free_port, wait_for};

#[test]
#[ignore = "needs openssl: run `cargo xtask test`"]
fn tls_is_spoken_in_two_versions_and_in_none_older() {
    let port = free_port();
    let server = Server::start_with_doors("", &[door("tls", port)]);
    let own = server.data().join("tls/self-signed.pem");
    for (version, name) in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
        let said = s_client(port, &[version, "-verify_ip", "127.0.0.1"], &own);
        assert!(said.contains("Verify return code: 0 (ok)"), "{said}");
        assert!(said.contains(&format!("New, {name}, Cipher is ")), "{said}");
    }
    for version in ["-tls1", "-tls1_1"] {
        let said = s_client(port, &[version, "-cipher", "DEFAULT@SECLEVEL=0"], &own);
        assert!(
            said.contains("SSL alert number"),
            "the server refuses: {said}"
        );
        assert!(said.contains("New, (NONE), Cipher is (NONE)"), "{said}");
    }
}

/// One over TLS with the certificate of an operator, who replaces it while they talk.
#[test]
#[ignore = "needs baresip and openssl: run `cargo xtask test`"]
fn a_phone_over_tls_talks_with_one_over_udp_while_the_certificate_is_replaced() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let at = |name: &str| folder.path().join(name);
    let (certificate, key) = (at("server.pem"), at("server.key"));
    make_certificate(&certificate, &key);
    let port = free_port();
    let settings = format!(
        "[tls]\ncertificate = \"{}\"\nkey = \"{}\"\nnames = [\"127.0.0.1\"]\n",
        certificate.display(),
        key.display()
    );
    let server = Server::start_with_doors(&settings, &[door("tls", port)]);
    server.add_room(
        "Mixed",
        &["--ext", "801", "--no-pin", "--set", "message=no"],
    );
    let authorities = at("authorities.pem");
    std::fs::copy(&certificate, &authorities).expect("room on the disk");
    let voices = [[Voice::new(500)], [Voice::new(1_400)]];
    let secrecy = MediaSecrecy::SdesRequired;
    let mut over_tls = Baresip::start_over_tls(PhoneCodec::Pcmu, secrecy, &authorities, &voices[0]);
    over_tls.call(&format!("sip:801@127.0.0.1:{port};transport=tls"));
    let mut over_udp = Baresip::start(PhoneCodec::G722, &voices[1]);
    over_udp.call(&format!("sip:801@127.0.0.1:{}", server.sip_port));
    wait_for("both are in the room", Duration::from_secs(8), || {
        (server.participants("801").len() == 2).then_some(())
    });
    std::thread::sleep(TALK);
    assert_both_hear(&over_tls, &over_udp);

    let before = s_client(port, &[], &authorities);
    make_certificate(&certificate, &key);
    wait_for("the new one is shown", Duration::from_secs(25), || {
        let now = s_client(port, &[], &authorities);
        (shown(&now) != shown(&before)).then_some(())
    });
    std::thread::sleep(TALK);
    assert_both_hear(&over_tls, &over_udp);
    over_tls.hold();
    wait_for(
        "it is heard over the connection of before",
        Duration::from_secs(6),
        || {
            let ear = over_udp.heard();
            (ear.hears(500, ear.seconds() - 1.0, ear.seconds()).share < 0.03).then_some(())
        },
    );
    over_tls.hang_up();
    over_udp.hang_up();
    let calls = wait_for("the calls are kept", Duration::from_secs(5), || {
        let calls = server.cli(&["calls", "ls"]);
        let calls = calls.as_array()?.clone();
        (calls.len() == 2).then_some(calls)
    });
    let secret = calls
        .iter()
        .find(|call| call["codec"] == "PCMU")
        .expect("a call over TLS");
    assert!(secret["encryption"].is_string(), "{secret}");
    let note = secret["encryption_note"].as_str().unwrap_or_default();
    assert!(!note.contains("signalling"), "{secret}");
}

/// From other sources than the phone that goes on: silent, slow, too long, and too much at once.
#[test]
#[ignore = "lasts a minute: run `cargo xtask test`"]
fn connections_that_want_to_do_harm_are_bounded_in_memory_and_time() {
    let tls = free_port();
    let server = Server::start_with_doors("", &[door("tls", tls)]);
    let tcp = server.sip_port;
    let rss_before = server.resident_kib();
    let began = Instant::now();
    // Half-open: a connection, and not even the first byte of TLS.
    let half_open = crowd(tls, 2, 300, b"");
    // A handshake that has begun and is as long as TLS has it, but never comes.
    let unfinished = crowd(tls, 3, 300, b"\x16\x03\x01\x40\x00\x01\x00\x3f\xfc\x03\x03");
    let slow = crowd(tcp, 4, 300, b"OPTIONS sip:801@127.0.0.1 SIP/2.0\r\nX: ");
    let silent = crowd(tcp, 5, 300, b"");
    let rss_attacked = server.resident_kib();
    assert_eq!(
        open(&half_open),
        HANDSHAKES_OF_SOURCE,
        "one source has its share"
    );
    assert_eq!(open(&unfinished), HANDSHAKES_OF_SOURCE);
    assert_eq!((open(&slow), open(&silent)), (300, 300));
    let answered = Instant::now();
    assert!(talk_over_tls(tls, OPTIONS).contains("SIP/2.0 200 OK"));
    let answered = answered.elapsed();
    assert!(
        answered < Duration::from_secs(2),
        "others are served: {answered:?}"
    );

    let (oversized, held_kib) = send_oversized(&server, tcp);
    assert!(oversized.starts_with("SIP/2.0 413"), "{oversized}");
    let pipelined = Instant::now();
    let answers = pipeline(tcp, 2_000);
    let pipelined = pipelined.elapsed();
    assert_eq!(answers, 2_000);

    let mut drip = slow;
    let closed = wait_for("all are closed", Duration::from_secs(60), || {
        // A byte a second keeps nobody alive.
        for stream in &mut drip {
            let _ = stream.write_all(b"x");
        }
        std::thread::sleep(Duration::from_secs(1));
        let left = [&half_open, &unfinished, &drip, &silent].map(|all| open(all));
        (left == [0; 4]).then(|| began.elapsed())
    });
    let grown_kib = rss_attacked.saturating_sub(rss_before);
    println!(
        "1200 connections grew the server by {grown_kib} KiB and were closed after {closed:?}; \
         another was answered in {answered:?}; a body of 20 MB grew it by {held_kib} KiB; 2000 \
         messages in one write were answered in {pipelined:?}"
    );
    assert!(closed < Duration::from_secs(45), "{closed:?}");
    assert!(grown_kib < 60 * 1_024, "{grown_kib} KiB");
    assert!(held_kib < 8 * 1_024, "{held_kib} KiB");
    assert!(pipelined < Duration::from_secs(10), "{pipelined:?}");
}

/// From `127.0.0.SOURCE`, each having said this.
fn crowd(port: u16, source: u8, count: usize, says: &[u8]) -> Vec<TcpStream> {
    let connect = |_| {
        let mut stream = connect_from(Ipv4Addr::new(127, 0, 0, source), port);
        let _ = stream.write_all(says);
        stream
    };
    let streams: Vec<TcpStream> = (0..count).map(connect).collect();
    // Whoever is refused is told within this.
    std::thread::sleep(Duration::from_millis(500));
    streams
}

fn connect_from(source: Ipv4Addr, port: u16) -> TcpStream {
    use socket2::{Domain, Socket, Type};
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    let from = SocketAddr::from((source, 0));
    socket
        .bind(&from.into())
        .expect("loopback has many addresses");
    let server = SocketAddr::from(([127, 0, 0, 1], port));
    socket.connect(&server.into()).expect("the server listens");
    socket.into()
}

/// How many the server has not closed.
fn open(streams: &[TcpStream]) -> usize {
    let is_open = |stream: &&TcpStream| {
        let _ = stream.set_nonblocking(true);
        let peeked = stream.peek(&mut [0; 1]);
        let _ = stream.set_nonblocking(false);
        matches!(peeked, Err(why) if why.kind() == std::io::ErrorKind::WouldBlock)
    };
    streams.iter().filter(is_open).count()
}

/// The answer to a message with a body of 20 MB, and by how much the server grew.
fn send_oversized(server: &Server, port: u16) -> (String, u64) {
    let body = 20_000_000;
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    let before = server.resident_kib();
    let head = OPTIONS.replace("Content-Length: 0", &format!("Content-Length: {body}"));
    stream.write_all(head.as_bytes()).expect("it is read");
    let chunk = vec![b'x'; 100_000];
    let mut most = before;
    for _ in 0..body / chunk.len() {
        stream.write_all(&chunk).expect("it is read");
        most = most.max(server.resident_kib());
    }
    stream.write_all(OPTIONS.as_bytes()).expect("it is read");
    let said = read_until(&mut stream, |said| said.matches("SIP/2.0 ").count() == 2);
    assert!(
        said.contains("SIP/2.0 200 OK"),
        "the stream goes on: {said}"
    );
    (said, most - before)
}

/// Sends so many messages without waiting, and counts the answers.
fn pipeline(port: u16, count: usize) -> usize {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    let mut sender = stream.try_clone().expect("a second handle");
    let sending = std::thread::spawn(move || {
        let messages: String = (0..count)
            .map(|number| OPTIONS.replace("z9hG4bK", &format!("z9hG4bK{number}")))
            .collect();
        sender.write_all(messages.as_bytes()).expect("it is read");
    });
    let said = read_until(&mut stream, |said| {
        said.matches("SIP/2.0 200 ").count() == count
    });
    sending.join().expect("everything was sent");
    said.matches("SIP/2.0 200 ").count()
}

fn read_until(stream: &mut TcpStream, is_enough: impl Fn(&str) -> bool) -> String {
    let patience = Some(Duration::from_secs(10));
    stream.set_read_timeout(patience).expect("a time-out");
    let (mut said, mut buffer) = (String::new(), [0; 65_536]);
    while !is_enough(&said) {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(length) => said += &String::from_utf8_lossy(&buffer[..length]),
        }
    }
    said
}

fn talk_over_tls(port: u16, says: &str) -> String {
    let mut child = Command::new("openssl")
        .args([
            "s_client",
            "-quiet",
            "-connect",
            &format!("127.0.0.1:{port}"),
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl is installed");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(says.as_bytes()).expect("it reads");
    let mut stdout = child.stdout.take().expect("it is piped");
    let (mut said, mut buffer) = (String::new(), [0; 4_096]);
    while !said.contains("\r\n\r\n") {
        match stdout.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(length) => said += &String::from_utf8_lossy(&buffer[..length]),
        }
    }
    drop(stdin);
    let _ = child.kill();
    let _ = child.wait();
    said
}

fn s_client(port: u16, args: &[&str], authorities: &Path) -> String {
    let output = Command::new("openssl")
        .args([
            "s_client",
            "-connect",
            &format!("127.0.0.1:{port}"),
            "-CAfile",
        ])
        .arg(authorities)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .expect("openssl is installed");
    let [out, error] = [output.stdout, output.stderr].map(String::from_utf8);
    out.unwrap_or_default() + &error.unwrap_or_default()
}

/// The certificate in what `s_client` said.
fn shown(said: &str) -> &str {
    let begin = said.find("-----BEGIN CERTIFICATE").unwrap_or(0);
    let end = said.find("-----END CERTIFICATE").unwrap_or(begin);
    &said[begin..end]
}

fn make_certificate(certificate: &Path, key: &Path) {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
        ])
        .args(["-nodes", "-days", "30", "-subj", "/CN=conference"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1"])
        .arg("-keyout")
        .arg(key)
        .arg("-out")
        .arg(certificate)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(made.is_ok_and(|status| status.success()), "openssl req");
}

fn assert_both_hear(over_tls: &Baresip, over_udp: &Baresip) {
    for (phone, pitch_hz) in [(over_tls, 1_400), (over_udp, 500)] {
        let ear = phone.heard();
        let heard = ear.hears(pitch_hz, ear.seconds() - 3.0, ear.seconds());
        assert!(heard.share > 0.5, "{pitch_hz} Hz: {heard:?}");
    }
}

fn door(transport: &str, port: u16) -> String {
    format!("--sip={transport}:127.0.0.1:{port}")
}

const OPTIONS: &str = "OPTIONS sip:801@127.0.0.1 SIP/2.0\r\n\
    Via: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK;rport\r\nFrom: <sip:a@127.0.0.1>;tag=1\r\n\
    To: <sip:801@127.0.0.1>\r\nCall-ID: bounds\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n\
    Content-Length: 0\r\n\r\n";
/// `SIP_HANDSHAKES_OF_SOURCE` of the server.
const HANDSHAKES_OF_SOURCE: usize = 100;
/// Long enough for three seconds of complete recording behind the newest prompt.
const TALK: Duration = Duration::from_secs(7);
