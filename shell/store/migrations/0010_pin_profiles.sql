-- A line of personal_pins may begin with ROLE:PROFILE from here on. Nothing is rewritten; a program
-- that cannot read such a line must not open this file.
SELECT 1;
