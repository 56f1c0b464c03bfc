// Prints each signal that it gets; SIGTERM ends it.
const { constants } = require('node:os');
for (const name of Object.keys(constants.signals)) {
  if (['SIGKILL', 'SIGSTOP', 'SIGCHLD', 'SIGTERM'].includes(name)) continue;
  process.on(name, () => console.log(name));
}
process.on('SIGTERM', () => {
  console.log('end');
  process.exit();
});
setInterval(() => {}, 1000);
console.log('ready');
