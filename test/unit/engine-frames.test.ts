// Messages on a byte stream, however the stream is cut.
import { describe, expect, it } from 'vitest';
import { FrameReader, toFrame } from '../../src/engine/child/frames.js';

const messages = [
  { a: 1 },
  'text',
  new Map([[1n, new Date(0)]]),
  new Uint8Array([1, 2, 3]),
  undefined,
  'x'.repeat(70_000),
];

function cut(bytes: Buffer, length: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += length) pieces.push(bytes.subarray(at, at + length));
  return pieces;
}

describe('frames', () => {
  it.each([1, 2, 3, 5, 7, 1000, 1e6])('cut into pieces of %i bytes are the same messages', (length) => {
    const reader = new FrameReader();
    const pieces = cut(Buffer.concat(messages.map(toFrame)), length);
    expect(pieces.flatMap((piece) => reader.push(piece))).toEqual(messages);
  });

  it('that are not complete are no message yet', () => {
    const reader = new FrameReader();
    const frame = toFrame('late');
    expect(reader.push(frame.subarray(0, -1))).toEqual([]);
    expect(reader.push(frame.subarray(-1))).toEqual(['late']);
  });

  it('of what cannot be cloned are refused', () => {
    expect(() => toFrame(() => {})).toThrow(/could not be cloned/);
  });

  it('of somebody else are refused', () => {
    expect(() => new FrameReader().push(Buffer.from([2, 0, 0, 0, 0x41, 0x42]))).toThrow();
  });
});
