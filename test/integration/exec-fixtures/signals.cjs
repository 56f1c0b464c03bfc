// Prints each signal that it gets, once for all of its names; SIGTERM ends it.
const { constants } = require('node:os');
const known = new Set();
for (const [name, number] of Object.entries(constants.signals)) {
  if (/^SIG(KILL|STOP|TERM)$/.test(name) || known.has(number)) continue;
  known.add(number);
  process.on(name, () => console.log(name));
}
process.on('SIGTERM', () => {
  console.log('end');
  process.exit();
});
setInterval(() => {}, 1000);
console.log('ready');
