// Comparisons with stored answers: cases/<case>/*.json in, golden/<case>/<run>/{cmd,exit,out.csv,model,gate} to agree with.
// The answers come from an implementation whose deliberate differences are named here, each with its rule.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTolerantJson } from '../../src/runfile/json.js';
import { runFake } from './fake-world.js';

export interface StoredCase {
  readonly name: string;
  readonly folder: string;
  readonly cwd: string;
}

export interface Answer {
  readonly code: number | string;
  readonly document: unknown;
  readonly csv: string | undefined;
  readonly text: string;
  readonly stderr: string;
}

export function storedCases(root: string): StoredCase[] {
  const golden = join(root, 'golden');
  const folders = readdirSync(golden, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name }) =>
    readdirSync(join(golden, name))
      .map((run) => ({
        name: `${name}/${run}`,
        folder: join(golden, name, run),
        cwd: join(root, 'cases', name),
      }))
      .filter(({ folder }) => isComparison(folder)),
  );
}

// Answers for other commands stand in the same folders.
function isComparison(folder: string): boolean {
  const command = join(folder, 'cmd.txt');
  return existsSync(command) && readFileSync(command, 'utf8').split('\n')[1] === 'compare';
}

export function commandOf({ folder }: StoredCase, out: string): string[] {
  const [, ...argv] = readFileSync(join(folder, 'cmd.txt'), 'utf8').replace(/\n$/, '').split('\n');
  return argv.map((word) => word.replaceAll('@OUT@', out));
}

/** Runs the case twice: as it stands, and for its document. */
export async function answerOf(stored: StoredCase): Promise<Answer> {
  const out = mkdtempSync(join(tmpdir(), 'benchmem-golden-'));
  try {
    const argv = commandOf(stored, out);
    const plain = await runFake(argv, { cwd: stored.cwd, unlimited: true });
    const format = argv.indexOf('--format');
    const rest = format === -1 ? argv : [...argv.slice(0, format), ...argv.slice(format + 2)];
    const asJson = await runFake([...rest, '--format', 'json'], { cwd: stored.cwd });
    const csv = join(out, 'out.csv');
    return {
      code: plain.code,
      document: asJson.stdout === '' ? undefined : JSON.parse(asJson.stdout),
      csv: existsSync(csv) ? readFileSync(csv, 'utf8') : undefined,
      text: plain.stdout,
      stderr: plain.stderr,
    };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

export function storedText({ folder }: StoredCase, file: string): string | undefined {
  const path = join(folder, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** A stored model may hold NaN, as Python writes it. */
export function storedJson(stored: StoredCase, file: string): Record<string, unknown> | undefined {
  const text = storedText(stored, file);
  return text === undefined ? undefined : (parseTolerantJson(text) as Record<string, unknown>);
}

// biome-ignore lint/suspicious/noExplicitAny: a stored document of another program
type Loose = any;

/** The stored model in the words of our document. */
export function modelAsDocument(
  model: Loose,
  titles: (title: string) => string,
  series: (label: unknown) => string,
) {
  return {
    kind: model.kind,
    groups: model.groups.map((group: Loose) => ({
      title: titles(group.title),
      ...(model.kind === 'table'
        ? {
            columns: group.columns.map(({ metric, stat, unit, factor }: Loose) => ({
              metric,
              stat: stat === '' || stat === null ? null : stat,
              unit,
              factor,
            })),
          }
        : {}),
      rows: group.rows.map((row: Loose) =>
        model.kind === 'table'
          ? { id: row.id, series: series(row.series), cells: row.cells.map(cellAs) }
          : {
              id: row.id,
              metric: row.metric,
              base: { value: row.base.raw, text: row.base.text },
              deltas: row.deltas.map(({ pct, text, rank }: Loose) => ({ pct, text, rank })),
            },
      ),
    })),
  };
}

function cellAs(cell: Loose) {
  if (cell === null || cell.text === '—') return null;
  return {
    value: cell.raw,
    text: cell.text,
    multiplier: cell.mult === '' ? null : cell.mult,
    rank: cell.rank,
  };
}

/** Our document without what the stored model has no word for. */
export function comparable(document: Loose) {
  return {
    kind: document.kind,
    groups: document.groups.map(({ title, columns, rows }: Loose) => ({
      title,
      ...(document.kind === 'table' ? { columns } : {}),
      rows,
    })),
  };
}
