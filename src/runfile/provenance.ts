// Which machine and which commit a run comes from, as the run file names them.
// Reads the operating system and git; a folder without git is an answer, not a failure.
import { execFile } from 'node:child_process';
import os from 'node:os';
import { basename } from 'node:path';
import { promisify } from 'node:util';

/** Answers one git command's standard output, trimmed; rejects where git or the repository is missing. */
export type Git = (args: readonly string[]) => Promise<string>;

export interface CommitInfo {
  readonly id: string;
  readonly time: string | null;
  readonly author_time: string | null;
  readonly dirty: boolean;
  readonly project: string;
  readonly branch: string;
  readonly [key: string]: unknown;
}

export interface MachineInfo {
  readonly node: string;
  readonly processor: string;
  readonly machine: string;
  readonly release: string;
  readonly system: string;
  readonly runtime: string;
  readonly runtime_version: string;
  readonly cpu: { readonly arch: string; readonly count: number; readonly brand_raw: string };
  readonly ram_bytes: number;
  readonly [key: string]: unknown;
}

/** This machine; `node` is its host name, as in pytest-benchmark's files. */
export function readMachineInfo(): MachineInfo {
  const cpus = os.cpus();
  return {
    node: os.hostname(),
    processor: os.machine(),
    machine: os.machine(),
    release: os.release(),
    system: os.type(),
    runtime: 'Node.js',
    runtime_version: process.versions.node,
    cpu: { arch: process.arch, count: cpus.length, brand_raw: cpus[0]?.model.trim() ?? 'unknown' },
    ram_bytes: os.totalmem(),
  };
}

/** The commit that `directory` stands at; `id` is `unversioned` where there is none. */
export async function readCommitInfo(directory: string, git: Git = gitIn(directory)): Promise<CommitInfo> {
  const project = basename(directory);
  try {
    const [id, time, authorTime] = (await git(['show', '--no-patch', '--format=%H%n%cI%n%aI', 'HEAD'])).split(
      '\n',
    );
    const [status, branch, root] = await Promise.all([
      git(['status', '--porcelain', '--untracked-files=no']),
      git(['rev-parse', '--abbrev-ref', 'HEAD']),
      git(['rev-parse', '--show-toplevel']),
    ]);
    return {
      id: id ?? 'unversioned',
      time: time ?? null,
      author_time: authorTime ?? null,
      dirty: status !== '',
      project: basename(root),
      branch: branch === 'HEAD' ? '(detached head)' : branch,
    };
  } catch {
    // No git, no repository or no commit yet: the file says so instead of naming a commit.
    return { id: 'unversioned', time: null, author_time: null, dirty: false, project, branch: '(unknown)' };
  }
}

/** Git in a folder; it never waits for an answer, and takes no lock. */
export function gitIn(directory: string): Git {
  const run = promisify(execFile);
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0' };
  return async (args) => {
    const { stdout } = await run('git', [...args], { cwd: directory, env, timeout: 10_000 });
    return stdout.trim();
  };
}
