// A profile to a pprof file. INVARIANT: the same profile gives the same bytes, in whatever order its stacks come: no
// time, no process, one order of everything, and a gzip header without a date.
import { gzipSync } from 'node:zlib';
import { BenchmemError } from '../../errors.js';
import { formatCount } from '../../units.js';
import { canonical, frameTable } from '../canonical.js';
import type { Profile, ProfileFrame, ProfileObject } from '../model.js';
import {
  commentStart,
  functionField,
  lineField,
  locationField,
  mappingByKind,
  mappingField,
  profileField,
  sampleField,
  sampleTypes,
  typeField,
} from './layout.js';
import { writeComment } from './meta.js';
import { profileLimits } from './size-limits.js';
import { MessageWriter } from './wire.js';

/** Ids from 1, in the order in which they were asked for. */
class Numbered<Item> {
  readonly #ids = new Map<string, number>();
  readonly items: Item[] = [];

  idOf(key: string, item: Item): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.items.push(item);
    this.#ids.set(key, this.items.length);
    return this.items.length;
  }
}

interface FunctionEntry {
  readonly name: string;
  readonly file: string;
  readonly startLine: number;
}

/**
 * The bytes of the file, compressed. Throws TypeError for a figure that is no whole number, and PROFILE_TOO_LARGE for what
 * the reader would refuse.
 */
export function encodeProfile(profile: Profile): Uint8Array {
  // WHY: columns are chosen first, because a stack that has nothing of what the file holds is not in it.
  const stored = sampleTypes.map(({ figure }) => figure).filter((figure) => profile.figures.includes(figure));
  const sorted = canonical({ ...profile, figures: stored });
  // WHY: the level is given, because the bytes must not follow zlib's default.
  const packed = gzipSync(readable(sorted), { level: 6 });
  // The operating system, which zlib writes by itself: unknown.
  packed[9] = 255;
  return packed;
}

function readable(profile: Profile): Buffer {
  const { stacks } = profile;
  const frames = stacks.reduce((sum, stack) => sum + stack.frames.length, 0);
  const depth = stacks.reduce((most, stack) => Math.max(most, stack.frames.length), 0);
  check(stacks.length, profileLimits.samples, 'distinct stacks');
  check(frames, profileLimits.frames, 'frames in its stacks');
  check(depth, profileLimits.depth, 'frames in one stack');
  const writer = new ProfileWriter(profile);
  const bytes = writer.write();
  check(writer.mostEntries, profileLimits.entries, 'names or places');
  check(bytes.length, profileLimits.inflatedBytes, 'bytes before compression');
  return bytes;
}

function check(count: number, limit: number, what: string): void {
  if (count <= limit) return;
  throw new BenchmemError(
    'PROFILE_TOO_LARGE',
    `the profile has ${formatCount(count)} ${what}, and no more than ${formatCount(limit)} can be read again`,
    'profile a smaller input, or leave native frames out: --no-profile-native, { native: false } in code',
  );
}

class ProfileWriter {
  readonly #profile: Profile;
  readonly #out = new MessageWriter();
  readonly #texts = new Numbered<string>();
  readonly #mappings = new Numbered<ProfileObject>();
  readonly #functions = new Numbered<FunctionEntry>();
  #locations = 0;

  constructor(profile: Profile) {
    this.#profile = profile;
    for (const object of profile.objects) this.#mappings.idOf(object.name, object);
  }

  /** Of the largest table, once all was written. */
  get mostEntries(): number {
    return Math.max(
      this.#locations,
      ...[this.#texts, this.#functions, this.#mappings].map(({ items }) => items.length + 1),
    );
  }

  write(): Buffer {
    const { stacks, figures, meta } = this.#profile;
    const { frames, paths } = frameTable(stacks);
    const types = sampleTypes.filter(({ figure }) => figures.includes(figure));
    for (const { type, unit } of types) {
      this.#out.message(profileField.sampleType, (message) =>
        message.number(typeField.type, this.#text(type)).number(typeField.unit, this.#text(unit)),
      );
    }
    for (const [index, { figures: own }] of stacks.entries()) {
      const locations = Array.from(paths[index] as Uint32Array, (rank) => rank + 1).reverse();
      const values = types.map(({ figure }) => own[figure] ?? 0);
      this.#out.message(profileField.sample, (message) =>
        message.numbers(sampleField.location, locations).numbers(sampleField.value, values),
      );
    }
    this.#locations = frames.length;
    for (const [rank, frame] of frames.entries()) this.#location(rank + 1, frame);
    this.#tables();
    const coded = frames.flatMap(({ rule }, rank) => (rule === 'code' ? [rank + 1] : []));
    const comment = this.#text(`${commentStart}${writeComment(meta, coded)}`);
    this.#out.numbers(profileField.comment, [comment]);
    for (const text of ['', ...this.#texts.items]) this.#out.text(profileField.text, text);
    return this.#out.finish();
  }

  #location(id: number, frame: ProfileFrame): void {
    const object = frame.object ?? mappingByKind[frame.kind] ?? '';
    const file = frame.file ?? frame.object ?? '';
    const startLine = frame.functionLine ?? 0;
    const mapping = this.#mappings.idOf(object, { name: object });
    const key = [mapping, frame.name, file, startLine].join('\0');
    const own = this.#functions.idOf(key, { name: frame.name, file, startLine });
    this.#out.message(profileField.location, (message) =>
      message
        .number(locationField.id, id)
        .number(locationField.mapping, mapping)
        .number(locationField.address, frame.address ?? 0)
        .message(locationField.line, (line) =>
          line
            .number(lineField.function, own)
            .number(lineField.line, frame.line ?? 0)
            .number(lineField.column, frame.column ?? 0),
        ),
    );
  }

  #tables(): void {
    for (const [index, { name, file, startLine }] of this.#functions.items.entries()) {
      this.#out.message(profileField.function, (message) =>
        message
          .number(functionField.id, index + 1)
          .number(functionField.name, this.#text(name))
          .number(functionField.systemName, this.#text(name))
          .number(functionField.file, this.#text(file))
          .number(functionField.startLine, startLine),
      );
    }
    // WHY: all three flags are set, because tools would otherwise look for the object on their own machine to find what is here.
    for (const [index, { name, buildId = '' }] of this.#mappings.items.entries()) {
      this.#out.message(profileField.mapping, (message) =>
        message
          .number(mappingField.id, index + 1)
          .number(mappingField.name, this.#text(name))
          .number(mappingField.buildId, this.#text(buildId))
          .number(mappingField.hasFunctions, 1)
          .number(mappingField.hasFiles, 1)
          .number(mappingField.hasLines, 1),
      );
    }
  }

  // The first text of the table is the empty one.
  #text(text: string): number {
    return text === '' ? 0 : this.#texts.idOf(text, text);
  }
}
