//! Who counts as a talker, the sum, the sum without yourself, the limiter; cannot see a name.
