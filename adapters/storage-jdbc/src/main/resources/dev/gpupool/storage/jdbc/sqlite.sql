-- The records of a pool in SQLite. Format 1.
CREATE TABLE IF NOT EXISTS gpupool_record (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  tenant TEXT NOT NULL,
  version TEXT NOT NULL,
  state TEXT NOT NULL,
  sort_key TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (kind, id)
);

CREATE INDEX IF NOT EXISTS gpupool_record_order ON gpupool_record (kind, state, sort_key, id);

CREATE TABLE IF NOT EXISTS gpupool_format (
  format INTEGER NOT NULL PRIMARY KEY
);

INSERT INTO gpupool_format (format) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM gpupool_format);
