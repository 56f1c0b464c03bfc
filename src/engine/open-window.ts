// openWindow: a measured span that is no callback. One sample at its end, or nothing.
import { BenchmemError, typedNativeError } from '../errors.js';
import type { NativeReading, WindowToken } from '../native/contract.js';
import { type Host, thisProcess } from './host.js';
import { checkWindowOptions, type OpenWindowOptions } from './options.js';
import { type Sample, toSample } from './result/sample.js';
import { hold } from './window/exclusive.js';
import { installHooks } from './window/hooks.js';
import { MappedNote } from './window/mapped-note.js';
import { drain, Stillness } from './window/settle.js';
import { openWindow as openNativeWindow } from './window/span.js';

/** An open window. It stays open, and no other measurement can start, until `close` or `discard`. */
export interface OpenWindow {
  /**
   * Ends the span where it is called, waits until garbage is gone, and answers the figures (bytes; counts where
   * named so). Rejects with NO_WINDOW when it was closed or discarded before.
   */
  close(): Promise<Sample>;
  /** Ends the span without figures; does nothing when it is closed already. */
  discard(): void;
}

/**
 * Opens a window around whatever runs from here until `close`. Full collections precede it, unless `settle: false`.
 * Throws WINDOW_OPEN, UNSUPPORTED_RUNTIME, ADDON_MISSING, INVALID_OPTION.
 */
export function openWindow(options: OpenWindowOptions = {}, host?: Host): OpenWindow {
  const { threads, settle } = checkWindowOptions(options);
  const release = hold();
  try {
    return open(host ?? thisProcess(), threads, settle, release);
  } catch (error) {
    release();
    throw error;
  }
}

function open(host: Host, threads: 'all' | 'current', settle: boolean, release: () => void): OpenWindow {
  const { binding } = host;
  installHooks(binding);
  if (settle) binding.collectGarbage();
  let token: WindowToken | undefined = openNativeWindow(binding, { threads });
  const end = () => {
    if (token === undefined) return undefined;
    const open = token;
    token = undefined;
    release();
    return binding.closeWindow(open);
  };
  const discard = () => {
    try {
      end();
    } catch {} // Its figures are void, and nobody wants them.
  };
  let closing = false;
  return {
    async close() {
      if (closing || token === undefined) throw closedError();
      closing = true;
      try {
        binding.drainWindow(token);
        return await figuresOf(host, token, settle, end);
      } catch (error) {
        discard();
        throw typedNativeError(error);
      }
    },
    discard() {
      if (!closing) discard();
    },
  };
}

async function figuresOf(
  host: Host,
  token: WindowToken,
  settle: boolean,
  end: () => NativeReading | undefined,
): Promise<Sample> {
  const mapped = new MappedNote();
  mapped.note(host.binding);
  const last = new Stillness();
  if (settle) await drain(host, token, last);
  const reading = end();
  if (reading === undefined) throw closedError();
  // Collection against collection: the baseline at the opening holds the heap's open allocation areas too.
  const jsBefore = reading.js?.floorBytes ?? reading.js?.baselineBytes ?? 0;
  const retainedBytes = last.nativeBytes + last.jsUsedBytes - jsBefore;
  return toSample('attached', reading, {
    retainedBytes: settle && reading.js !== undefined ? retainedBytes : undefined,
    mapped: mapped.read(),
  });
}

function closedError(): BenchmemError {
  return new BenchmemError(
    'NO_WINDOW',
    'the window is closed already',
    'close a window once; open a new one for more',
  );
}
