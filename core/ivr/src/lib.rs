//! The voice: what is said to one caller and which digits are awaited; cannot see a packet.
