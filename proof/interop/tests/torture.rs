//! After each torture message, over UDP and over TCP, the server still answers everybody else.

use std::io::{Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::time::Duration;

use conclave_interop::{Server, Torture, rfc4475, rfc5118};

#[test]
#[ignore = "needs npm and the network: run `cargo xtask test`"]
fn the_messages_of_rfc_4475_harm_nobody() {
    survive(&rfc4475());
}

#[test]
#[ignore = "needs the network: run `cargo xtask test`"]
fn the_messages_of_rfc_5118_harm_nobody() {
    survive(&rfc5118());
}

fn survive(messages: &[Torture]) {
    let mut server = Server::start();
    let attacker = UdpSocket::bind("127.0.0.1:0").expect("a port");
    // One connection that was there before and must outlive every bad one.
    let mut neighbour = Neighbour::connect(server.sip_port);
    for message in messages {
        attacker
            .send_to(&message.bytes, ("127.0.0.1", server.sip_port))
            .expect("sent");
        assert!(
            answers_udp(server.sip_port),
            "UDP is dead after {}",
            message.name
        );

        let mut stream = TcpStream::connect(("127.0.0.1", server.sip_port)).expect("connected");
        stream.write_all(&message.bytes).expect("sent");
        assert!(neighbour.answers(), "TCP is dead after {}", message.name);
        assert!(
            server.is_alive(),
            "the server died of {}\n{}",
            message.name,
            server.log()
        );
    }
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

fn answers_udp(port: u16) -> bool {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    socket.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    let own = socket.local_addr().expect("bound").port();
    socket
        .send_to(options(own, "UDP", 1).as_bytes(), ("127.0.0.1", port))
        .expect("sent");
    let mut buffer = [0; 4_096];
    let length = socket.recv(&mut buffer).unwrap_or(0);
    buffer[..length].starts_with(b"SIP/2.0 200")
}

struct Neighbour {
    stream: TcpStream,
    asked: u32,
}

impl Neighbour {
    fn connect(port: u16) -> Neighbour {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("connected");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        Neighbour { stream, asked: 0 }
    }

    fn answers(&mut self) -> bool {
        self.asked += 1;
        let own = self.stream.local_addr().expect("connected").port();
        if self
            .stream
            .write_all(options(own, "TCP", self.asked).as_bytes())
            .is_err()
        {
            return false;
        }
        let mut answer = Vec::new();
        let mut buffer = [0; 4_096];
        while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
            match self.stream.read(&mut buffer) {
                Ok(0) | Err(_) => return false,
                Ok(length) => answer.extend_from_slice(&buffer[..length]),
            }
        }
        answer.starts_with(b"SIP/2.0 200")
    }
}

fn options(port: u16, transport: &str, number: u32) -> String {
    format!(
        "OPTIONS sip:127.0.0.1 SIP/2.0\r\n\
         Via: SIP/2.0/{transport} 127.0.0.1:{port};branch=z9hG4bKalive{port}n{number};rport\r\n\
         Max-Forwards: 70\r\nFrom: <sip:alive@127.0.0.1>;tag={port}\r\nTo: <sip:127.0.0.1>\r\n\
         Call-ID: alive{port}n{number}\r\nCSeq: {number} OPTIONS\r\nContent-Length: 0\r\n\r\n"
    )
}

const PATIENCE: Duration = Duration::from_secs(3);
