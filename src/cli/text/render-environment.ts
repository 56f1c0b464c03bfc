// Where and how the figures were taken, in a few wrapped lines. Pure.

import { wrap } from '../../layout/printable.js';
import type { EnvironmentEntry } from '../../runfile/schema.js';
import { printable } from '../../text/escapes.js';
import { singleText } from '../../text/numbers.js';
import type { Colors } from '../terminal.js';

const modeTexts = new Map([
  ['preloaded', 'fresh child process, counted from its start'],
  ['attached', 'attached to a plain process: native exact, JavaScript as V8 ran that day'],
]);

const quickPhrase =
  'quick: no accounting pass; allocations and retained are of the peak pass, and nothing else was counted';

/** The environment as phrases, most telling first; what is not known is left out. */
export function environmentPhrases(environment: EnvironmentEntry): string[] {
  return [
    modePhrase(environment),
    environment.quick === true ? quickPhrase : '',
    runtimePhrase(environment),
    machinePhrase(environment),
    ...flagPhrases(environment),
    environment.node_options === undefined ? '' : `NODE_OPTIONS=${environment.node_options}`,
  ].filter((phrase) => phrase !== '');
}

export function renderEnvironment(environment: EnvironmentEntry, width: number, colors: Colors): string[] {
  return environmentPhrases(environment).flatMap((phrase) =>
    hanging(printable(phrase), width).map(colors.dim),
  );
}

function modePhrase({ mode, allocator }: EnvironmentEntry): string {
  const parts = [mode === undefined ? undefined : (modeTexts.get(mode) ?? mode)];
  if (allocator !== undefined)
    parts.push(`allocator ${[allocator.name, allocator.version].filter(Boolean).join(' ')}`);
  return parts.filter(Boolean).join('; ');
}

function runtimePhrase({ node, v8, platform, arch, libc }: EnvironmentEntry): string {
  const parts = [
    node === undefined ? undefined : `Node ${node.replace(/^v/, '')}`,
    v8 === undefined ? undefined : `V8 ${v8}`,
    [platform, arch].filter(Boolean).join(' '),
    libc,
  ];
  return parts.filter(Boolean).join(', ');
}

function machinePhrase({ cpu, cpu_count: count, ram_bytes: ram }: EnvironmentEntry): string {
  const parts = [
    cpu === undefined ? undefined : `${cpu}${count === undefined ? '' : ` (${count})`}`,
    ram === undefined ? undefined : `${singleText(ram, 'B')} RAM`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** One phrase per distinct set of flags, naming the passes that ran with it. */
function flagPhrases({ flags }: EnvironmentEntry): string[] {
  const passes = new Map<string, string[]>();
  for (const [kind, list] of Object.entries(flags ?? {})) {
    const text = list.join(' ');
    passes.set(text, [...(passes.get(text) ?? []), kind]);
  }
  return [...passes].map(
    ([text, kinds]) => `${kinds.join(', ')} pass: ${text === '' ? 'no V8 flags' : text}`,
  );
}

function hanging(text: string, width: number): string[] {
  const [first = '', ...rest] = wrap(text, width - 2);
  return [`  ${first}`, ...rest.map((line) => `    ${line}`)].flatMap((line) =>
    line.length > width ? [line.slice(2)] : [line],
  );
}
