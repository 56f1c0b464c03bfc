// Actions with known figures, and some that go wrong.
const mebibyte = 1024 * 1024;

export function setup() {
  return Buffer.alloc(5 * mebibyte);
}

export function hold() {
  return Array.from({ length: 10 }, () => Buffer.alloc(mebibyte));
}

/** Each call's argument list, seen from outside: the setup's Buffer, then --args. */
export function sized(prepared, count) {
  if (prepared.length !== 5 * mebibyte) throw new Error('the set-up did not run');
  return Buffer.alloc(count);
}

export function fails() {
  throw new RangeError('beyond\u001b[31m the end');
}

export function dies() {
  process.kill(process.pid, 'SIGKILL');
}

export function forever() {
  setInterval(() => {}, 1000);
  return new Promise(() => {});
}
