-- Passkeys of users: public keys only. `algorithm` is COSE's number; `key_first` and `key_second` are x and y, or modulus
-- and exponent.

CREATE TABLE passkeys (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  algorithm INTEGER NOT NULL,
  key_first BLOB NOT NULL,
  key_second BLOB NOT NULL,
  counter INTEGER NOT NULL,
  created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_by_owner ON passkeys (owner);
