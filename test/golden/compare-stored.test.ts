// Comparisons against stored answers: our own cases, and more in the folder that BENCHMEM_GOLDEN_DIR names.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { durationText } from '../../src/text/numbers.js';
import {
  answerOf,
  comparable,
  modelAsDocument,
  type StoredCase,
  storedCases,
  storedJson,
  storedText,
} from './compare-cases.js';

const roots = [fileURLToPath(new URL('./compare', import.meta.url))];
if (process.env.BENCHMEM_GOLDEN_DIR !== undefined) roots.push(process.env.BENCHMEM_GOLDEN_DIR);

/** Where we answer otherwise on purpose, and which rule says so. */
const differences: readonly {
  readonly rule: string;
  readonly applies: (stored: StoredCase) => boolean;
  readonly code: number;
}[] = [
  {
    rule: 'a gate with no id in common is refused, not passed',
    applies: (stored) => /no id in common/.test(storedText(stored, 'note.txt') ?? ''),
    code: 2,
  },
  {
    rule: 'the same file given twice is an error',
    applies: (stored) => runsOf(stored).some((run, index, all) => all.indexOf(run) !== index),
    code: 2,
  },
  {
    rule: 'negative limits, nan and inf are refused',
    applies: (stored) => /^[a-z]+:(-|nan|inf)/m.test(storedText(stored, 'cmd.txt') ?? ''),
    code: 2,
  },
  {
    rule: '--pivot --diff works, and a key that is missing is —',
    applies: (stored) => /^--pivot$[\s\S]*^--diff$/m.test(storedText(stored, 'cmd.txt') ?? ''),
    code: 0,
  },
  {
    rule: 'param: needs a name',
    applies: (stored) => /^param:$/m.test(storedText(stored, 'cmd.txt') ?? ''),
    code: 2,
  },
];

// On purpose a single time stands in its own unit here, and in seconds there.
function inOwnUnits(line: string): string {
  return line.replaceAll(/(?<= )(\d[\d.]*(?:e[+-]?\d+)?)s(?= |$)/g, (_, seconds: string) =>
    durationText(Number(seconds)),
  );
}

function runsOf(stored: StoredCase): string[] {
  return (storedText(stored, 'cmd.txt') ?? '').split('\n').filter((line) => line.endsWith('.json'));
}

// One exit code per meaning: theirs is 1 for whatever failed.
function expectedCode(stored: StoredCase): number {
  const difference = differences.find(({ applies }) => applies(stored));
  if (difference !== undefined) return difference.code;
  const code = Number(storedText(stored, 'exit.txt'));
  const gate = storedJson(stored, 'gate.json') as { regressions?: unknown[] } | undefined;
  return code === 1 && (gate?.regressions ?? []).length === 0 ? 2 : code;
}

/** No `nan` titles or series: a benchmark without the dim is `—`, and sorts last. */
const title = (text: string) => (text === '' ? '—' : text.replace(/\bnan\b/g, '—'));
/** Pivot values keep their type: a column with a gap does not turn 10 into 10.0. */
const label = (value: unknown) => (Number.isNaN(value) ? '—' : String(value).replace(/^(\d+)\.0$/, '$1'));

interface Grown {
  readonly field: string;
  readonly id: string;
  readonly base: number;
  readonly head: number;
  readonly pct: number | null;
}

/** Growth from zero trips a percentage, where theirs has no percentage of it: what ours found more is that only. */
function withoutGrowthFromZero(ours: readonly Grown[], theirs: readonly Grown[], fields: readonly string[]) {
  const count = (list: readonly Grown[], { field, id }: Grown) =>
    list.filter((each) => each.field === field && each.id === id).length;
  const kept: Grown[] = [];
  for (const found of ours) {
    const isFromZero =
      found.base <= 0 && found.head > 0 && found.pct === null && fields.includes(found.field);
    if (!isFromZero || count(kept, found) < count(theirs, found)) kept.push(found);
  }
  return kept;
}

interface Titled {
  readonly title: string;
}

/** Keys that are missing sort last, where theirs sort as the word nan: such groups are paired by title. */
function byTitle<T extends { groups: readonly Titled[] }>(document: T): T {
  if (!document.groups.some((group) => group.title.includes('—'))) return document;
  return { ...document, groups: [...document.groups].sort((a, b) => (a.title < b.title ? -1 : 1)) };
}

for (const root of roots) {
  describe(`the stored answers of ${root}`, () => {
    it.each(storedCases(root).map((stored) => [stored.name, stored] as const))(
      '%s',
      async (_name, stored) => {
        const answer = await answerOf(stored);
        const difference = differences.find(({ applies }) => applies(stored));
        expect([answer.code, answer.code === 0 ? '' : answer.stderr.slice(0, 9)], difference?.rule).toEqual([
          expectedCode(stored),
          answer.code === 2 ? 'benchmem:' : expect.any(String),
        ]);
        const model = storedJson(stored, 'model.json');
        if (model !== undefined && answer.document !== undefined) {
          expect(byTitle(comparable(answer.document))).toEqual(byTitle(modelAsDocument(model, title, label)));
        } else if (answer.code === 0) {
          expect(answer.document).toBeDefined();
        }
        const csv = storedText(stored, 'out.csv');
        if (csv !== undefined && answer.code !== 2) expect(answer.csv).toBe(csv.replace(/:nan\b/g, ':—'));
        const gate = storedJson(stored, 'gate.json') as
          | {
              thresholds: { field: string; limit: number; is_pct: boolean }[];
              regressions: (Grown & { line: string })[];
            }
          | undefined;
        if (gate === undefined || answer.code === 2) return;
        const ours = (answer.document as { gate: { regressions: Grown[] } }).gate;
        const percentages = gate.thresholds.filter(({ is_pct }) => is_pct).map(({ field }) => field);
        const regressions = withoutGrowthFromZero(ours.regressions, gate.regressions, percentages);
        expect({ ...ours, regressions }).toEqual({
          thresholds: gate.thresholds.map(({ field, limit, is_pct: percent }) => ({ field, limit, percent })),
          regressions: gate.regressions.map(({ field, id, base, head, pct }) => ({
            field,
            id,
            base,
            head,
            pct,
          })),
        });
        for (const { line } of gate.regressions) {
          expect(answer.text.replace(/ +/g, ' ')).toContain(
            inOwnUnits(String(line).trim().replace(/ +/g, ' ')),
          );
        }
      },
    );
  });
}
