// The ways in which the pair of benchmarks/native/hook_cost.cpp is measured, and where their parts are. Measures nothing.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = process.env.BENCHMEM_BENCH_FOLDER ?? `${root}build/cmake-bench`;

/** Options of every script here that starts the program: which builds it takes. */
export const builtPaths = {
  program: { type: 'string', default: `${folder}/bench_hook_cost` },
  attached: { type: 'string', default: `${folder}/libbenchmem_attached.so` },
  preload: { type: 'string', default: `${root}build/Release/libbenchmem.so` },
};

export const loop = { key: 'loop', name: 'the loop around them', window: 'loop' };
export const unhooked = { key: 'unhooked', name: 'unhooked glibc', window: 'closed' };
export const variants = [
  loop,
  unhooked,
  { key: 'attached-closed', name: 'attached, window closed', window: 'closed', attached: true },
  { key: 'attached-open', name: 'attached, window open', window: 'open', attached: true },
  { key: 'jemalloc-closed', name: 'preloaded jemalloc, closed', window: 'closed', allocator: 'jemalloc' },
  { key: 'jemalloc-open', name: 'preloaded jemalloc, open', window: 'open', allocator: 'jemalloc' },
  { key: 'system-closed', name: 'preloaded system, closed', window: 'closed', allocator: 'system' },
  { key: 'system-open', name: 'preloaded system, open', window: 'open', allocator: 'system' },
];

/** Ends the process with a message when one of the builds is missing. */
export function requireBuilt({ program, attached, preload }) {
  for (const path of [program, attached, preload]) {
    if (existsSync(path)) continue;
    process.stderr.write(`missing ${path}\n  hint: npm run bench -- native builds it\n`);
    process.exit(2);
  }
}
