//! Two video telephones of a few lines each call the real server and see each other's packets.

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use conclave_interop::{Server, wait_for};

#[test]
#[ignore = "needs the server: run `cargo xtask test`"]
fn two_video_telephones_see_each_other() {
    let server = Server::start();
    let options = "options=video_mode=follow_talker";
    let args = ["--ext", "807", "--no-pin", "--set", "message=no"];
    let args: Vec<&str> = args.into_iter().chain(["--set", options]).collect();
    server.add_room("Pictures", &args);
    let mut phones = [1, 2].map(|number| Phone::call(server.sip_port, "807", number));
    let mut seen = [Vec::new(), Vec::new()];
    wait_for("pictures both ways", Duration::from_secs(20), || {
        for (phone, seen) in phones.iter_mut().zip(&mut seen) {
            phone.shoot();
            seen.extend(phone.look());
        }
        std::thread::sleep(Duration::from_millis(20));
        seen.iter().all(|seen| seen.len() >= 20).then_some(())
    });
    for (seen, other) in seen.iter().zip([2, 1]) {
        assert_eq!(seen[0].kind, 0, "a whole picture first");
        for pair in seen.windows(2) {
            assert_eq!(pair[0].ssrc, pair[1].ssrc);
            assert_eq!(pair[1].sequence, pair[0].sequence.wrapping_add(1));
        }
        assert!(seen.iter().all(|picture| picture.owner == other));
    }
    wait_for("the live view", Duration::from_secs(5), || {
        let here = server.participants("807");
        let shown = here.iter().filter(|one| one["video"].is_object()).count();
        (shown == 2).then_some(())
    });
    for phone in &mut phones {
        phone.hang_up();
    }
    wait_for("everybody has gone", Duration::from_secs(5), || {
        server.participants("807").is_empty().then_some(())
    });
}

struct Picture {
    ssrc: u32,
    sequence: u16,
    kind: u8,
    owner: u8,
}

struct Phone {
    sip: UdpSocket,
    sound: UdpSocket,
    video: UdpSocket,
    server: SocketAddr,
    sound_to: SocketAddr,
    video_to: SocketAddr,
    number: u8,
    extension: String,
    to: String,
    shots: u16,
    began: Instant,
}

impl Phone {
    fn call(port: u16, extension: &str, number: u8) -> Phone {
        let socket = || UdpSocket::bind("127.0.0.1:0").expect("a port");
        let (sip, sound, video) = (socket(), socket(), socket());
        let server = SocketAddr::from(([127, 0, 0, 1], port));
        sip.set_read_timeout(Some(Duration::from_secs(10)))
            .expect("a socket");
        video.set_nonblocking(true).expect("a socket");
        let here = SocketAddr::from(([127, 0, 0, 1], 9));
        let mut phone = Phone {
            sip,
            sound,
            video,
            server,
            sound_to: here,
            video_to: here,
            number,
            extension: extension.to_owned(),
            to: format!("<sip:{extension}@{server}>"),
            shots: 0,
            began: Instant::now(),
        };
        let sdp = format!(
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
             m=audio {} RTP/AVP 0\r\nm=video {} RTP/AVP 97\r\na=rtpmap:97 VP8/90000\r\n\
             a=rtcp-fb:97 nack pli\r\na=rtcp-mux\r\n",
            port_of(&phone.sound),
            port_of(&phone.video)
        );
        phone.request("INVITE", 1, &sdp);
        let answer = phone.answer();
        let to = answer.lines().find_map(|line| line.strip_prefix("To: "));
        phone.to = to.expect("a To header").to_owned();
        let ports: Vec<u16> = answer.lines().filter_map(media_port).collect();
        assert_eq!(ports.len(), 2, "{answer}");
        assert!(ports[1] != 0, "the pictures were rejected: {answer}");
        phone.sound_to.set_port(ports[0]);
        phone.video_to.set_port(ports[1]);
        phone.request("ACK", 1, "");
        phone
    }

    /// A packet of silence, and every other time a picture: whole when it is asked for, or the
    /// first.
    fn shoot(&mut self) {
        self.shots += 1;
        let stamp = (self.began.elapsed().as_millis() as u32).to_be_bytes();
        let [high, low] = self.shots.to_be_bytes();
        let mut sound = vec![0x80, 0, high, low];
        sound.extend(stamp);
        sound.extend([0, 0, 0, self.number]);
        sound.extend([0xff; 160]);
        let _ = self.sound.send_to(&sound, self.sound_to);
        let mut picture = vec![0x80, 0x80 | 97, high, low];
        picture.extend((u32::from(self.shots) * 1_800).to_be_bytes());
        picture.extend([1, 0, 0, self.number]);
        picture.extend([0x10, u8::from(self.shots % 25 != 1), self.number]);
        let _ = self.video.send_to(&picture, self.video_to);
    }

    /// The pictures that came.
    fn look(&mut self) -> Vec<Picture> {
        let mut seen = Vec::new();
        let mut bytes = [0; 2_000];
        while let Ok(length) = self.video.recv(&mut bytes) {
            let packet = &bytes[..length];
            if length < 15 || packet[1] & 0x7f != 97 {
                continue;
            }
            seen.push(Picture {
                ssrc: u32::from_be_bytes([packet[8], packet[9], packet[10], packet[11]]),
                sequence: u16::from_be_bytes([packet[2], packet[3]]),
                kind: packet[13],
                owner: packet[14],
            });
        }
        seen
    }

    fn hang_up(&mut self) {
        self.request("BYE", 2, "");
    }

    fn request(&self, method: &str, sequence: u32, sdp: &str) {
        let own = self.sip.local_addr().expect("a socket");
        let (number, to, server) = (self.number, &self.to, self.server);
        let extension = &self.extension;
        let text = format!(
            "{method} sip:{extension}@{server} SIP/2.0\r\n\
             Via: SIP/2.0/UDP {own};branch=z9hG4bK{number}{method}\r\nMax-Forwards: 70\r\n\
             From: <sip:phone{number}@{own}>;tag=t{number}\r\nTo: {to}\r\n\
             Call-ID: pictures-{number}\r\nCSeq: {sequence} {method}\r\n\
             Contact: <sip:phone{number}@{own}>\r\nContent-Type: application/sdp\r\n\
             Content-Length: {}\r\n\r\n{sdp}",
            sdp.len()
        );
        self.sip
            .send_to(text.as_bytes(), self.server)
            .expect("a socket");
    }

    /// The 200 to the INVITE.
    fn answer(&self) -> String {
        let mut bytes = [0; 8_000];
        loop {
            let length = self.sip.recv(&mut bytes).expect("an answer");
            let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
            if text.starts_with("SIP/2.0 200") {
                return text;
            }
        }
    }
}

fn media_port(line: &str) -> Option<u16> {
    let rest = line.strip_prefix("m=")?;
    rest.split(' ').nth(1)?.parse().ok()
}

fn port_of(socket: &UdpSocket) -> u16 {
    socket.local_addr().expect("a socket").port()
}
