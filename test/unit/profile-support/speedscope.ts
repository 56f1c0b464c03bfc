// What speedscope's schema (file-format-schema.json) asks of a file with sampled profiles, and what its importer takes
// for granted: as many weights as samples, indexes of frames that there are, and an end that is the sum.
import { isRecord, isText } from '../../../src/shapes.js';

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const units = ['none', 'nanoseconds', 'microseconds', 'milliseconds', 'seconds', 'bytes'];

export function speedscopeBreaches(file: unknown): string[] {
  if (!isRecord(file)) return ['the file is not an object'];
  const breaches: string[] = [];
  const ask = (holds: boolean, what: string) => {
    if (!holds) breaches.push(what);
  };
  ask(file.$schema === 'https://www.speedscope.app/file-format-schema.json', '$schema');
  ask(file.name === undefined || isText(file.name), 'name');
  ask(file.exporter === undefined || isText(file.exporter), 'exporter');
  ask(file.activeProfileIndex === undefined || isCount(file.activeProfileIndex), 'activeProfileIndex');
  const frames = isRecord(file.shared) && Array.isArray(file.shared.frames) ? file.shared.frames : undefined;
  if (frames === undefined || !Array.isArray(file.profiles))
    return [...breaches, 'shared.frames or profiles'];
  for (const frame of frames) {
    const { name, file: path, line, col, ...rest } = isRecord(frame) ? frame : {};
    ask(isText(name), 'the name of a frame');
    ask(path === undefined || isText(path), 'the file of a frame');
    ask(
      [line, col].every((each) => each === undefined || isCount(each)),
      'the place of a frame',
    );
    ask(Object.keys(rest).length === 0, 'more of a frame');
  }
  for (const profile of file.profiles as unknown[]) {
    const { type, name, unit, startValue, endValue, samples, weights, ...rest } = isRecord(profile)
      ? profile
      : {};
    ask(type === 'sampled' && isText(name) && units.includes(String(unit)), 'the head of a profile');
    ask(Object.keys(rest).length === 0, 'more of a profile');
    if (!Array.isArray(samples) || !Array.isArray(weights)) return [...breaches, 'samples or weights'];
    ask(samples.length === weights.length && weights.every(isCount), 'weights');
    ask(startValue === 0 && endValue === weights.reduce((sum, weight) => sum + weight, 0), 'the end');
    ask(
      samples.every(
        (sample) => Array.isArray(sample) && sample.every((at) => isCount(at) && at < frames.length),
      ),
      'samples',
    );
  }
  return breaches;
}
