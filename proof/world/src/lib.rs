//! A simulated city: phones, a network and a clock around the real core.
