// A run that needs no child: planned benchmarks with fixed outcomes, for runFake; and what the command asked for.
import { BenchmemError } from '../../src/errors.js';
import type { MemoryFigures, RunBenchmark } from '../../src/runfile/schema.js';
import type { PlainBenchOptions } from '../../src/runner/bench-options.js';
import { breachesOf } from '../../src/runner/ceilings.js';
import type { BrokenFile } from '../../src/runner/plan.js';
import type { PlannedCase } from '../../src/runner/planned.js';
import type { CaseOutcome } from '../../src/runner/run-suite.js';
import type { RunSettings } from '../../src/runner/settings.js';
import { timingStats } from '../../src/stats/timing-stats.js';
import type { FakeWorld } from './fake-world.js';

export interface FakeCase {
  readonly planned: PlannedCase;
  readonly figures?: MemoryFigures;
  readonly times?: readonly number[];
  readonly failure?: BenchmemError;
}

export interface Seen {
  words?: readonly string[];
  settings?: RunSettings;
}

/** An action that threw `text`. */
export class ActionFailedStandIn extends BenchmemError {
  constructor(text: string) {
    super('ACTION_FAILED', `the action threw: ${text}`, 'see the cause');
  }
}

export function plannedCase(file: string, localId: string, options: PlainBenchOptions = {}): PlannedCase {
  return {
    id: `${file}::${localId}`,
    file,
    url: `file:///project/${encodeURI(file)}`,
    description: {
      localId,
      name: localId,
      group: null,
      params: null,
      param: null,
      options,
      source: { file, line: 12 },
    },
    origin: { kind: 'bench' },
  };
}

/** `written` gets the files that the run writes. */
export function runWorld(
  cases: readonly FakeCase[],
  written = new Map<string, string>(),
  config: Record<string, unknown> = {},
  broken: readonly BrokenFile[] = [],
): FakeWorld & { readonly seen: Seen } {
  const seen: Seen = {};
  return {
    seen,
    suite: {
      readConfig: async () => config,
      discover: async (words) => {
        seen.words = words;
        return { files: [], passedOver: [] };
      },
      plan: async () => ({
        cases: cases.map(({ planned }) => planned),
        ...{ skipped: [], elsewhere: 0, broken, empty: [] },
        dispose: () => {},
      }),
      suite: async (planned, settings, listener) => {
        seen.settings = settings;
        for (const [index, entry] of planned.entries()) {
          const found = cases.find((candidate) => candidate.planned === entry) as FakeCase;
          listener.onStart(entry, index);
          listener.onStep(index, 'peak', 1);
          await listener.onOutcome(entry, index, outcomeOf(found));
        }
        return { spentMs: new Map([['peak', 1234]]) };
      },
      writeText: async (path, text) => {
        written.set(path, text);
      },
    },
  };
}

function outcomeOf({ planned, figures, times, failure }: FakeCase): CaseOutcome {
  if (failure !== undefined) {
    const { code, message } = failure;
    const record = { fullname: planned.id, step: 'peak', code: 1, signal: null, tail: message };
    return { kind: 'failed', failure: { ...record, error: { code, message } }, error: failure };
  }
  const { name, group, params, param, options } = planned.description;
  const stats = times && { ...timingStats(times, 1), data: [...times] };
  const benchmark = {
    ...{ group, name, params, param, fullname: planned.id, options: {} },
    extra_info: figures === undefined ? {} : { benchmem: figures },
    ...(stats !== undefined && { stats }),
  } as RunBenchmark;
  return { kind: 'measured', benchmark, breaches: breachesOf(options, benchmark.extra_info.benchmem) };
}
