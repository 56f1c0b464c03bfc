// Arrays that nothing drops, one after the other. `gc`: two collections of the program's own on the way.
const [mode = 'plain', everyMs = '50', count = '40'] = process.argv.slice(2);
const kept = [];
const timer = setInterval(() => {
  kept.push(new Array(50_000).fill(kept.length));
  if (mode === 'gc' && (kept.length === 3 || kept.length === 28)) globalThis.gc();
  if (kept.length === Number(count)) clearInterval(timer);
}, Number(everyMs));
