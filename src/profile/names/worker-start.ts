// The JavaScript with which Node starts a worker, before anybody can listen to V8's code there: it has no names, and is no
// code of the user. Pure.
import type { ProfileFrame } from '../model.js';
import { unknownCode } from './frame-names.js';

export const workerStart: ProfileFrame = { kind: 'special', name: '[start of the worker]' };

/** What of Node runs before a worker's first module; its own JavaScript below. */
const beforeModules = /^node::(?:CreateEnvironment|LoadEnvironment)\b/;

/**
 * The stack, leaf first, with what is known to be Node's start in place of code without names. `isListenedTo`: other stacks
 * of the thread have names, so that the listener was there before the first module of the user.
 */
export function withWorkerStart(
  frames: readonly ProfileFrame[],
  isListenedTo: boolean,
): readonly ProfileFrame[] {
  if (!frames.includes(unknownCode) || frames.some(({ kind }) => kind === 'js')) return frames;
  const isStart =
    isListenedTo || frames.some(({ kind, name }) => kind === 'native' && beforeModules.test(name));
  if (!isStart) return frames;
  return frames
    .map((frame) => (frame === unknownCode ? workerStart : frame))
    .filter((frame, at, all) => frame !== workerStart || all[at - 1] !== workerStart);
}
