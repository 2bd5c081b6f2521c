-- The records of a pool in PostgreSQL 13 or later. Format 1.
CREATE TABLE IF NOT EXISTS gpupool_record (
  kind TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  tenant TEXT COLLATE "C" NOT NULL,
  version TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  sort_key TEXT COLLATE "C" NOT NULL,
  body JSONB NOT NULL,
  PRIMARY KEY (kind, id)
);

CREATE INDEX IF NOT EXISTS gpupool_record_order ON gpupool_record (kind, state, sort_key, id);

CREATE TABLE IF NOT EXISTS gpupool_format (
  format INTEGER NOT NULL PRIMARY KEY
);

INSERT INTO gpupool_format (format) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM gpupool_format) ON CONFLICT DO NOTHING;
