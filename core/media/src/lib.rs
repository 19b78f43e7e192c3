//! Legs and stages: packets in, everyone-but-yourself out, twenty milliseconds at a time; cannot see a PIN.
