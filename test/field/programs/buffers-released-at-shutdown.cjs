// Buffers are kept for three seconds, and dropped in an orderly shutdown that takes a while.
const kept = [];
const timer = setInterval(() => {
  kept.push(Buffer.alloc(1 << 20, 1));
  globalThis.gc();
  if (kept.length < 75) return;
  clearInterval(timer);
  kept.length = 1;
  globalThis.gc();
  setTimeout(() => {}, 1000);
}, 40);
