// The grammar of --fail-on: what each form means, and every refusal with its message.
import { describe, expect, it } from 'vitest';
import { BenchmemError } from '../../src/errors.js';
import { parseCondition } from '../../src/text/conditions.js';
import { parseThreshold } from '../../src/text/limit-grammar.js';

describe('a threshold', () => {
  it.each<[string, string, number, boolean]>([
    ['peak:10%', 'peak', 10, true],
    ['peak:0%', 'peak', 0, true],
    ['peak:0.5%', 'peak', 0.5, true],
    ['peak:.5%', 'peak', 0.5, true],
    ['peak:5.%', 'peak', 5, true],
    [' PEAK : 10 % ', 'peak', 10, true],
    ['Peak_Bytes:1', 'peak_bytes', 1, false],
    ['peak:1024', 'peak', 1024, false],
    ['peak:5B', 'peak', 5, false],
    ['peak:1.5KiB', 'peak', 1536, false],
    ['peak:2MiB', 'peak', 2 * 1024 ** 2, false],
    ['peak:1GiB', 'peak', 1024 ** 3, false],
    ['peak:1TiB', 'peak', 1024 ** 4, false],
    ['peak:1KB', 'peak', 1000, false],
    ['peak:1MB', 'peak', 1e6, false],
    ['peak:1GB', 'peak', 1e9, false],
    ['peak:1TB', 'peak', 1e12, false],
    ['peak:2PB', 'peak', 2e15, false],
    ['peak:2PiB', 'peak', 2 ** 51, false],
    ['rss:1 MiB', 'rss', 1024 ** 2, false],
    ['allocations:100', 'allocations', 100, false],
    ['objects:1%', 'objects', 1, true],
    ['js_total_bytes:1KiB', 'js_total_bytes', 1024, false],
    ['retained:0', 'retained', 0, false],
    ['time:2', 'time', 2, false],
    ['time:2s', 'time', 2, false],
    ['time:20ms', 'time', 0.02, false],
    ['time:5us', 'time', 5 * 1e-6, false],
    ['time:5\u00b5s', 'time', 5 * 1e-6, false],
    ['time:5\u03bcs', 'time', 5 * 1e-6, false],
    ['time:7ns', 'time', 7 * 1e-9, false],
  ])('%s', (expression, field, limit, percent) => {
    const parsed = parseThreshold(expression);
    expect([parsed.field, parsed.limit, parsed.percent, parsed.scope]).toEqual([
      field,
      limit,
      percent,
      undefined,
    ]);
  });

  it.each<[string, number, number]>([
    ['retained:10%+64KiB', 10, 65536],
    [' retained : 10 % + 64 KiB ', 10, 65536],
    ['peak:0.5%+1MB', 0.5, 1e6],
    ['peak:5%+0', 5, 0],
    ['peak:5%+100', 5, 100],
    ['time:5%+20ms', 5, 0.02],
    ['allocations:1%+5', 1, 5],
    ['peak:10%+1KiB@group=a+b', 10, 1024],
  ])('%s has an allowance', (expression, limit, allowance) => {
    expect(parseThreshold(expression)).toMatchObject({ limit, percent: true, allowance });
  });

  it.each<[string, string, string]>([
    ['peak:10%@group=io', 'group', 'io'],
    ['peak:1MiB @ n = 10', 'n', '10'],
    ['time:5%@param:name=a@b', 'param:name', 'a@b'],
    ['time:5%@label=a=b', 'label', 'a=b'],
  ])('%s has a scope', (expression, key, value) => {
    expect(parseThreshold(expression).scope).toEqual({ key, value });
  });

  it.each<[string, RegExp]>([
    ['', /FIELD:LIMIT is expected/],
    ['peak', /FIELD:LIMIT is expected/],
    ['peak:', /FIELD:LIMIT is expected/],
    ['peak: ', /FIELD:LIMIT is expected/],
    [':10%', /FIELD:LIMIT is expected/],
    ['paek:10%', /there is no metric paek/],
    ['extra:size:10', /there is no metric extra/],
    ['__proto__:1', /there is no metric __proto__/],
    ['constructor:1', /there is no metric constructor/],
    ['peak:ten', /ten is not a non-negative decimal/],
    ['peak:%', /% is not a non-negative decimal/],
    ['peak:-1%', /-1% is not a non-negative decimal/],
    ['peak:+1%', /\+1% is not a non-negative decimal/],
    ['peak:nan', /nan is not a non-negative decimal/],
    ['peak:nan%', /nan% is not a non-negative decimal/],
    ['peak:inf%', /inf% is not a non-negative decimal/],
    ['peak:Infinity', /Infinity is not a non-negative decimal/],
    ['peak:.', /\. is not a non-negative decimal/],
    ['peak:1e3', /1e3 is not a non-negative decimal/],
    ['peak:1,000', /1,000 is not a non-negative decimal/],
    ['peak:1 0%', /1 0% is not a non-negative decimal/],
    ['peak:10%%', /%% is not a unit of peak/],
    ['peak:5mib', /mib is not a unit of peak/],
    ['peak:5Mib', /Mib is not a unit of peak/],
    ['peak:5kB', /kB is not a unit of peak/],
    ['peak:5ms', /ms is not a unit of peak/],
    ['peak:5constructor', /constructor is not a unit of peak/],
    ['time:5MiB', /MiB is not a unit of time/],
    ['time:5MS', /MS is not a unit of time/],
    ['allocations:5B', /allocations is a count: B is not a unit of it/],
    ['objects:5KiB', /objects is a count: KiB is not a unit of it/],
    [`peak:${'9'.repeat(400)}%`, /too large: this gate could never fire/],
    ['peak:10%+', /there is no allowance behind the \+/],
    ['peak:10%+5%', /the allowance 5% is a percentage/],
    ['peak:64KiB+10%', /only a percentage takes an allowance/],
    ['peak:64KiB+1KiB', /only a percentage takes an allowance/],
    ['peak:10+1KiB', /only a percentage takes an allowance/],
    ['peak:10%+1KiB+1KiB', /1KiB\+1KiB is not|KiB\+/],
    ['peak:10%+-1KiB', /-1KiB is not a non-negative decimal/],
    ['peak:10%++1KiB', /\+1KiB is not a non-negative decimal/],
    ['peak:10%+nan', /nan is not a non-negative decimal/],
    ['peak:10%+1ms', /ms is not a unit of peak/],
    ['peak:10%+1mib', /mib is not a unit of peak/],
    ['allocations:10%+1KiB', /allocations is a count/],
    [`peak:1%+${'9'.repeat(400)}`, /too large: this gate could never fire/],
    ['peak:10%@', /is not K=V/],
    ['peak:10%@group', /is not K=V/],
    ['peak:10%@=io', /is not K=V/],
    ['peak:10%@param:=io', /is not K=V/],
    ['peak@group=io:10%', /FIELD:LIMIT is expected/],
  ])('%s is refused', (expression, message) => {
    const parse = () => parseThreshold(expression);
    expect(parse).toThrow(BenchmemError);
    expect(parse).toThrow(message);
    try {
      parse();
    } catch (error) {
      expect(error).toMatchObject({ code: 'USAGE', exitCode: 2, hint: expect.stringMatching(/./) });
    }
  });
});

describe('a condition', () => {
  it.each([
    ['n=10', 'n', '10'],
    [' group = io ', 'group', 'io'],
    ['empty=', 'empty', ''],
  ])('%s', (text, key, value) => {
    expect(parseCondition(text)).toEqual({ key, value });
  });
});
