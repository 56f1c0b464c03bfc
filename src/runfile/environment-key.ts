// What must be equal for figures of two runs to stand in one series: the environment key. Pure.
// INVARIANT: nothing of it changes from one start of a machine to the next: no host name, no clock rate, no RAM in bytes.
import { isRecord } from '../shapes.js';
import type { Metric } from '../stats/metrics.js';
import { compareCodePoints } from './ids.js';
import type { EnvironmentEntry, RunBenchmark, RunFile } from './schema.js';

/** What a run was measured on and in, each as one line of text. */
export interface RunEnvironment {
  /** System, runtime with its major version, CPU and how many of them. */
  readonly machine: string;
  /** Mode, allocator and V8 flags of most of its benchmarks; absent if no memory was measured. */
  readonly memory?: string;
}

const unknown = 'unknown';

/** The environment of a whole run. */
export function environmentOf(run: Pick<RunFile, 'machine_info' | 'benchmarks'>): RunEnvironment {
  const machine = machineText(run.machine_info);
  const counts = new Map<string, number>();
  for (const { extra_info: extra } of run.benchmarks) {
    const environment = extra.benchmem?.environment;
    if (environment === undefined) continue;
    const text = worldText(environment);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([a, m], [b, n]) => n - m || compareCodePoints(a, b));
  return most === undefined ? { machine } : { machine, memory: most[0] };
}

/** True if the figures of both may be compared; a run without memory figures is compared by its times. */
export function isSameEnvironment(one: RunEnvironment, other: RunEnvironment): boolean {
  if (one.machine !== other.machine) return false;
  return one.memory === undefined || other.memory === undefined || one.memory === other.memory;
}

/** The key of one metric of one benchmark: memory follows the child's world, times and resident memory the machine too. */
export function seriesEnvironment(
  benchmark: Pick<RunBenchmark, 'extra_info'>,
  machineInfo: Readonly<Record<string, unknown>>,
  { pass }: Pick<Metric, 'pass'>,
): string {
  const environment = benchmark.extra_info.benchmem?.environment;
  const world = environment === undefined ? unknown : worldText(environment, pass);
  if (pass === 'timing') return machineText(machineInfo);
  if (pass !== 'rss') return `${runtimeText(machineInfo)}; ${world}`;
  const gibibytes = Math.round(Number(environment?.ram_bytes ?? machineInfo.ram_bytes ?? 0) / 1024 ** 3);
  return `${machineText(machineInfo)}; ${gibibytes} GiB; ${world}`;
}

function machineText(machine: Readonly<Record<string, unknown>>): string {
  const cpu = isRecord(machine.cpu) ? machine.cpu : {};
  const brand = text(cpu.brand_raw ?? cpu.brand);
  const count = typeof cpu.count === 'number' ? `${cpu.count} x ` : '';
  return `${runtimeText(machine)}; ${count}${brand}`;
}

function runtimeText(machine: Readonly<Record<string, unknown>>): string {
  const { runtime, runtime_version: version } = machine;
  const isNode = runtime !== undefined;
  const name = text(isNode ? runtime : machine.python_implementation);
  // WHY: two parts count, because a minor version of Python is what a major one of Node is.
  const parts = text(isNode ? version : machine.python_version).split('.');
  return `${text(machine.system)}; ${name} ${parts.slice(0, isNode ? 1 : 2).join('.')}`;
}

/** Of the passes that every memory run has, unless a kind of pass is told. */
function worldText(environment: EnvironmentEntry, pass?: Metric['pass']): string {
  const { mode, allocator, node, flags = {} } = environment;
  const kinds = pass === undefined ? ['peak', 'accounting'] : [pass];
  const lists = kinds.flatMap((kind) => {
    const list = Object.hasOwn(flags, kind) ? flags[kind] : undefined;
    return list === undefined ? [] : [`${kind} ${[...list].sort(compareCodePoints).join(' ')}`];
  });
  const major = text(node).replace(/^v/, '').split('.')[0];
  return [text(mode), text(allocator?.name), `Node ${major}`, ...lists].join('; ');
}

function text(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : unknown;
}
