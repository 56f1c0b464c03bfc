// Prints each signal that it gets; SIGTERM ends it. Those of faults stay: node aborts where its terminal is gone.
const { constants } = require('node:os');
for (const name of Object.keys(constants.signals)) {
  if (/^SIG(KILL|STOP|CHLD|TERM|SEGV|BUS|FPE|ILL|TRAP|ABRT|IOT)$/.test(name)) continue;
  process.on(name, () => console.log(name));
}
process.on('SIGTERM', () => {
  console.log('end');
  process.exit();
});
setInterval(() => {}, 1000);
console.log('ready');
