// openWindow: a measured span that is no callback. One sample at its end, or nothing.
import { BenchmemError, typedNativeError } from '../errors.js';
import type { NativeReading, ProfilingBinding, WindowToken } from '../native/contract.js';
import { type Host, thisProcess } from './host.js';
import { checkWindowOptions, type OpenWindowOptions } from './options.js';
import { type Sample, toSample } from './result/sample.js';
import { hold, tellMeasured } from './window/exclusive.js';
import { installHooks } from './window/hooks.js';
import { MappedNote } from './window/mapped-note.js';
import { captureOf, noteCapture, startProfile } from './window/profiling.js';
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
  const checked = checkWindowOptions(options);
  const here = host ?? thisProcess();
  const release = hold({}, here.binding);
  try {
    return open(here, checked, release);
  } catch (error) {
    release();
    throw error;
  }
}

function open(host: Host, options: Required<OpenWindowOptions>, release: () => void): OpenWindow {
  const { threads, settle, profile } = options;
  const { binding } = host;
  installHooks(binding);
  if (profile) (binding as ProfilingBinding).listenToCode(true);
  if (settle) binding.collectGarbage();
  let token: WindowToken | undefined = openToken(binding as ProfilingBinding, threads, profile);
  const end = () => {
    if (token === undefined) return undefined;
    const open = token;
    token = undefined;
    release();
    try {
      return binding.closeWindow(open);
    } finally {
      if (profile) (binding as ProfilingBinding).stopProfile();
    }
  };
  const discard = () => {
    noteCapture(window, undefined);
    try {
      end();
    } catch {} // Its figures are void, and nobody wants them.
  };
  let closing = false;
  const window: OpenWindow = {
    async close() {
      if (closing || token === undefined) throw closedError();
      closing = true;
      try {
        binding.drainWindow(token);
        return await figuresOf(host, { token, settle, end, window });
      } catch (error) {
        discard();
        throw typedNativeError(error);
      }
    },
    discard() {
      if (!closing) discard();
    },
  };
  noteCapture(window, profile ? 'open' : undefined);
  return window;
}

function openToken(binding: ProfilingBinding, threads: 'all' | 'current', profile: boolean): WindowToken {
  if (!profile) return openNativeWindow(binding, { threads });
  startProfile(binding);
  try {
    return openNativeWindow(binding, { threads });
  } catch (error) {
    binding.stopProfile();
    throw error;
  }
}

interface Closing {
  readonly token: WindowToken;
  readonly settle: boolean;
  readonly end: () => NativeReading | undefined;
  readonly window: OpenWindow;
}

async function figuresOf(host: Host, { token, settle, end, window }: Closing): Promise<Sample> {
  const { binding } = host;
  const mapped = new MappedNote();
  mapped.note(binding);
  const last = new Stillness();
  if (settle) await drain(host, token, last);
  const stacks = captureOf(window) && (binding as ProfilingBinding).readProfile(token);
  const reading = end();
  if (reading === undefined) throw closedError();
  // Collection against collection: the baseline at the opening holds the heap's open allocation areas too.
  const { floorBytes, baselineBytes = 0, embeddedOpeningBytes = 0 } = reading.js ?? {};
  const jsBefore = (floorBytes ?? baselineBytes) + embeddedOpeningBytes;
  const retainedBytes = last.nativeBytes + last.jsUsedBytes - jsBefore;
  const sample = toSample('attached', reading, {
    retainedBytes: settle && reading.js !== undefined ? retainedBytes : undefined,
    mapped: mapped.read(),
  });
  tellMeasured(sample, binding);
  if (stacks !== undefined) {
    const { olderFreedBytes } = reading.program;
    noteCapture(window, { reading: stacks, olderFreedBytes, sample, description: binding.describe() });
  }
  return sample;
}

function closedError(): BenchmemError {
  return new BenchmemError(
    'NO_WINDOW',
    'the window is closed already',
    'close a window once; open a new one for more',
  );
}
