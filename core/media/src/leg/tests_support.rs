//! A plain leg for unit tests; knows no network.

use std::net::SocketAddr;

use conclave_contract::{Direction, Keypad, LegSpec, MediaFormat};
use conclave_model::Codec;

pub(crate) fn spec(codec: Codec) -> LegSpec {
    let format = MediaFormat {
        payload_type: codec.static_payload_type().unwrap_or(111),
        codec,
    };
    LegSpec {
        remote: Some(SocketAddr::from(([192, 0, 2, 1], 4_000))),
        remote_rtcp: None,
        rtcp_mux: false,
        send: format,
        receive: vec![format],
        keypad: vec![Keypad {
            payload_type: 101,
            clock_rate_hz: 8_000,
        }],
        direction: Direction::SendRecv,
        ptime_ms: 20,
        ptime_max_ms: None,
        opus_fec: true,
        opus_bitrate_max: None,
        opus_stereo: false,
        audio_level: None,
        protection: None,
        handshakes: Default::default(),
        is_checked: false,
        ssrc: 0x1234_5678,
        first_sequence: 65_534,
        first_timestamp: 2_000,
    }
}
