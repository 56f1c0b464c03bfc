// Prints who it is, then ten ticks, and leaves Ctrl-Z to the system.
let ticks = 0;
process.on('SIGCONT', () => console.log('SIGCONT'));
process.on('SIGCHLD', () => console.log('SIGCHLD'));
console.log(`pid ${process.pid}`);
const timer = setInterval(() => {
  ticks += 1;
  console.log(`tick ${ticks}`);
  if (ticks < 10) return;
  clearInterval(timer);
  console.log('end');
}, 100);
