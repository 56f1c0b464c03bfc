// A pprof file to a profile. Files are hostile: sizes and counts are limited, every index is checked, and no path that
// a profile names is opened.
import { gunzipSync } from 'node:zlib';
import { BenchmemError } from '../../errors.js';
import { canonical } from '../canonical.js';
import type {
  FigureName,
  Profile,
  ProfileFrame,
  ProfileMeta,
  ProfileObject,
  ProfileStack,
} from '../model.js';
import { FileFrames } from './frames.js';
import { commentStart, foreignTypes, profileField, sampleField, sampleTypes, typeField } from './layout.js';
import { type ReadComment, readComment } from './meta.js';
import { profileLimits } from './size-limits.js';
import { type Field, fieldsOf, numbersOf, WireError } from './wire.js';

/**
 * Reads a profile of benchmem, or another tool's pprof file of allocations; `name` is what errors call it.
 * Throws BAD_PROFILE.
 */
export function readProfile(bytes: Uint8Array, name = 'the profile'): Profile {
  try {
    return canonical(new ProfileReader(inflate(bytes)).read());
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const hint = 'pass a file that benchmem run --profile wrote, or a pprof file of allocations';
    throw new BenchmemError('BAD_PROFILE', `${name} ${error.message}`, hint);
  }
}

function inflate(bytes: Uint8Array): Buffer {
  const given = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (given.length === 0) throw new WireError('is empty');
  if (given[0] !== 0x1f || given[1] !== 0x8b) return limited(given);
  try {
    return gunzipSync(given, { maxOutputLength: profileLimits.inflatedBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new WireError(`cannot be decompressed: ${(error as Error).message}`);
  }
}

function limited(bytes: Buffer): Buffer {
  if (bytes.length > profileLimits.inflatedBytes) throw tooLarge();
  return bytes;
}

function tooLarge(): WireError {
  return new WireError(`is larger than ${profileLimits.inflatedBytes >> 20} MiB when it is decompressed`);
}

interface ColumnOf {
  readonly column: number;
  readonly figure: FigureName;
}

class ProfileReader {
  readonly #bytes: Buffer;
  readonly #fields = new Map<number, Field[]>();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    for (const field of fieldsOf(bytes, 0, bytes.length)) this.#keep(field);
  }

  read(): Profile {
    const texts = this.#texts();
    const comment = this.#comment(texts);
    const columns = this.#columns(texts, comment !== undefined);
    const frames = new FileFrames(
      this.#bytes,
      {
        mappings: this.#all(profileField.mapping),
        functions: this.#all(profileField.function),
        locations: this.#all(profileField.location),
      },
      texts,
      comment?.codeLocations,
    );
    const meta: ProfileMeta = comment?.meta ?? { schema: 1, id: '', foreign: true };
    const objects: ProfileObject[] = frames.objects();
    const figures = columns.used.map(({ figure }) => figure);
    return { meta, figures, objects, stacks: this.#stacks(columns, frames) };
  }

  #keep(field: Field): void {
    const limit = field.number === profileField.sample ? profileLimits.samples : profileLimits.entries;
    const kept = this.#fields.get(field.number) ?? [];
    if (kept.length >= limit) throw new WireError(`has more than ${limit} entries of one kind`);
    kept.push(field);
    this.#fields.set(field.number, kept);
  }

  #all(number: number): readonly Field[] {
    return this.#fields.get(number) ?? [];
  }

  #texts(): (index: number) => string {
    const fields = this.#all(profileField.text);
    const known = new Map<number, string>();
    return (index) => {
      const field = fields[index];
      if (index === 0) return '';
      if (field === undefined) throw new WireError(`has no text numbered ${index}`);
      let text = known.get(index);
      if (text === undefined) {
        text = this.#bytes.toString('utf8', field.start, field.end);
        known.set(index, text);
      }
      return text;
    };
  }

  #comment(texts: (index: number) => string): ReadComment | undefined {
    for (const field of this.#all(profileField.comment)) {
      for (const index of numbersOf(this.#bytes, field)) {
        const text = texts(index);
        if (!text.startsWith(commentStart)) continue;
        const read = readComment(text.slice(commentStart.length));
        if (read === undefined)
          throw new WireError('has a comment that this version of benchmem cannot read');
        return read;
      }
    }
    return undefined;
  }

  #columns(texts: (index: number) => string, ours: boolean): { count: number; used: readonly ColumnOf[] } {
    const known = ours ? sampleTypes : [...sampleTypes, ...foreignTypes];
    const types = this.#all(profileField.sampleType).map((field) => {
      const [type = 0, unit = 0] = this.#numbersOf(field, [typeField.type, typeField.unit]);
      return { type: texts(type), unit: texts(unit) };
    });
    const used = new Map<FigureName, ColumnOf>();
    for (const [column, { type, unit }] of types.entries()) {
      const found = known.find((each) => each.type === type && each.unit === unit);
      if (found !== undefined && !used.has(found.figure))
        used.set(found.figure, { column, figure: found.figure });
    }
    if (types.length === 0) throw new WireError('is not a pprof file: it names no type of sample');
    if (used.size === 0) {
      const held = types.slice(0, 8).map(({ type, unit }) => `${type}/${unit}`);
      throw new WireError(`is not a profile of allocations: it holds ${held.join(', ')}`);
    }
    return { count: types.length, used: [...used.values()] };
  }

  #stacks({ count, used }: { count: number; used: readonly ColumnOf[] }, frames: FileFrames): ProfileStack[] {
    let left: number = profileLimits.frames;
    const sums = new Map<FigureName, number>();
    return this.#all(profileField.sample).map((sample) => {
      const locations: number[] = [];
      const values: number[] = [];
      for (const field of fieldsOf(this.#bytes, sample.start, sample.end)) {
        const isLocation = field.number === sampleField.location;
        if (!isLocation && field.number !== sampleField.value) continue;
        const list = isLocation ? locations : values;
        for (const value of numbersOf(this.#bytes, field)) {
          if (list.push(value) > Math.max(profileLimits.depth, count)) throw tooDeep();
        }
      }
      if (values.length !== count) {
        throw new WireError(`has a sample of ${values.length} values, and ${count} types`);
      }
      const stack: ProfileFrame[] = [];
      for (const id of locations) stack.push(...frames.at(id));
      left -= stack.length;
      if (stack.length > profileLimits.depth) throw tooDeep();
      if (left < 0) throw new WireError(`has more than ${profileLimits.frames} frames in its stacks`);
      return { frames: stack, figures: figuresOf(values, used, sums) };
    });
  }

  #numbersOf(message: Field, wanted: readonly number[]): number[] {
    const found = new Array<number>(wanted.length).fill(0);
    for (const { number, value } of fieldsOf(this.#bytes, message.start, message.end)) {
      const at = wanted.indexOf(number);
      if (at >= 0 && value !== undefined) found[at] = value;
    }
    return found;
  }
}

function tooDeep(): WireError {
  return new WireError(`has a stack of more than ${profileLimits.depth} frames`);
}

function figuresOf(
  values: readonly number[],
  used: readonly ColumnOf[],
  sums: Map<FigureName, number>,
): ProfileStack['figures'] {
  const figures: Partial<Record<FigureName, number>> = {};
  for (const { column, figure } of used) {
    const value = values[column] as number;
    // WHY: the sum is checked, because every report adds up, and a sum that is not exact is none.
    const sum = (sums.get(figure) ?? 0) + value;
    if (!Number.isSafeInteger(sum))
      throw new WireError('has figures that are negative, or 2^53 and more together');
    sums.set(figure, sum);
    figures[figure] = value;
  }
  return figures;
}
