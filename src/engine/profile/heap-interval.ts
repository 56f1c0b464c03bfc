// How far apart the samples of a profile are, in bytes. Pure.

/** A sample costs V8 about 10 microseconds, and the samples are kept to the end. */
const mostSamples = 100_000;
/** No object is smaller than 16 bytes: these are about as many. */
const everyAllocationBelow = 2 * 2 ** 20;
const unlessKnown = 1024;

/**
 * For a pass that allocates so many bytes on the JavaScript heap. WHY: it is a power of two, because V8 counts some bytes more or
 * less from run to run, and the profile must not differ for it.
 */
export function heapInterval(allocatedBytes: number | undefined): number {
  if (allocatedBytes === undefined) return unlessKnown;
  if (allocatedBytes <= everyAllocationBelow) return 1;
  return 2 ** Math.ceil(Math.log2(allocatedBytes / mostSamples));
}
