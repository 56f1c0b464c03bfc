// The typed plan that the flags of `benchmem history` mean, over the settings of a config. Reads no run.
import { whole } from '../../engine/shared-options.js';
import type { StepGate, StepLimit } from '../../history/told-steps.js';
import type { Rename } from '../../runfile/renames.js';
import { defaultStorage } from '../../runfile/storage.js';
import { type Metric, metricNamed } from '../../stats/metrics.js';
import { type Condition, parseCondition } from '../../text/conditions.js';
import { parseThreshold } from '../../text/limit-grammar.js';
import type { CommandLine, Parsed } from '../command.js';
import { nonEmpty, renamesOf, strings, usage, wholeNumber } from '../option-values.js';
import { readOver } from '../over-config.js';
import type { World } from '../world.js';

/** A step that somebody takes as it is. */
export interface Acceptance {
  readonly id: string;
  readonly commit: string;
}

export interface HistoryArgs {
  readonly ids: readonly string[];
  readonly storage: string;
  readonly branch: string | undefined;
  readonly mainBranch: string | undefined;
  readonly machine: string | undefined;
  readonly since: string | undefined;
  readonly last: number;
  readonly metrics: readonly Metric[];
  /** True if somebody named them. */
  readonly isNamed: boolean;
  readonly where: readonly Condition[];
  readonly renames: readonly Rename[];
  /** Undefined: no gate. */
  readonly gate: StepGate | undefined;
  readonly requireBaseline: boolean | undefined;
  readonly accept: readonly Acceptance[];
  readonly note: string;
  readonly format: 'table' | 'md' | 'json';
  readonly color: boolean | undefined;
}

const usualRuns = 500;
const usualWithin = 10;

/** Throws USAGE, BAD_CONFIG. */
export async function read({ parsed }: CommandLine, { cwd }: World): Promise<HistoryArgs> {
  return readOver(parsed, cwd, ['renames', 'storage', 'main-branch'], readHistoryArgs);
}

/** Throws USAGE. */
export function readHistoryArgs(parsed: Parsed): HistoryArgs {
  const [, ...ids] = strings(parsed._);
  if (ids.includes('')) throw usage('an ID is empty', 'name a benchmark, or leave it out for all');
  const gate = readStepGate(parsed);
  const named = strings(parsed.metric).flatMap((text) => text.split(','));
  const names = named.length > 0 ? named : ['time', 'peak'];
  const metrics = names.map((name) => metricOf(name.trim().toLowerCase(), '--metric'));
  const accept = strings(parsed.accept).map(acceptanceOf);
  if (parsed.note !== undefined && accept.length === 0) {
    throw usage('--note is about a step that is accepted', "add --accept 'ID@COMMIT'");
  }
  return {
    ids,
    storage: nonEmpty('--storage', parsed.storage, 'name a folder') ?? defaultStorage,
    branch: nonEmpty('--branch', parsed.branch, 'name a branch, or all'),
    mainBranch: nonEmpty('--main-branch', parsed['main-branch'], 'name a branch'),
    machine: nonEmpty('--machine', parsed.machine, 'name a machine folder, or all'),
    since: nonEmpty('--since', parsed.since, 'name a day or a commit'),
    last: wholeNumber('--last', parsed.last, whole(1)) ?? usualRuns,
    metrics: withThoseOf(metrics, gate),
    isNamed: named.length > 0,
    where: strings(parsed.where).map((text) => parseCondition(text)),
    renames: renamesOf(parsed.rename, parsed.renames),
    gate,
    requireBaseline: parsed['require-baseline'] as boolean | undefined,
    accept,
    note: parsed.note === undefined ? '' : String(parsed.note),
    format: (parsed.format as HistoryArgs['format'] | undefined) ?? 'table',
    color: parsed.color as boolean | undefined,
  };
}

function withThoseOf(metrics: readonly Metric[], gate: StepGate | undefined): readonly Metric[] {
  const all = [...metrics, ...(gate?.limits ?? []).map(({ metric }) => metric)];
  const fields = new Map(all.toReversed().map((metric) => [metric.field, metric]));
  return [...fields.values()].toReversed();
}

function metricOf(name: string, origin: string): Metric {
  const metric = metricNamed(name);
  // WHY: the name is read as a limit, because the reader of limits says what there is, and what was probably meant.
  return metric ?? parseThreshold(`${name}:0%`, origin).metric;
}

function readStepGate(parsed: Parsed): StepGate | undefined {
  const within = wholeNumber('--within', parsed.within, whole(1));
  const limits = strings(parsed['fail-on-step']).map(stepLimit);
  if (limits.length > 0) return { limits, within: within ?? usualWithin };
  for (const name of ['within', 'require-baseline']) {
    if (parsed[name] === undefined) continue;
    throw usage(
      `--${name} is about a gate, and there is none`,
      'pass --fail-on-step as well: --fail-on-step peak',
    );
  }
  return undefined;
}

const stepFlag = '--fail-on-step';

/** `METRIC`, or `METRIC:PERCENT`. */
function stepLimit(text: string): StepLimit {
  const threshold = parseThreshold(text.includes(':') ? text : `${text}:0%`, stepFlag);
  const { metric, field, percent, limit, allowance, scope } = threshold;
  if (!percent || allowance !== undefined || scope !== undefined) {
    throw usage(
      `${stepFlag} ${JSON.stringify(text)}: METRIC or METRIC:PERCENT is expected`,
      `for example ${stepFlag} ${field}:5%`,
    );
  }
  return { metric, field, pct: limit };
}

// At the last @: an id may hold one.
function acceptanceOf(text: string): Acceptance {
  const at = text.lastIndexOf('@');
  const [id, commit] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
  if (id !== '' && /^[0-9a-f]{7,64}$/i.test(commit)) return { id, commit: commit.toLowerCase() };
  throw usage(
    `--accept must be ID@COMMIT with at least 7 digits of the commit, not ${JSON.stringify(text)}`,
    "for example --accept 'a.bench.ts::parse@753bb27e'",
  );
}
