//! The meeting: door, roster, announcements, music; cannot see SIP.
