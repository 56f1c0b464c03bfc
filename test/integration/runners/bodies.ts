// Tests that stand in a file of each runner, as source, with what each must come to. Each is named by what it does.
import { expect } from 'vitest';
import type { Ran } from './ran.js';

/** How a runner writes what differs. */
export interface Dialect {
  /** The lines before the tests: imports, and hooks that allocate 8 MB before each. */
  readonly head: string;
  readonly test: string;
  /** A test with a timeout in ms: source of the whole call. */
  timed(name: string, body: string, ms: number): string;
  /** The parameters of a body that takes a callback `done`. */
  readonly doneParameters: string;
  /** Windows of the report hold what hooks allocate, too. */
  readonly reportHoldsHooks?: boolean;
}

const tenBuffers = 'const held = []; for (let i = 0; i < 10; i += 1) held.push(Buffer.alloc(1e6));';

/** All the bodies that every runner takes. */
export function commonTests({ head, test, timed, doneParameters }: Dialect): string {
  return `${head}
${test}('wrapped: empty', limitMemory({ allocations: 0, native: 0 }, () => {}));
${test}('wrapped: empty again', limitMemory({ allocations: 0, native: 0 }, () => {}));
${test}('wrapped: ten', limitMemory({ allocations: 10, native: 1e7 }, () => { ${tenBuffers} }));
${test}('wrapped: nine allowed', limitMemory({ allocations: 9 }, () => { ${tenBuffers} }));
${test}('wrapped: too much', limitMemory('1 MB', () => { Buffer.alloc(2e6); }));
${test}('wrapped: throws', limitMemory('1 MB', () => { Buffer.alloc(2e6); throw new Error('mine'); }));
${test}('wrapped: rejects', limitMemory('1 MB', async () => { await null; throw new Error('mine too'); }));
${test}('wrapped: after a failure', limitMemory({ native: '1 MB' }, async () => { await null; }));
${test}('wrapped: done', limitMemory({ native: '1 MB' }, { done: true }, (${doneParameters}) => { setTimeout(done, 5); }));
${timed('wrapped: hangs', "limitMemory({ native: '1 MB' }, () => new Promise((resolve) => setTimeout(resolve, 2500)))", 400)}
${test}('wrapped: after one that hangs', limitMemory({ native: 0 }, () => {}));
${test}('wrapped: leaks', limitLeaks('0 B', () => { kept.push(Buffer.allocUnsafeSlow(100)); }));
${test}('wrapped: clean', limitLeaks('0 B', () => { JSON.parse('{"a":1}'); }));
${test}('plain: empty', () => {});
${test}('plain: ten', () => { ${tenBuffers} });
${test}('plain: fails', () => { throw new Error('mine as well'); });
${timed('plain: hangs', '() => new Promise((resolve) => setTimeout(resolve, 2500))', 400)}
${test}('plain: after one that hangs', () => { Buffer.alloc(1e6); });
${test}('inside: wrapper', limitMemory('10 MB', () => { Buffer.alloc(6e6); }));
${test}('inside: assertion', async () => { await assertMemory(() => Buffer.alloc(3e6), '4 MB'); });
${test}('inside: measureMemory', async () => {
  const { measureMemory } = await import('benchmem');
  const { native } = await measureMemory(() => Buffer.alloc(1e6));
  if (native.peakBytes !== 1e6) throw new Error('measured ' + native.peakBytes);
});
${test}('inside: openWindow', async () => {
  const { openWindow } = await import('benchmem');
  const window = openWindow();
  Buffer.alloc(1e6);
  const { native_peak_bytes: bytes } = await window.close();
  if (bytes < 1e6) throw new Error('measured ' + bytes);
});
generatorRefused();
function generatorRefused() {
  try { limitMemory('1 MB', function* () {}); } catch (error) {
    ${test}('refused: generator', () => { if (error.code !== 'INVALID_ACTION') throw error; });
  }
}
`;
}

const passing = [
  'wrapped: empty',
  'wrapped: empty again',
  'wrapped: ten',
  'wrapped: after a failure',
  'wrapped: done',
  'wrapped: after one that hangs',
  'wrapped: clean',
  'plain: empty',
  'plain: ten',
  'plain: after one that hangs',
  'inside: wrapper',
  'inside: assertion',
  'inside: measureMemory',
  'inside: openWindow',
  'refused: generator',
];

// Vitest 4 gives its JSON the stack of the test in place of the message.
const hung = /time|STACK_TRACE/i;

const failing: Readonly<Record<string, RegExp>> = {
  'wrapped: nine allowed': /made 10 native allocations, limit 9/,
  'wrapped: too much': /peaked at \d\.\d\d MiB, limit 1 MB/,
  'wrapped: throws': /\bmine\b/,
  'wrapped: rejects': /mine too/,
  'wrapped: hangs': hung,
  'wrapped: leaks': /leaks .* per call/,
  'plain: fails': /mine as well/,
  'plain: hangs': hung,
};

/** The runner's verdicts: they do not depend on whether a report was asked for. */
export function checkVerdicts({ verdicts, output }: Ran): void {
  const status = (name: string) => `${name}: ${verdicts.get(name)?.status ?? 'not run'}`;
  const expected = [
    ...passing.map((name) => `${name}: passed`),
    ...Object.keys(failing).map((name) => `${name}: failed`),
  ];
  expect([...passing, ...Object.keys(failing)].map(status), output).toEqual(expected);
  for (const [name, message] of Object.entries(failing)) {
    expect(verdicts.get(name)?.message, name).toMatch(message);
  }
}

/** The line of the source in which a test of this name stands, from 1. */
export function lineOf(source: string, name: string): number {
  return source.split('\n').findIndex((line) => line.includes(`'${name}'`)) + 1;
}

/** What was measured of each. */
export function checkRecords(ran: Ran, { reportHoldsHooks = false }: Dialect): void {
  const { recordOf } = ran;
  const native = (name: string) => {
    const { figures } = recordOf(name);
    return [figures.native_total_bytes, figures.allocations];
  };
  expect(native('wrapped: empty again')).toEqual([0, 0]);
  expect(native('wrapped: ten')).toEqual([1e7, 10]);
  expect(recordOf('wrapped: ten').test).toMatchObject({ outcome: 'passed', inner: true, exceeded: [] });
  expect(recordOf('wrapped: too much').test).toMatchObject({
    outcome: 'limit',
    exceeded: ['peak_bytes'],
    limits: { peak_bytes: 1e6 },
  });
  expect(recordOf('wrapped: throws').test.outcome).toBe('failed');
  expect(recordOf('wrapped: leaks').test).toMatchObject({ outcome: 'leak', leak: { is_leak: true } });
  expect(recordOf('wrapped: clean').test.leak).toMatchObject({ is_leak: false });
  expect(recordOf('inside: assertion').figures.native_peak_bytes).toBe(3e6);
  expect(recordOf('inside: measureMemory').figures.native_peak_bytes).toBe(1e6);
  expect(recordOf('inside: openWindow').figures.native_peak_bytes).toBeGreaterThanOrEqual(1e6);
  expect(recordOf('inside: openWindow').test.inner).toBe(true);
  expect(recordOf('plain: fails').test.outcome).toBe('failed');
  const ten = recordOf('plain: ten').figures;
  expect(ten.native_total_bytes).toBeGreaterThanOrEqual(1e7);
  expect(ten.native_total_bytes).toBeLessThan(reportHoldsHooks ? 1.9e7 : 1.01e7);
  for (const { id, figures, test } of ran.spool.records) {
    // Absent if the JavaScript total came out below zero.
    const { total_bytes: total = figures.native_total_bytes ?? 0 } = figures;
    expect(total, id).toBeGreaterThanOrEqual(figures.native_total_bytes ?? 0);
    expect(test.runner_version, id).toMatch(/^\d+\.\d+/);
    if (test.outcome === 'unmeasured') expect(test.reason, id).toMatch(/\w/);
  }
  expect(ran.spool.unreadable).toEqual([]);
  expect(ran.spool.open).toEqual([]);
}
