//! Real phones against the real server: SIPp, baresip and the torture messages.
