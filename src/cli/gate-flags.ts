// The flags of a gate over two runs, as help shows them, and what they mean. Every command that puts runs side by side
// takes them from here.
import type { GateLimit } from '../compare/gate/limits.js';
import type { Allowance } from '../compare/gate/refusals.js';
import type { GateOptions } from '../compare/gate/rules.js';
import { defined } from '../shapes.js';
import { parseThreshold } from '../text/limit-grammar.js';
import type { FlagTable, Parsed } from './command.js';
import { flag, strings, usage } from './option-values.js';

/** The flags, under a heading. */
export function gateFlags(group: string) {
  return {
    'fail-on': {
      repeatable: true,
      group,
      nargs: 1,
      describe:
        'Exit 1 if FIELD grew past LIMIT from the first run to the last: peak:10%, time:20ms, retained:10%+64KiB, peak:1MiB@group=io; may be repeated (a scope replaces the general limit)',
    },
    'fail-on-change': {
      repeatable: true,
      group,
      nargs: 1,
      describe: 'As --fail-on, also if FIELD fell by more than LIMIT; may be repeated',
    },
    'fail-on-missing': {
      group,
      type: 'boolean',
      describe: 'Exit 1 if a benchmark, or a gated metric, is gone',
    },
    confidence: {
      group,
      nargs: 1,
      describe: 'Every limit fails only if the medians differ beyond chance, from 6 values a side on: 0.95',
    },
    'allow-mixed': {
      group,
      type: 'boolean',
      describe: 'Gate memory across modes, allocators, Node majors or V8 flags',
    },
    'allow-partial': { group, type: 'boolean', describe: 'Gate a run that ended early' },
    'allow-unseen': {
      group,
      type: 'boolean',
      describe: 'Gate benchmarks with memory that no figure holds',
    },
  } as const satisfies FlagTable;
}

/** What the flags ask of a gate; `isOnlyOfGate` false: `--confidence` means something without one too. Throws USAGE. */
export function readGate(parsed: Parsed, isOnlyOfGate = true): GateOptions | undefined {
  const thresholds: GateLimit[] = [
    ...strings(parsed['fail-on']).map((text) => parseThreshold(text)),
    ...strings(parsed['fail-on-change']).map((text) => ({
      ...parseThreshold(text, '--fail-on-change'),
      onChange: true,
    })),
  ];
  const failOnMissing = flag(parsed['fail-on-missing']);
  const confidence = readConfidence(parsed.confidence);
  if (thresholds.length === 0 && !failOnMissing) {
    if (confidence === undefined || !isOnlyOfGate) return undefined;
    throw usage(
      '--confidence is about a gate, and there is none',
      'pass --fail-on as well: --fail-on time:5%',
    );
  }
  return { thresholds, failOnMissing, ...readAllowances(parsed), ...defined({ confidence }) };
}

/** What the flags allow a gate to pass over. */
export function readAllowances(parsed: Parsed): Pick<GateOptions, Allowance> {
  return {
    allowMixed: flag(parsed['allow-mixed']),
    allowPartial: flag(parsed['allow-partial']),
    allowUnseen: flag(parsed['allow-unseen']),
  };
}

/** From 0.5 to 0.999. Throws USAGE. */
export function readConfidence(raw: unknown): number | undefined {
  if (raw === undefined) return undefined;
  const value = /^(0?\.\d{1,6})$/.test(String(raw)) ? Number(raw) : Number.NaN;
  // WHY: it begins at 0.5, because a bound that is less sure than a coin makes the gate stricter than the plain rule.
  if (value >= 0.5 && value <= 0.999) return value;
  throw usage(
    `--confidence must be from 0.5 to 0.999, not ${JSON.stringify(raw)}`,
    'for example --confidence 0.95',
  );
}
