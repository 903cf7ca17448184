-- A second factor of users: its secret sealed, the last 30 s step whose code counted, and the digests of recovery codes
-- that were not used yet, with commas between. All are null for whoever has none.

ALTER TABLE users ADD COLUMN factor_secret BLOB;
ALTER TABLE users ADD COLUMN factor_step INTEGER;
ALTER TABLE users ADD COLUMN factor_recovery TEXT;
