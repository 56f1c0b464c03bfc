import { expect, it } from 'vitest';
import { engineSymbolsOf, keepEngineSymbols } from '../../src/engine/child/parent/engine-symbols.js';

const read = (first: number) => Uint8Array.from({ length: engineSymbolsOf('/none').length }, () => first);

it('is zeros for a node of which no child has read anything', () => {
  expect(engineSymbolsOf('/none').every((byte) => byte === 0)).toBe(true);
  expect(engineSymbolsOf('/none')).not.toBe(engineSymbolsOf('/none'));
});

it('is what the last child of that node sent, and of no other node', () => {
  keepEngineSymbols(read(1), '/a');
  keepEngineSymbols(read(2), '/b');
  keepEngineSymbols(read(3), '/b');
  expect(engineSymbolsOf('/a')).toEqual(read(1));
  expect(engineSymbolsOf('/b')).toEqual(read(3));
  keepEngineSymbols(read(4));
  expect(engineSymbolsOf(process.execPath)).toEqual(engineSymbolsOf());
});

it('stays as it came, whatever becomes of the message', () => {
  const message = new Uint8Array(read(5).length + 100).fill(5);
  keepEngineSymbols(message.subarray(100), '/c');
  message.fill(6);
  expect(engineSymbolsOf('/c')).toEqual(read(5));
  expect(engineSymbolsOf('/c').buffer.byteLength).toBe(read(5).length);
});

it.each([
  ['nothing', undefined],
  ['text', 'symbols'],
  ['too few bytes', new Uint8Array(8)],
  ['too many bytes', new Uint8Array(1 << 20)],
  ['numbers', Array.from(read(1))],
])('is not %s', (_, sent) => {
  keepEngineSymbols(read(7), '/d');
  keepEngineSymbols(sent, '/d');
  expect(engineSymbolsOf('/d')).toEqual(read(7));
});
