-- How the sound was encrypted: `SDES AES_CM_128_HMAC_SHA1_80`; null where it was not.
ALTER TABLE calls ADD COLUMN encryption TEXT;
-- Packets that the key of the call did not open.
ALTER TABLE calls ADD COLUMN packets_forged INTEGER NOT NULL DEFAULT 0;
