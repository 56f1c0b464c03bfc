// The switch of profiles around a window, and what a window keeps of its stacks until somebody asks for their names.
import { typedNativeError } from '../../errors.js';
import type { NativeDescription, ProfileReading, ProfilingBinding } from '../../native/contract.js';
import type { Sample } from '../result/sample.js';

/** The stacks of one window, before they are named, and what of it they must be read with. */
export interface WindowCapture {
  readonly reading: ProfileReading;
  readonly olderFreedBytes: number;
  readonly sample: Sample;
  readonly description: NativeDescription;
}

/** From the next window on each has a profile. Throws WINDOW_OPEN. */
export function startProfile(binding: ProfilingBinding): void {
  try {
    binding.startProfile();
  } catch (error) {
    throw typedNativeError(error);
  }
}

// WHY: this is no map of the module, because the CommonJS twin of the package has modules of its own in the same thread.
const captureKey = Symbol.for('benchmem.capture');
type Captured = { [captureKey]?: WindowCapture | 'open' };

/** Says that the window is profiled: `open` until it is closed. */
export function noteCapture(window: object, capture: WindowCapture | 'open' | undefined): void {
  Object.defineProperty(window, captureKey, { value: capture, configurable: true });
}

/** Undefined if the window was not profiled, or has no figures. */
export function captureOf(window: object): WindowCapture | 'open' | undefined {
  return (window as Captured)[captureKey];
}
