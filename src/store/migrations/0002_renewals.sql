-- A gallery on its way to templates of other networks: the secret that they are protected with, and those that were made
-- anew already. All take the place of the old ones in one transaction, when none is missing.

CREATE TABLE renewals (
  gallery INTEGER PRIMARY KEY REFERENCES galleries (number),
  sealed_seed BLOB NOT NULL,
  version TEXT NOT NULL
) STRICT;

CREATE TABLE renewed_templates (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  row INTEGER NOT NULL UNIQUE REFERENCES templates (row),
  sealed BLOB NOT NULL
) STRICT;
