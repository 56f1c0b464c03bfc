// What vitest 4 leaves at a test's signal: a listener for each call of the test's function.

/**
 * The body, whose calls leave none of vitest's listeners behind. WHY: a body that is called again and again would leak by
 * them. What the body itself adds stays: that is its own leak.
 */
export function withoutListeners(signal: AbortSignal, body: () => unknown): () => unknown {
  return async () => {
    const forget = noteFirst(signal);
    try {
      return await body();
    } finally {
      forget();
    }
  };
}

type Listener = Parameters<AbortSignal['addEventListener']>[1];

// Vitest adds its listener first of all, before anything of the test runs.
function noteFirst(signal: AbortSignal): () => void {
  let first: Listener | undefined;
  const release = () => void Reflect.deleteProperty(signal, 'addEventListener');
  const value = (type: string, listener: Listener, options?: boolean | object) => {
    release();
    first = listener;
    signal.addEventListener(type, listener, options);
  };
  Object.defineProperty(signal, 'addEventListener', { value, configurable: true });
  return () => {
    release();
    if (first !== undefined) signal.removeEventListener('abort', first);
  };
}
