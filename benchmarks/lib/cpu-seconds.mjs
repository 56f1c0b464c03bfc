// CPU time of whole programs, user and system, of what they start too: as the kernel says it of children that ended.
import { spawnSync } from 'node:child_process';

// WHY: a shell starts it, because node does not say what its children used.
const script = '"$@" >/dev/null 2>&1 </dev/null; status=$?; times; exit $status';

/** Seconds of one run of node with `args`; `options` are those of spawnSync. Throws if it ends with anything but 0. */
export function cpuSeconds(args, { node = process.execPath, ...options } = {}) {
  const { status, stdout } = spawnSync('bash', ['-c', script, 'bash', node, ...args], {
    ...options,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  const children = stdout.trimEnd().split('\n').at(-1) ?? '';
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => Number(m) * 60 + Number(s));
  if (seconds.length !== 2) throw new Error(`bash said no times: ${children}`);
  return seconds[0] + seconds[1];
}

/** The median of each line's CPU seconds, all run in turn. */
export function medianSeconds(lines, rounds) {
  const times = lines.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, line] of lines.entries()) times[at].push(cpuSeconds(line));
  }
  return times.map((each) => each.sort((a, b) => a - b)[Math.floor(each.length / 2)]);
}
