// Buffers: memory outside the JavaScript heap whose life the garbage collector decides.

const mebibyte = 1024 * 1024;

/** A thousand Buffers of 1 MiB, each dropped at once: 1000 MiB allocated, one needed at a time. */
export function churn() {
  for (let round = 0; round < 1000; round += 1) Buffer.alloc(mebibyte);
}

/** Sixty-four of them, all held until the end. */
export function hold() {
  const held = [];
  for (let round = 0; round < 64; round += 1) held.push(Buffer.alloc(mebibyte));
  return held.length;
}

/** Growing one Buffer piece by piece, by concatenation. */
export function concatenate() {
  const piece = Buffer.alloc(64 * 1024, 1);
  let whole = Buffer.alloc(0);
  for (let round = 0; round < 64; round += 1) whole = Buffer.concat([whole, piece]);
  return whole.length;
}
