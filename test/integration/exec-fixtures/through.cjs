// Says that it started and that it came to its end, with an exit code of its own. `fill` fills the folder for temporary
// files in between; `wait` waits until its standard input ends.
const { openSync, writeSync } = require('node:fs');
const { tmpdir } = require('node:os');

console.log('started');
if (process.argv[2] === 'fill') fill(openSync(`${tmpdir()}/filled`, 'w'));
else if (process.argv[2] === 'wait') process.stdin.resume().on('end', end);
else end();

function fill(file) {
  try {
    for (;;) writeSync(file, Buffer.alloc(4096, 1));
  } catch (error) {
    console.log(error.code);
    setTimeout(end, 500); // snapshots meet the full folder
  }
}

function end() {
  console.log('ended');
  process.exitCode = 3;
}
