//! Codecs, resampling, levels, tones and concealment; knows samples, not who speaks.
