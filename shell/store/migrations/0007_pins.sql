-- The PINs of a room beside its own: that of moderators, and a line "ROLE PIN NAME" for each person
-- who has one.
ALTER TABLE rooms ADD COLUMN moderator_pin TEXT;
ALTER TABLE rooms ADD COLUMN personal_pins TEXT NOT NULL DEFAULT '';
