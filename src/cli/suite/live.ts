// The real services of `benchmem run` and `benchmem measure`: children, files, this machine. Decides nothing.
import { execFile } from 'node:child_process';
import os from 'node:os';
import { promisify } from 'node:util';
import { inheritedFlags } from '../../engine/child/parent/world.js';
import { BenchmemError } from '../../errors.js';
import { reserveNumber } from '../../runfile/numbering.js';
import { openRunFile } from '../../runfile/write.js';
import { discoverBenchFiles } from '../../runner/discover.js';
import { planLoads } from '../../runner/loads.js';
import { planRun } from '../../runner/plan.js';
import { planExports } from '../../runner/plan-exports.js';
import { runSuite } from '../../runner/run-suite.js';
import type { Provenance } from '../provenance.js';
import { writeText } from '../write-text.js';
import { readRunConfig } from './config.js';
import type { SuiteServices } from './services.js';

export const liveSuiteWork: Omit<SuiteServices, keyof Provenance> = {
  readConfig: readRunConfig,
  discover: discoverBenchFiles,
  plan: planRun,
  planExports,
  planLoads,
  suite: runSuite,
  openRunFile,
  reserveNumber,
  writeText,
  nodeVersion,
  inheritedFlags: () => inheritedFlags(process.execArgv),
  parallelism: () => os.availableParallelism(),
  random: Math.random,
};

async function nodeVersion(path: string | undefined): Promise<string> {
  if (path === undefined) return process.versions.node;
  try {
    const { stdout } = await promisify(execFile)(path, ['-p', 'process.versions.node'], { timeout: 30_000 });
    const version = stdout.trim();
    if (Number.parseInt(version, 10) >= 20) return version;
    throw new Error(version === '' ? 'it prints no version' : `it is Node ${version}`);
  } catch (cause) {
    throw new BenchmemError(
      'USAGE',
      `--node ${path} cannot be used: ${(cause as Error).message}`,
      'name the binary of a Node.js 20 or newer',
      { cause },
    );
  }
}
