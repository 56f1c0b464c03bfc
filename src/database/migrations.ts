// The tables of a database of runs, as numbered steps. INVARIANT: a step that has been released never changes; a change of
// the tables is a new step at the end.

export interface Migration {
  readonly version: number;
  readonly sql: string;
}

// WHY: there are vocabulary tables, because hundreds of runs have the same ids, environments and ways of measuring. A text is
// found by its digest, because an index takes no text of any length.
const first = `
CREATE TABLE benchmem.project (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE
);
CREATE TABLE benchmem.counter (
  project_id int NOT NULL REFERENCES benchmem.project,
  folder text NOT NULL,
  last bigint NOT NULL,
  PRIMARY KEY (project_id, folder)
);
CREATE TABLE benchmem.environment (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest text NOT NULL UNIQUE,
  machine text NOT NULL,
  memory text
);
CREATE TABLE benchmem.names (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest text NOT NULL UNIQUE,
  body text NOT NULL
);
CREATE TABLE benchmem.benchmark (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest text NOT NULL UNIQUE,
  fullname text NOT NULL
);
CREATE TABLE benchmem.way (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest text NOT NULL UNIQUE,
  environment text NOT NULL,
  passes int NOT NULL,
  resolution float8 NOT NULL,
  is_preloaded boolean NOT NULL
);
CREATE TABLE benchmem.metric (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest text NOT NULL UNIQUE,
  field text NOT NULL
);
CREATE SEQUENCE benchmem.run_id AS int;
CREATE TABLE benchmem.run (
  id int PRIMARY KEY,
  project_id int NOT NULL REFERENCES benchmem.project,
  folder text NOT NULL,
  number bigint NOT NULL CHECK (number > 0),
  name text NOT NULL,
  own_id text,
  tag text,
  kind text NOT NULL,
  complete boolean NOT NULL,
  is_shard boolean NOT NULL,
  datetime text,
  commit_id text,
  commit_time text,
  branch text,
  dirty boolean NOT NULL,
  environment_id int NOT NULL REFERENCES benchmem.environment,
  benchmarks int NOT NULL,
  measured_ms float8 NOT NULL,
  names_id int NOT NULL REFERENCES benchmem.names,
  profiles text NOT NULL,
  digest text NOT NULL,
  saved_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (project_id, folder, number),
  UNIQUE (project_id, digest)
);
CREATE INDEX run_newest ON benchmem.run (project_id, folder, kind, environment_id, measured_ms, number)
  WHERE complete AND NOT is_shard;
CREATE TABLE benchmem.document (
  run_id int PRIMARY KEY REFERENCES benchmem.run ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  encoding text NOT NULL,
  body bytea NOT NULL
);
ALTER TABLE benchmem.document ALTER body SET STORAGE EXTERNAL;
CREATE TABLE benchmem.sample (
  benchmark_id int NOT NULL,
  metric_id int NOT NULL,
  run_id int NOT NULL REFERENCES benchmem.run ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  place int NOT NULL,
  way_id int NOT NULL,
  headline float8 NOT NULL,
  low float8 NOT NULL,
  high float8 NOT NULL,
  PRIMARY KEY (benchmark_id, metric_id, run_id) INCLUDE (place, way_id, headline, low, high)
);
CREATE INDEX sample_run ON benchmem.sample (run_id, metric_id);
`;

export const migrations: readonly Migration[] = [{ version: 1, sql: first }];

/** What this program reads and writes. */
export const schemaVersion = migrations.length;
