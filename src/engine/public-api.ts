// What the public API measures with, as one module: whoever only defines benchmarks never loads it.
import { thisProcess } from './host.js';
import { installHooks, uninstallHooks } from './window/hooks.js';

export { measureMemory, measurePeak } from './measure.js';
export { openWindow } from './open-window.js';

export function install(): void {
  installHooks(thisProcess().binding);
}

export function observeThread(): void {
  thisProcess();
}

export function uninstall(): void {
  uninstallHooks(thisProcess().binding);
}
