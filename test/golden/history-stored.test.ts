// The analysis of two runs against stored answers: our own cases, and more in the folder that BENCHMEM_GOLDEN_DIR names. What is
// compared is what docs/decisions/analyze.md does not name as different on purpose.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Analysis, analyze } from '../../src/history/analysis.js';
import { parseGroupTokens } from '../../src/history/group-label.js';
import { defaultNoise } from '../../src/history/noise.js';
import { profilesOf } from '../../src/history/profiler.js';
import { chooseRoles } from '../../src/history/roles.js';
import type { Row, RowStat } from '../../src/history/rows.js';
import { openFolderStore } from '../../src/runfile/folder-store.js';
import { parseTolerantJson } from '../../src/runfile/json.js';
import { knownPostfixes, partsOfName, postfixWords } from '../../src/runfile/name-parts.js';
import { metricNamed } from '../../src/stats/metrics.js';

const roots = [fileURLToPath(new URL('./history', import.meta.url))];
if (process.env.BENCHMEM_GOLDEN_DIR !== undefined) roots.push(process.env.BENCHMEM_GOLDEN_DIR);

interface StoredName {
  readonly name: string;
  readonly postfixes: readonly string[] | null;
  readonly base_name: string;
  readonly parameters: string | null;
  readonly postfix: string | null;
}

// Brackets are balanced from the end here; a word needs a separator before it; a list's entry is split at its commas.
function isOtherOnPurpose({ name, postfixes, postfix, base_name: base }: StoredName): boolean {
  const isHalfBracket = base.includes('[') && name.endsWith(']');
  const isGlued = postfix !== null && !/^[-_. ]/.test(postfix);
  const inside = (postfixes ?? [])
    .filter((entry) => entry.includes(','))
    .flatMap((entry) => entry.split(','));
  return isHalfBracket || isGlued || inside.some((word) => name.endsWith(word.trim()));
}

const nameFiles = roots
  .map((root) => join(root, 'golden/park_naming.json'))
  .filter((file) => existsSync(file));

describe.each(nameFiles)('the names of %s', (file) => {
  const names = (JSON.parse(readFileSync(file, 'utf8')) as StoredName[]).filter(
    (each) => !isOtherOnPurpose(each),
  );

  it.each(names.map((stored) => [`${stored.name} with ${stored.postfixes}`, stored] as const))(
    '%s',
    (_, stored) => {
      const { base, parameters, postfix } = partsOfName(
        stored.name,
        knownPostfixes(postfixWords(stored.postfixes ?? [])),
      );
      expect({ base, parameters, postfix }).toEqual({
        base: stored.base_name,
        parameters: stored.parameters,
        postfix: stored.postfix === null ? null : stored.postfix.replace(/^_+/, ''),
      });
    },
  );
});

interface StoredRow extends Readonly<Record<string, unknown>> {
  readonly method: string;
}

interface Model {
  readonly args: Readonly<Record<string, string | readonly string[]>>;
  readonly runs: readonly {
    readonly run_id: string;
    readonly tag: string | null;
    readonly profiler: object;
  }[];
  readonly reference: string;
  readonly candidate: string;
  readonly candidate_cases: readonly { readonly fullname: string; readonly group_label: string }[];
  readonly regression: readonly StoredRow[];
  readonly postfix_comparison: readonly StoredRow[] | null;
}

const models = roots.flatMap((root) => {
  const golden = join(root, 'golden');
  if (!existsSync(golden)) return [];
  return readdirSync(golden, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('model.json'))
    .map((path) => ({ file: join(golden, path), folder: join(root, 'cases', path.split('/')[0] ?? '') }))
    .filter(({ file }) => readFileSync(file, 'utf8').includes('"postfix_comparison"'))
    .sort((a, b) => a.file.localeCompare(b.file));
});

const listOf = (value: string | readonly string[] | undefined) =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

async function answer(model: Model, folder: string) {
  const store = openFolderStore({ cwd: folder, storage: String(model.args.folder) });
  const { heads } = await store.list();
  const text = (name: string) => (model.args[name] === undefined ? undefined : String(model.args[name]));
  const roles = chooseRoles(
    heads,
    { reference: text('reference'), candidate: text('candidate') },
    String(model.args.folder),
  );
  const analysis = analyze(await store.read(roles.reference), await store.read(roles.candidate), {
    metrics: [metricNamed('time') as never],
    named: false,
    where: [],
    renames: [],
    noise: defaultNoise,
    sort: 'name',
    original: postfixWords(model.args.original_postfix),
    reference: postfixWords(model.args.reference_postfix),
    postfixLabels: {},
    excludeParams: listOf(model.args.exclude_params),
    distinctParams: listOf(model.args.distinct_params),
    groupBy: parseGroupTokens(listOf(model.args.group_by)),
  });
  return { heads, roles, analysis };
}

const statNames: readonly (readonly [theirs: string, ours: RowStat])[] = [
  ['avg', 'mean'],
  ['med', 'median'],
  ['min', 'min'],
  ['max', 'max'],
];

function expectChanges(row: Row | undefined, stored: StoredRow, against: 'prev' | 'orig') {
  for (const [theirs, ours] of statNames) {
    const change = row?.metrics[0]?.stats?.[ours];
    const pct = stored[`${theirs}_vs_${against}_pct`];
    const delta = stored[`${theirs}_vs_${against}_time`];
    // A reference of zero has no percentage here.
    if (change?.pct !== null) expect(change?.pct, `${stored.method} ${ours}`).toBeCloseTo(Number(pct), 6);
    expect(change?.delta, `${stored.method} ${ours}`).toBeCloseTo(Number(delta), 12);
  }
}

const methodOf = ({ candidate, reference }: Row) => (candidate[0] ?? reference[0])?.method;
const plainName = (row: Row) => (row.candidate[0] ?? row.reference[0])?.parts.base;

describe.each(models)('the analysis of $file', ({ file, folder }) => {
  const model = parseTolerantJson(readFileSync(file, 'utf8')) as Model;

  it('is of the same runs', async () => {
    const { heads, roles } = await answer(model, folder);
    expect(heads.map(({ id }) => id)).toEqual(model.runs.map((run) => run.run_id));
    const tags = heads.map(({ tag }) => tag ?? null);
    for (const [at, { tag }] of model.runs.entries()) if (tag !== null) expect(tags[at]).toBe(tag);
    expect([roles.reference.id, roles.candidate.id]).toEqual([model.reference, model.candidate]);
  });

  it('has the same labels', async () => {
    const { analysis } = await answer(model, folder);
    const labels = Object.fromEntries(analysis.candidateCases.map(({ id, label }) => [id, label]));
    expect(labels).toEqual(
      Object.fromEntries(model.candidate_cases.map((each) => [each.fullname, each.group_label])),
    );
  });

  it('has the same changes per method', async () => {
    const { analysis } = await answer(model, folder);
    const compared = analysis.rows.filter(({ status }) => status === 'both');
    expect(compared.map(methodOf).sort()).toEqual(model.regression.map(({ method }) => method).sort());
    for (const stored of model.regression) {
      expectChanges(
        compared.find((row) => methodOf(row) === stored.method),
        stored,
        'prev',
      );
    }
  });

  it('has the same pairs', async () => {
    const { analysis } = await answer(model, folder);
    const stored = model.postfix_comparison ?? [];
    const rows = (analysis.pairs as Analysis['pairs'])?.rows ?? [];
    expect(rows.map(plainName).sort()).toEqual(stored.map(({ method }) => method).sort());
    for (const each of stored)
      expectChanges(
        rows.find((row) => plainName(row) === each.method),
        each,
        'orig',
      );
  });

  it('has the same profiles', async () => {
    const { profiler } = model.args;
    if (profiler === undefined) return;
    const { heads } = await answer(model, folder);
    const path = join(folder, String(profiler));
    const files = readdirSync(path).map((name) => ({
      path: name,
      document: JSON.parse(readFileSync(join(path, name), 'utf8')) as unknown,
    }));
    const profiles = profilesOf(files);
    for (const [at, head] of heads.entries()) {
      const named = Object.entries(model.runs[at]?.profiler ?? {}).filter(
        ([, { function: name }]) => name !== '',
      );
      const found = [...profiles.of(head)].map(([key, { totalTime, ...rest }]) => [
        key,
        { ...rest, total_time: totalTime },
      ]);
      expect(found).toEqual(named);
    }
  });
});

it('some names and some analyses are stored', () => {
  expect(nameFiles.length).toBeGreaterThan(0);
  expect(models.length).toBeGreaterThan(0);
});
