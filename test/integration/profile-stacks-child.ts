// The measured process of the tests of whole stacks: profiles one function and prints its stacks as one JSON line: of
// each its figures and its frames, leaf first. Judges nothing.
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ProfileReading, ProfilingBinding } from '../../src/native/contract.js';

export interface StacksPlan {
  readonly load: string;
  /** A module of exported functions with a `setup` (the suites of benchmarks), and the function's name. */
  readonly module?: string;
  readonly name?: string;
  /** Addons of test/addons/frames instead: each of their kinds is run in each place. */
  readonly frames?: readonly string[];
}

export type Where = 'main' | 'thread' | 'pool';

export interface KindStacks {
  readonly addon: string;
  readonly where: Where;
  readonly name: string;
  readonly expected: string;
  readonly stacks: readonly ProfiledStack[];
}

export interface StackFrame {
  /** The file of the object, '' for node itself; absent for what lies in none. */
  readonly object?: string;
  /** Below the object's base, of the call and not of what follows it. */
  readonly offset?: string;
  /** As the loader knows it; '' where it knows none. Of the frames addon's own frames only. */
  readonly name?: string;
  /** How the walk left it: table, code, pointer. */
  readonly rule?: string;
  /** What else the frame is: js, a thread's number, truncated. */
  readonly special?: string;
}

export interface ProfiledStack {
  readonly allocations: number;
  readonly bytes: number;
  readonly frames: readonly StackFrame[];
}

export interface Profiled {
  readonly allocations: number;
  readonly truncatedStacks: number;
  readonly rules: ProfileReading['frameRules'];
  readonly stacks: readonly ProfiledStack[];
}

interface FramesAddon {
  kinds(): readonly { readonly name: string; readonly expected: string }[];
  run(index: number, where: string): Promise<void> | undefined;
  nameOf(address: bigint): string;
}

const addressBits = 48n;
const ruleNames = ['table', 'code', 'pointer'];
const figuresPerStack = 9;

function specialOf(key: bigint): string {
  if (key >> 63n === 1n) return 'js';
  const number = key & 0xffffffffn;
  return number >= 0x10000n
    ? `thread ${number - 0x10000n}`
    : number === 1n
      ? 'truncated'
      : `special ${number}`;
}

class Stacks {
  constructor(
    private readonly reading: ProfileReading,
    private readonly frames: FramesAddon | undefined,
  ) {}

  private frame(index: number): StackFrame {
    const key = this.reading.frames[index] ?? 0n;
    if (key >> 62n !== 0n) return { special: specialOf(key) };
    const address = (key & ((1n << addressBits) - 1n)) - 1n;
    const object = this.reading.objects.find(({ id }) => id === Number(key >> addressBits));
    const rule = ruleNames[this.reading.rules?.[index] ?? -1];
    const name = object?.path.includes('/frames-') ? this.frames?.nameOf(address) : undefined;
    return {
      ...(object === undefined ? {} : { object: object.path, offset: (address - object.base).toString(16) }),
      ...(name === undefined ? {} : { name }),
      ...(rule === undefined ? {} : { rule }),
    };
  }

  all(): readonly ProfiledStack[] {
    const { nodes, stacks, figures } = this.reading;
    return Array.from(stacks, (leaf, index) => {
      const frames: StackFrame[] = [];
      for (let node = leaf; node !== 0; node = nodes[2 * node] ?? 0)
        frames.push(this.frame(nodes[2 * node + 1] ?? 0));
      const at = index * figuresPerStack;
      return { allocations: figures[at] ?? 0, bytes: figures[at + 1] ?? 0, frames };
    });
  }
}

async function profile(
  binding: ProfilingBinding,
  action: () => unknown,
  frames?: FramesAddon,
): Promise<Profiled> {
  const token = binding.openWindow({ threads: 'all' });
  const kept = await action();
  binding.drainWindow(token);
  const reading = binding.readProfile(token);
  binding.closeWindow(token);
  if (kept instanceof Error) throw kept; // keeps the result alive until here
  return {
    allocations: reading.totals.allocations,
    truncatedStacks: reading.truncatedStacks,
    rules: reading.frameRules,
    stacks: new Stacks(reading, frames).all(),
  };
}

async function profileSuite(binding: ProfilingBinding, file: string, name: string): Promise<Profiled> {
  const suite = (await import(pathToFileURL(file).href)) as Record<string, (input?: unknown) => unknown>;
  const action = suite[name];
  if (action === undefined) throw new Error(`${file} has no ${name}`);
  await action(await suite.setup?.());
  const input = await suite.setup?.();
  return profile(binding, () => action(input));
}

/** One profile per kind and place. */
async function profileFrames(binding: ProfilingBinding, file: string): Promise<readonly KindStacks[]> {
  const addon = createRequire(import.meta.url)(file) as FramesAddon;
  const kinds: KindStacks[] = [];
  for (const where of ['main', 'thread', 'pool'] as const) {
    for (const [index, kind] of addon.kinds().entries()) {
      const { stacks } = await profile(binding, () => addon.run(index, where), addon);
      kinds.push({ addon: file, where, ...kind, stacks });
    }
  }
  return kinds;
}

async function main(): Promise<void> {
  const plan = JSON.parse(process.argv[2] ?? '{}') as StacksPlan;
  const { loadBinding } = (await import(pathToFileURL(plan.load).href)) as {
    loadBinding(): ProfilingBinding;
  };
  const binding = loadBinding();
  binding.install();
  binding.startProfile(); // once: each start reads all of V8's code anew
  const result =
    plan.frames === undefined ? await profileSuite(binding, plan.module ?? '', plan.name ?? '') : [];
  for (const file of plan.frames ?? [])
    (result as KindStacks[]).push(...(await profileFrames(binding, file)));
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
