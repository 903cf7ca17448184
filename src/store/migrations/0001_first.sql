-- Everything that Regard keeps about people, galleries and watchlists. Templates and images are sealed before they come
-- here; names and consents are plain. Times are microseconds since 1970 in UTC.
--
-- Tables that hold what must be erasable for good are keyed by a growing number, so that new rows are appended and
-- SQLite does not copy older rows from page to page.

PRAGMA application_id = 1380401490;  -- "RGAR": tells this file from any other SQLite database

-- Counts changes of anything that a gallery's search depends on. 0 is before everything.
CREATE TABLE revision (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), value INTEGER NOT NULL) STRICT;
INSERT INTO revision VALUES (1, 1);

CREATE TABLE subjects (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,  -- directly behind the id: erasure looks for the two together
  created INTEGER NOT NULL
) STRICT;

-- Each subject's own key under the master key. Without it nothing sealed for the subject can be read.
CREATE TABLE subject_keys (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  subject INTEGER NOT NULL UNIQUE REFERENCES subjects (number),
  wrapped BLOB NOT NULL
) STRICT;

CREATE TABLE consents (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  subject INTEGER NOT NULL REFERENCES subjects (number),
  basis TEXT NOT NULL,
  jurisdiction TEXT NOT NULL,
  controller TEXT NOT NULL,
  policy_address TEXT NOT NULL,
  method TEXT NOT NULL,
  issued INTEGER NOT NULL,
  starts INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  retention INTEGER NOT NULL,
  sensitive INTEGER NOT NULL,
  receipt TEXT NOT NULL,
  withdrawn INTEGER,
  purged INTEGER
) STRICT;
CREATE INDEX consents_by_subject ON consents (subject);

CREATE TABLE consent_purposes (
  consent INTEGER NOT NULL REFERENCES consents (number),
  purpose TEXT NOT NULL CHECK (purpose IN ('access', 'authentication', 'association')),
  PRIMARY KEY (consent, purpose)
) STRICT, WITHOUT ROWID;

CREATE TABLE zones (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE zone_cameras (
  zone TEXT NOT NULL REFERENCES zones (name),
  camera TEXT NOT NULL,
  PRIMARY KEY (zone, camera)
) STRICT, WITHOUT ROWID;

CREATE TABLE galleries (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  purpose TEXT NOT NULL CHECK (purpose IN ('access', 'authentication', 'watchlist', 'association')),
  cap INTEGER NOT NULL,
  watchlist TEXT CHECK ((purpose = 'watchlist') = (watchlist IS NOT NULL)),
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX galleries_by_watchlist ON galleries (watchlist) WHERE watchlist IS NOT NULL;

-- A gallery may name a zone before its cameras are known, so zones are not referred to.
CREATE TABLE gallery_zones (
  gallery INTEGER NOT NULL REFERENCES galleries (number),
  zone TEXT NOT NULL,
  PRIMARY KEY (gallery, zone)
) STRICT, WITHOUT ROWID;

CREATE TABLE gallery_secrets (
  gallery INTEGER PRIMARY KEY REFERENCES galleries (number),
  sealed_seed BLOB NOT NULL,
  version TEXT NOT NULL,
  threshold REAL NOT NULL
) STRICT;

-- Every version of every watchlist, for ever: who asked for what, on which ground, until when.
CREATE TABLE watchlists (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  gallery TEXT NOT NULL,
  proposer TEXT NOT NULL,
  basis TEXT NOT NULL,
  reason TEXT NOT NULL,
  document_digest TEXT NOT NULL,
  proposed INTEGER NOT NULL,
  until INTEGER NOT NULL,
  cap INTEGER NOT NULL,
  false_alert_budget REAL NOT NULL,
  compared INTEGER NOT NULL,
  false_alerts INTEGER NOT NULL,
  suspended INTEGER NOT NULL,
  closed INTEGER NOT NULL,
  PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE watchlist_zones (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  zone TEXT NOT NULL,
  PRIMARY KEY (id, version, zone),
  FOREIGN KEY (id, version) REFERENCES watchlists (id, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE watchlist_approvals (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  position INTEGER NOT NULL,
  approver TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (id, version, position),
  FOREIGN KEY (id, version) REFERENCES watchlists (id, version)
) STRICT, WITHOUT ROWID;
-- Passers-by compared since the approval: grows without a new version.
CREATE TABLE watchlist_counters (id TEXT PRIMARY KEY, compared INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: a row number is never used again, so whoever follows the changes cannot mistake one row for another.
CREATE TABLE templates (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  subject INTEGER NOT NULL REFERENCES subjects (number),
  gallery INTEGER NOT NULL REFERENCES galleries (number),
  version TEXT NOT NULL,
  entry INTEGER NOT NULL,
  enrolled INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX templates_by_revision ON templates (gallery, revision);
CREATE INDEX templates_by_gallery ON templates (gallery, subject);
CREATE INDEX templates_by_subject ON templates (subject);

-- Apart from the templates, so that loading a gallery does not read them.
CREATE TABLE template_images (row INTEGER PRIMARY KEY REFERENCES templates (row), sealed BLOB NOT NULL) STRICT;

CREATE TABLE template_removals (
  row INTEGER PRIMARY KEY,
  gallery INTEGER NOT NULL REFERENCES galleries (number),
  revision INTEGER NOT NULL
) STRICT;
CREATE INDEX template_removals_by_revision ON template_removals (gallery, revision);

CREATE TABLE confusions (
  gallery INTEGER NOT NULL REFERENCES galleries (number),
  claimed INTEGER NOT NULL REFERENCES subjects (number),
  truly INTEGER NOT NULL REFERENCES subjects (number),
  lowered REAL NOT NULL,
  PRIMARY KEY (gallery, claimed, truly)
) STRICT, WITHOUT ROWID;
CREATE INDEX confusions_by_claimed ON confusions (claimed);
CREATE INDEX confusions_by_truly ON confusions (truly);

CREATE TABLE offsets (
  subject INTEGER NOT NULL REFERENCES subjects (number),
  gallery INTEGER NOT NULL REFERENCES galleries (number),
  lowered REAL NOT NULL,
  PRIMARY KEY (subject, gallery)
) STRICT, WITHOUT ROWID;

CREATE TABLE last_matches (
  subject INTEGER NOT NULL REFERENCES subjects (number),
  gallery INTEGER NOT NULL REFERENCES galleries (number),
  at INTEGER NOT NULL,
  PRIMARY KEY (subject, gallery)
) STRICT, WITHOUT ROWID;

-- Announced, and not yet gone from every byte. No reference: they outlive the subject.
CREATE TABLE erasures_pending (subject TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE erasures (subject TEXT PRIMARY KEY, entry INTEGER NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- Deletions whose bytes may still be in the write-ahead log or in unused places of the file.
CREATE TABLE scrubs (number INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;
