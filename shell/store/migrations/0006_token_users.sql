-- Whose token it is: it goes with them, and may do no more than they. Null: nobody's.
ALTER TABLE tokens ADD COLUMN user TEXT REFERENCES users (id) ON DELETE CASCADE;
UPDATE tokens SET user = (SELECT id FROM users WHERE users.name = tokens.created_by);
CREATE INDEX tokens_by_user ON tokens (user);
