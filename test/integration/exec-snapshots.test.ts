// When `benchmem exec` takes snapshots and of what: on a signal, by the clock, at the end; while the loop is blocked; of
// workers, of followed children, under either allocator.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ExecReport, readReport, reportWith, startExec } from './exec-process.js';
import { nodesAtHand } from './nodes-at-hand.js';

const folder = mkdtempSync(join(tmpdir(), 'benchmem-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newFile = () => join(folder, `report-${files++}.json`);
const mebibyte = 1024 * 1024;
const kinds = ({ processes }: ExecReport) => processes[0]?.snapshots.map(({ kind }) => kind);
const stayAlive = 'setInterval(() => {}, 1000);';
const untilFileExists = 'while (!require("node:fs").existsSync(process.argv[1])) {}';

describe.each(nodesAtHand)('on Node $major', ({ node }) => {
  it('takes one on the signal, while the event loop is blocked', async () => {
    const [json, release] = [newFile(), `${newFile()}.release`];
    const code = `console.log("busy"); ${untilFileExists}`;
    const running = startExec(['--no-interval', '--json', json], [node, '-e', code, release]);
    await running.printed(/busy/);
    running.child.kill('SIGUSR2');
    const report = await reportWith(json, running, (seen) => kinds(seen)?.includes('signal') === true);
    expect(report.processes[0]?.snapshots.at(-1)?.js?.unanswered_isolates).toBe(0);
    writeFileSync(release, '');
    expect(await running.ended).toMatchObject({ code: 0, signal: null, stdout: 'busy\n' });
    expect(kinds(readReport(json))).toEqual(['start', 'signal', 'exit']);
  });

  it('takes one at each interval, and keeps the report up to date', async () => {
    const json = newFile();
    const running = startExec(['--interval', '100ms', '--json', json], [node, '-e', stayAlive]);
    const seen = await reportWith(json, running, (report) => (kinds(report)?.length ?? 0) > 3);
    expect(seen).toMatchObject({ benchmem_exec: { complete: false } });
    running.child.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: null, signal: 'SIGTERM' });
    const report = readReport(json);
    expect(report).toMatchObject({ benchmem_exec: { complete: true }, signal: 'SIGTERM' });
    expect([kinds(report)?.[0], kinds(report)?.[1], kinds(report)?.at(-1)]).toEqual([
      'start',
      'interval',
      'death',
    ]);
  });

  it('takes the last one when the program calls process.exit(), before node stops its workers', async () => {
    const json = newFile();
    const worker = `globalThis.rows = Array.from({ length: 300_000 }, (_, id) => ({ id }));
      require('node:worker_threads').parentPort.postMessage('full');
      setInterval(() => {}, 1000);`;
    const code = `new (require('node:worker_threads').Worker)(${JSON.stringify(worker)}, { eval: true })
      .once('message', () => process.exit(3));`;
    const running = startExec(['--no-interval', '--json', json], [node, '-e', code]);
    expect(await running.ended).toMatchObject({ code: 3 });
    const [process] = readReport(json).processes;
    const [start, exit] = [process?.snapshots[0], process?.snapshots.at(-1)];
    expect([start?.kind, exit?.kind, process?.snapshots.length]).toEqual(['start', 'exit', 2]);
    const grown = (exit?.mapped?.engine_bytes ?? 0) - (start?.mapped?.engine_bytes ?? 0);
    expect(grown).toBeGreaterThan(8 * mebibyte);
  });

  it('goes on where a program sends itself a signal that does not end it', async () => {
    const json = newFile();
    const code = 'process.kill(process.pid, "SIGWINCH"); setTimeout(() => {}, 500);';
    const running = startExec(['--interval', '100ms', '--json', json], [node, '-e', code]);
    expect(await running.ended).toMatchObject({ code: 0 });
    const [process] = readReport(json).processes;
    const kinds = process?.snapshots.map(({ kind }) => kind) ?? [];
    expect([kinds[0], kinds.at(-1)]).toEqual(['start', 'exit']);
    expect(kinds.filter((kind) => kind === 'interval').length).toBeGreaterThan(1);
  });

  it('counts calls of JavaScript and not our questions, and says whether the loop has something to wait for', async () => {
    const [json, release] = [newFile(), `${newFile()}.release`];
    // WHY: this is writeSync, because the loop waits for what console.log writes.
    const code = `const { writeSync } = require("node:fs");
      const say = (text) => writeSync(1, text + "\\n");
      setTimeout(() => {
        say("busy"); ${untilFileExists}
        let ticks = 0;
        const timer = setInterval(() => {
          ticks += 1;
          if (ticks < 50) return;
          clearInterval(timer);
          say("idle");
          setTimeout(() => {}, 1e8);
        }, 1);
      }, 1);`;
    const running = startExec(['--no-interval', '--json', json], [node, '-e', code, release]);
    const ask = async (count: number) => {
      running.child.kill('SIGUSR2');
      const report = await reportWith(json, running, (seen) => (kinds(seen)?.length ?? 0) > count);
      return report.processes[0]?.snapshots.at(-1);
    };
    await running.printed(/busy/);
    const [busy, stillBusy] = [await ask(1), await ask(2)];
    writeFileSync(release, '');
    await running.printed(/idle/);
    const [idle, stillIdle] = [await ask(3), await ask(4)];
    running.child.kill('SIGTERM');
    await running.ended;
    expect([busy?.loop_ends, stillBusy?.loop_ends]).toEqual([true, true]);
    expect([idle?.loop_ends, stillIdle?.loop_ends]).toEqual([undefined, undefined]);
    expect(stillBusy?.js?.calls).toBe(busy?.js?.calls);
    expect(idle?.js?.calls).toBeGreaterThanOrEqual((busy?.js?.calls ?? 0) + 50);
    expect(stillIdle?.js?.calls).toBe(idle?.js?.calls);
    const times = [busy, stillBusy, idle, stillIdle].map((at) => [at?.cpu_us ?? -1, at?.waited_us ?? -1]);
    expect(times).toEqual([...times].sort(([a = 0], [b = 0]) => a - b));
    expect(times.flat().every((time) => time >= 0)).toBe(true);
  });

  it('leaves the signal to a program that handles it', async () => {
    const json = newFile();
    const code = 'process.once("SIGUSR2", () => process.exit(4)); console.log("ready");';
    const running = startExec(['--no-interval', '--json', json], [node, '-e', code + stayAlive]);
    await running.printed(/ready/);
    running.child.kill('SIGUSR2');
    expect(await running.ended).toMatchObject({ code: 4 });
    expect(kinds(readReport(json))).toEqual(['start', 'exit']);
  });

  it('counts the heap of a worker that idles, and names what the process holds', async () => {
    const json = newFile();
    const worker = `globalThis.kept = Array.from({ length: 600_000 }, (_, id) => ({ id, next: { id } }));
      require("node:worker_threads").parentPort.on("message", () => {}).postMessage("full");`;
    const code = `new (require("node:worker_threads").Worker)(${JSON.stringify(worker)}, { eval: true }).on("message", () => {
        globalThis.bytes = Buffer.alloc(30 * ${mebibyte}, 1);
        console.log("ready");
      });`;
    const running = startExec(['--no-interval', '--json', json], [node, '-e', code]);
    await running.printed(/ready/);
    running.child.kill('SIGUSR2');
    // On a busy machine the worker may answer too late: it is asked again then.
    const report = await reportWith(json, running, (seen) => {
      const last = seen.processes[0]?.snapshots.at(-1);
      if (last?.kind !== 'signal') return false;
      if (last.js?.unanswered_isolates !== 0) running.child.kill('SIGUSR2');
      return last.js?.unanswered_isolates === 0;
    });
    running.child.kill('SIGTERM');
    const at = report.processes[0]?.snapshots.at(-1);
    expect(at?.js).toMatchObject({ isolates: 2, unanswered_isolates: 0 });
    expect(at?.js?.used_bytes).toBeGreaterThan(30 * mebibyte);
    expect(at?.program?.live_bytes).toBeGreaterThanOrEqual(30 * mebibyte);
    expect(at?.allocator?.held_bytes).toBeGreaterThanOrEqual(30 * mebibyte);
    const { total_bytes: resident = 0, anonymous_bytes: anonymous = 0 } = at?.resident ?? {};
    expect(anonymous).toBeGreaterThan(60 * mebibyte);
    expect(resident).toBeGreaterThanOrEqual(anonymous);
    expect(at?.objects?.[0]).toMatchObject({ object: '', source: 'program' });
    await running.ended;
  });

  it('explains what is resident: wasm memory, workers and Buffers leave little over', async () => {
    const json = newFile();
    const code = `globalThis.memory = new WebAssembly.Memory({ initial: 800, maximum: 2000 });
      new Uint8Array(memory.buffer).fill(1);
      globalThis.kept = Array.from({ length: 300_000 }, (_, id) => ({ id }));
      globalThis.bytes = Buffer.alloc(40 * ${mebibyte}, 1);`;
    await startExec(['--json', json], [node, '-e', code]).ended;
    const at = readReport(json).processes[0]?.snapshots.at(-1);
    expect(at?.mapped_other).toEqual({ live_bytes: 50 * mebibyte, peak_bytes: 50 * mebibyte });
    expect(at).toHaveProperty('unexplained_bytes');
    expect((at as { unexplained_bytes?: number }).unexplained_bytes).toBeLessThan(4 * mebibyte);
  });
});

const [{ node } = { node: process.execPath }] = nodesAtHand;

describe('the processes that are observed', () => {
  const child = 'process.stdout.write(String(process.env.LD_PRELOAD !== undefined))';
  const parent = `require("node:child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(child)}], { stdio: "inherit" })`;

  it('are not those that the program starts', async () => {
    const json = newFile();
    const { stdout } = await startExec(['--json', json], [node, '-e', parent]).ended;
    expect([stdout, readReport(json).processes.length]).toEqual(['false', 1]);
  });

  it('are those too with --follow, a report each', async () => {
    const json = newFile();
    const { stderr } = await startExec(['--follow', '--json', json], [node, '-e', parent]).ended;
    const { processes } = readReport(json);
    expect(processes.map(({ snapshots }) => snapshots.at(-1)?.kind)).toEqual(['exit', 'exit']);
    expect(processes[1]?.parentPid ?? (processes[1] as { parent_pid?: number }).parent_pid).toBe(
      processes[0]?.pid,
    );
    expect(stderr.match(/^benchmem: .*\(process \d+\)/gm)).toHaveLength(2);
  });

  it('may outlive the command: their last snapshot stands, and nobody says that they ended', async () => {
    const json = newFile();
    const left = 'console.log("up"); setInterval(() => {}, 1000)';
    const leaving = `const child = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(left)}], { detached: true });
      child.stdout.once("data", () => process.exit(3));`;
    const { code, stderr } = await startExec(['--follow', '--json', json], [node, '-e', leaving]).ended;
    const [, child] = readReport(json).processes;
    process.kill(child?.pid ?? 0, 'SIGKILL');
    expect([code, child]).toEqual([3, expect.objectContaining({ still_runs: true })]);
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(
      /The process still runs, and is observed no longer: the last/,
    );
  });

  it('are found behind a shell and behind env', async () => {
    const json = newFile();
    await startExec(['--json', json], ['sh', '-c', `env node -e 0; "${node}" -e 1`]).ended;
    expect(readReport(json).processes.length).toBe(2);
  });
});

describe('what is said of them', () => {
  it('comes with jemalloc’s own figures where it serves', async () => {
    const json = newFile();
    const code = `globalThis.bytes = Buffer.alloc(30 * ${mebibyte}, 1)`;
    await startExec(['--allocator', 'jemalloc', '--json', json], [node, '-e', code]).ended;
    const [process] = readReport(json).processes;
    expect(process).toMatchObject({ allocator: { name: 'jemalloc', version: '5.3.0' } });
    expect(process?.snapshots.at(-1)?.allocator?.held_bytes).toBeGreaterThanOrEqual(30 * mebibyte);
  });

  it('goes to a file instead of standard error, and escapes what a program is called', async () => {
    const file = newFile();
    const { stderr } = await startExec(['--output', file], [node, '-e', '0', '\u001b[31mred']).ended;
    expect(stderr).toBe('');
    expect(readFileSync(file, 'utf8')).toContain('-e 0 \\x1b[31mred (process');
  });

  it('says why, where nothing could be measured', async () => {
    const { code, stderr } = await startExec([], ['env', '-u', 'LD_PRELOAD', node, '-e', '0']).ended;
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('Nothing was measured: the preload library was not'),
    ]);
  });
});
