//! Offer and answer (RFC 3264) for audio: which codec, which way, where to; opens no port.
