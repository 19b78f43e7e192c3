//! RTP and RTCP as they lie in a datagram; opens none that is encrypted.

use conclave_rtp::{HEADER_BYTES, Header, RtpPacket, classify, feedback, rtcp, write_header};

pub(super) fn rtp(input: &[u8]) -> Result<(), String> {
    let _ = classify(input);
    let Ok(packet) = RtpPacket::parse(input) else {
        return Ok(());
    };
    if packet.payload.len() + HEADER_BYTES > input.len() {
        return Err("the payload is longer than the packet".to_owned());
    }
    for id in 0..=u8::MAX {
        let _ = packet.audio_level(id);
    }
    let mut written = [0; HEADER_BYTES];
    let header = Header {
        payload_type: packet.payload_type,
        marker: packet.marker,
        sequence: packet.sequence,
        timestamp: packet.timestamp,
        ssrc: packet.ssrc,
    };
    write_header(&mut written, &header);
    let again = RtpPacket::parse(&written).map_err(|why| format!("our header: {why}"))?;
    let same = |one: &RtpPacket<'_>| {
        let place = (one.sequence, one.timestamp, one.ssrc);
        (one.payload_type, one.marker, place)
    };
    if same(&again) == same(&packet) {
        Ok(())
    } else {
        Err("what we wrote is another header".to_owned())
    }
}

pub(super) fn rtcp(input: &[u8]) -> Result<(), String> {
    // Each packet has four bytes at least.
    let most = input.len() / 4;
    let mut packets = 0;
    for packet in rtcp::read(input) {
        packets += 1;
        let blocks = match packet {
            rtcp::RtcpPacket::SenderReport { blocks, .. }
            | rtcp::RtcpPacket::ReceiverReport { blocks, .. } => blocks.count(),
            rtcp::RtcpPacket::SourceDescription { .. }
            | rtcp::RtcpPacket::Bye { .. }
            | rtcp::RtcpPacket::Other { .. } => 0,
        };
        if blocks > 31 {
            return Err(format!("{blocks} blocks, and five bits count them"));
        }
    }
    let messages = feedback::read(input).count();
    if packets > most || messages > most {
        return Err(format!(
            "{packets} packets and {messages} wishes in {} bytes",
            input.len()
        ));
    }
    Ok(())
}
