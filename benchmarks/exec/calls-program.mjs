// Calls JavaScript from native code again and again, with as little else as there is, and prints the nanoseconds of CPU time of one
// call. Usage: node calls-program.mjs callbacks|turns.
import { Serializer } from 'node:v8';

const loads = { callbacks, turns };
let calls = 0;

// V8's serializer asks for each view how to write it: a million calls that do nothing else.
class Counting extends Serializer {
  constructor() {
    super();
    this._setTreatArrayBufferViewsAsHostObjects(true);
  }

  _writeHostObject() {
    calls += 1;
  }
}

async function callbacks(count) {
  const views = Array.from({ length: 1000 }, () => new Uint8Array(1));
  for (let at = 0; at < count / views.length; at += 1) new Counting().writeValue(views);
}

/** Turns of the event loop: what each timer, request and message costs at least. */
function turns(count) {
  return new Promise((resolve) => {
    const turn = () => {
      calls += 1;
      if (calls < count) setImmediate(turn);
      else resolve();
    };
    turn();
  });
}

const load = loads[process.argv[2]];
await load(300_000);
calls = 0;
const begin = process.cpuUsage();
await load(2_000_000);
const { user, system } = process.cpuUsage(begin);
process.stdout.write(`${((user + system) * 1000) / calls}\n`);
