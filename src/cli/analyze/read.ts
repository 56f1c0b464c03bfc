// The typed plan that the flags of `benchmem analyze` mean, over the settings of a config.
// Reads no run: every name and limit is checked before one is opened.

import { chooseColumns } from '../../compare/columns.js';
import type { GateLimit } from '../../compare/gate/limits.js';
import type { GateOptions } from '../../compare/gate/rules.js';
import { whole } from '../../engine/shared-options.js';
import type { AnalysisOptions } from '../../history/analysis.js';
import { defaultNoise, type NoiseRules } from '../../history/noise.js';
import type { RoleChoice } from '../../history/roles.js';
import { defaultStorage } from '../../runfile/storage.js';
import type { Metric } from '../../stats/metrics.js';
import { parseCondition } from '../../text/conditions.js';
import { parseThreshold } from '../../text/limit-grammar.js';
import { caseSettings, readCaseWords } from '../case-words.js';
import type { CommandLine, Parsed } from '../command.js';
import { readAllowances, readConfidence, readGate } from '../gate-flags.js';
import { flag, nonEmpty, renamesOf, strings, usage, wholeNumber } from '../option-values.js';
import { readOver } from '../over-config.js';
import type { World } from '../world.js';

export interface AnalyzeArgs {
  readonly storage: string;
  readonly roles: RoleChoice;
  readonly options: AnalysisOptions;
  readonly profilerFolder: string | undefined;
  /** Undefined: no gate. */
  readonly gate: GateOptions | undefined;
  readonly pairGate: GateOptions | undefined;
  readonly format: 'table' | 'md' | 'json';
  readonly color: boolean | undefined;
}

/** Throws USAGE, BAD_CONFIG. */
export async function read({ parsed }: CommandLine, { cwd }: World): Promise<AnalyzeArgs> {
  return readOver(parsed, cwd, [...caseSettings, 'renames', 'storage'], readAnalyzeArgs);
}

/** Throws USAGE. */
export function readAnalyzeArgs(parsed: Parsed): AnalyzeArgs {
  const [, ...operands] = strings(parsed._);
  const [storage, another] = operands;
  if (another !== undefined || storage === '') {
    throw usage(
      `analyze takes one STORAGE, not ${operands.map((text) => JSON.stringify(text)).join(' and ')}`,
      'name the two runs with --reference and --candidate',
    );
  }
  return {
    storage: storage ?? nonEmpty('storage', parsed.storage, 'name a folder') ?? defaultStorage,
    roles: {
      reference: nonEmpty('--reference', parsed.reference, 'name a run'),
      candidate: nonEmpty('--candidate', parsed.candidate, 'name a run'),
      allMachines: flag(parsed['all-machines']),
      last: wholeNumber('--last', parsed.last, whole(1)),
    },
    options: readAnalysis(parsed),
    profilerFolder: nonEmpty('--profiler-folder', parsed['profiler-folder'], 'name a folder'),
    gate: readGate(parsed, false),
    pairGate: readPairGate(parsed),
    format: (parsed.format as AnalyzeArgs['format'] | undefined) ?? 'table',
    color: parsed.color as boolean | undefined,
  };
}

function readAnalysis(parsed: Parsed): AnalysisOptions {
  const columns = nonEmpty('--columns', parsed.columns, 'for example --columns time,peak');
  return {
    ...readCaseWords(parsed),
    metrics: readMetrics(columns),
    named: columns !== undefined,
    where: strings(parsed.where).map((text) => parseCondition(text)),
    renames: renamesOf(parsed.rename, parsed.renames),
    excludeParams: params('--exclude-param', parsed['exclude-param']),
    distinctParams: params('--distinct-param', parsed['distinct-param']),
    noise: readNoise(parsed),
    sort: parsed.sort === 'change' ? 'change' : 'name',
  };
}

function readMetrics(columns: string | undefined): readonly Metric[] {
  const chosen = chooseColumns({ columns: columns ?? 'time,peak', diff: true });
  const label = chosen.find(({ source }) => source === undefined);
  if (label !== undefined) {
    throw usage(
      `--columns: ${label.metric} is a label, and nothing can be said of how it changed`,
      'name metrics',
    );
  }
  return [...new Set(chosen.flatMap(({ source }) => source ?? []))];
}

function readNoise(parsed: Parsed): NoiseRules {
  const raw = parsed.threshold;
  const match = raw === undefined ? undefined : /^(\d{1,6}(?:\.\d{1,6})?)\s*%?$/.exec(String(raw).trim());
  if (match === null) {
    throw usage(`--threshold must be a percentage, not ${JSON.stringify(raw)}`, 'for example --threshold 2%');
  }
  return {
    thresholdPct: match === undefined ? defaultNoise.thresholdPct : Number(match[1]),
    confidence: readConfidence(parsed.confidence) ?? defaultNoise.confidence,
  };
}

function params(origin: string, raw: unknown): readonly string[] {
  const names = strings(raw)
    .flatMap((text) => text.split(','))
    .map((name) => name.trim());
  if (names.includes('')) throw usage(`${origin} is empty`, `for example ${origin} device`);
  return [...new Set(names)];
}

function readPairGate(parsed: Parsed): GateOptions | undefined {
  const thresholds: GateLimit[] = strings(parsed['fail-on-pair']).map((text) =>
    parseThreshold(text, '--fail-on-pair'),
  );
  return thresholds.length === 0 ? undefined : { thresholds, ...readAllowances(parsed) };
}
