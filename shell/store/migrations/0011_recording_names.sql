-- What the file of a recording is called where it is handed out; empty for those of before.
ALTER TABLE recordings ADD COLUMN file_name TEXT NOT NULL DEFAULT '';
