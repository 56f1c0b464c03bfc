// The world that a real process gives its commands: its streams, this machine, the engine. Decides nothing.
import os from 'node:os';
import { type DatabaseAccess, databaseAccess } from '../database/access.js';
import type { DatabaseUse } from '../database/connect.js';
import { takeEnvironment } from '../database/environment.js';
import { namesDatabase } from '../database/name.js';
import { exitCode } from '../errors.js';
import { readAll, StreamOutput } from './process-streams.js';
import { version } from './version.js';
import type { Clock, CommandEnd, Io, World } from './world.js';

/** The world of a process, and how it gets the process back. */
export interface RealWorld {
  readonly world: World;
  /**
   * Waits until all output is written, and answers what the process ends with: `end`, or 2 where an output could not be
   * written, which one line on standard error then says. A reader that closed its pipe changes nothing.
   */
  finish(end: CommandEnd): Promise<CommandEnd>;
}

// WHY: the last two are here, because a cancelled job and a closed terminal must not leave children behind.
const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The first of each of these signals aborts `interrupted`; the second ends the process as usual. */
export function realWorld(target: NodeJS.Process): RealWorld {
  const access = databaseAccess(takeEnvironment(target.env));
  const controller = new AbortController();
  const onInterrupt = () => controller.abort();
  for (const signal of interrupts) target.once(signal, onInterrupt);
  const stdout = new StreamOutput(target.stdout, target.env);
  const stderr = new StreamOutput(target.stderr, target.env);
  const io: Io = {
    stdout,
    stderr,
    readInput: () => readAll(target.stdin, controller.signal),
    clock: systemClock,
    cwd: target.cwd(),
    env: target.env,
    interrupted: controller.signal,
  };
  const finish = async (end: CommandEnd) => {
    for (const signal of interrupts) target.removeListener(signal, onInterrupt);
    await Promise.all([stdout.settled(), stderr.settled()]);
    if (stdout.failure !== undefined) {
      stderr.write(`benchmem: cannot write standard output: ${stdout.failure.message}\n`);
      await stderr.settled();
    }
    return stdout.failure === undefined && stderr.failure === undefined ? end : unwritten(end);
  };
  return { world: { ...io, ...services, ...storesOf(access) }, finish };
}

// What was interrupted, or went wrong inside, stays that.
function unwritten(end: CommandEnd): CommandEnd {
  return end === exitCode.interrupted || end === exitCode.bug ? end : exitCode.usage;
}

const systemClock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
  every: (intervalMs, tick) => {
    const timer = setInterval(tick, intervalMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};

// PERF: what only some commands need is loaded when one asks for it.
const services: Omit<World, keyof Io | keyof Stores> = {
  version,
  parallelism: () => os.availableParallelism(),
  random: Math.random,
  prompts: async () => {
    const { canAsk, openPrompts } = await import('./ask/prompts.js');
    return canAsk(process, process.env) ? openPrompts() : undefined;
  },
  machineInfo: async () => (await import('../runfile/provenance.js')).readMachineInfo(),
  commitInfo: async (cwd) => (await import('../runfile/provenance.js')).readCommitInfo(cwd),
  git: (cwd) => async (args) => (await import('../runfile/provenance.js')).gitIn(cwd)(args),
  nodeVersion: async (path) => (await import('./node-version.js')).nodeVersion(path),
  checkMeasurable: async () => void (await import('../native/load.js')).findAddon(),
  inheritedFlags: async () =>
    (await import('../engine/child/parent/node-flags.js')).inheritedFlags(process.execArgv),
  readConfig: async (...given) => (await import('./suite/config.js')).readRunConfig(...given),
  openRunFile: async (...given) => (await import('../runfile/write.js')).openRunFile(...given),
  writeText: async (...given) => (await import('./write-text.js')).writeText(...given),
  discover: async (...given) => (await import('../runner/discover.js')).discoverBenchFiles(...given),
  plan: async (...given) => (await import('../runner/plan.js')).planRun(...given),
  planExports: async (...given) => (await import('../runner/plan-exports.js')).planExports(...given),
  planLoads: async (...given) => (await import('../runner/loads.js')).planLoads(...given),
  suite: async (...given) => (await import('../runner/run-suite.js')).runSuite(...given),
  profileCases: async (...given) => (await import('../runner/profile-cases.js')).profileCases(...given),
  prepareProfiles: async (...given) => (await import('../runner/profile-file.js')).prepareProfiles(...given),
  writeProfile: async (...given) => (await import('../runner/profile-file.js')).writeProfile(...given),
  exec: async (request) => (await import('../exec/exec.js')).execProgram(request),
  runTests: async (request) => (await import('./test/tests-program.js')).runTestsProgram(request),
  sweepSuite: async (call) => (await import('./sweep/suite-program.js')).runSuiteProgram(call),
  runCommand: async (...given) => (await import('./run-cli.js')).runCli(...given),
};

type Stores = Pick<World, 'database' | 'openStore' | 'openDatabase' | 'connectDatabase' | 'reserveNumber'>;

/** Where runs are saved: a folder, or a database that the environment has the secrets of. */
function storesOf(access: DatabaseAccess): Stores {
  const openDatabase = async (storage: string, use?: DatabaseUse) =>
    (await import('../database/store.js')).openDatabaseStore(access.settingsOf(storage), use);
  return {
    database: access,
    openDatabase: (storage) => openDatabase(storage),
    connectDatabase: async (storage) =>
      (await import('../database/connect.js')).openDatabase(access.settingsOf(storage)),
    openStore: async (storage, { cwd, env }, use) => {
      if (namesDatabase(storage)) return openDatabase(storage, use);
      const { openFolderStore } = await import('../runfile/folder-store.js');
      const { cacheFolder } = await import('../runfile/index-cache.js');
      return openFolderStore({ storage, cwd, cache: cacheFolder(env) });
    },
    reserveNumber: async (name, storage, place) => {
      if (!namesDatabase(storage))
        return (await import('../runfile/numbering.js')).reserveNumber(name, storage, place);
      const { reserveUnsent } = await import('../database/reservation.js');
      return reserveUnsent(access.settingsOf(storage), name, place);
    },
  };
}
