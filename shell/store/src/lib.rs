//! What survives a restart: rooms, calls and playlists in SQLite, sound files on disk.
