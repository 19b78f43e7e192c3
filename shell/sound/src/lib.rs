//! Sound files into clips: prompts and playlists, decoded, resampled and levelled; plays nothing.
