// The command line as a sweep starts it: standard input is a pipe that the sweep holds open for as long as it lives.
// Ends with everything that it started once the sweep is gone, also where that was killed and could end nothing.

process.stdin.once('close', endGroup);
process.stdin.resume();
process.stdin.unref();
void import(new URL('../../../bin/benchmem.js', import.meta.url).href);

// WHY: the whole group ends, because the children that measure are in it; the sweep makes this process its leader.
function endGroup(): void {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    process.kill(process.pid, 'SIGKILL');
  }
}
