//! RTP, RTCP, telephone events and the jitter buffer; knows packets, not what they sound like.
