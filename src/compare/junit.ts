// JUnit XML: a suite per file, a test case per benchmark with its figures as properties and its failures. Pure.
// ONLY: junitXml. The reporter of a run and the export of a run file both call it. https://github.com/testmoapp/junitxml
import { failureText, isOfFile } from '../runfile/failures.js';
import { splitId } from '../runfile/ids.js';
import type { RunBenchmark, RunFile } from '../runfile/schema.js';
import { xmlAttribute, xmlText } from '../text/escapes.js';
import { plainDecimal } from '../units.js';
import { measuredOf, metricId } from './export-figures.js';

/** What became of one benchmark. */
export interface JUnitCase {
  readonly id: string;
  readonly benchmark?: RunBenchmark | undefined;
  /** What is wrong with it: the first line of each is its message. */
  readonly failures?: readonly string[];
  readonly isSkipped?: boolean;
  /** True for a file that could not be loaded: it stands for the benchmarks that nobody knows of. */
  readonly isFile?: boolean;
}

/** The benchmarks of a run file, then what failed. */
export function casesOfRun({ benchmarks, benchmem }: RunFile): JUnitCase[] {
  return [
    ...benchmarks.map((benchmark) => ({ id: benchmark.fullname, benchmark })),
    ...(benchmem?.failures ?? []).map((failure) => ({
      id: failure.fullname,
      failures: [failureText(failure)],
      isFile: isOfFile(failure),
    })),
  ];
}

/** The document's text. `datetime` is when the run began. */
export function junitXml(cases: readonly JUnitCase[], datetime?: string): string {
  const suites = new Map<string, JUnitCase[]>();
  for (const each of cases) {
    const { file } = placeOf(each);
    const suite = suites.get(file);
    if (suite === undefined) suites.set(file, [each]);
    else suite.push(each);
  }
  const timestamp = datetime === undefined ? '' : ` timestamp=${xmlAttribute(datetime)}`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="benchmem" ${countsOf(cases)}>`,
    ...[...suites].flatMap(([file, own]) => [
      `  <testsuite name=${xmlAttribute(file)} ${countsOf(own)}${timestamp}>`,
      ...own.map(caseText),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function countsOf(cases: readonly JUnitCase[]): string {
  const failed = cases.filter(({ failures = [] }) => failures.length > 0).length;
  const skipped = cases.filter(({ isSkipped }) => isSkipped === true).length;
  return `tests="${cases.length}" failures="${failed}" errors="0" skipped="${skipped}"`;
}

function caseText(each: JUnitCase): string {
  const { benchmark, failures = [], isSkipped } = each;
  const { classname, name } = placeOf(each);
  const open = `    <testcase name=${xmlAttribute(name)} classname=${xmlAttribute(classname)}${timeOf(benchmark)}`;
  const inner = [
    ...propertiesOf(benchmark),
    ...failures.map(
      (text) =>
        `      <failure message=${xmlAttribute(text.split(/\r?\n/)[0] ?? '')}>${xmlText(text)}</failure>`,
    ),
    ...(isSkipped === true ? ['      <skipped/>'] : []),
  ];
  return inner.length === 0 ? `${open}/>` : [`${open}>`, ...inner, '    </testcase>'].join('\n');
}

function propertiesOf(benchmark: RunBenchmark | undefined): string[] {
  const figures = benchmark === undefined ? [] : measuredOf(benchmark).figures;
  if (figures.length === 0) return [];
  return [
    '      <properties>',
    ...figures.map(
      ({ metric, value }) =>
        `        <property name=${xmlAttribute(metricId(metric))} value=${xmlAttribute(plainDecimal(value))}/>`,
    ),
    '      </properties>',
  ];
}

// How long all rounds took; of files that do not say so, one of them. What was not timed has no time, also none of zero.
function timeOf(benchmark: RunBenchmark | undefined): string {
  const total = benchmark?.stats?.total ?? benchmark?.stats?.mean;
  return typeof total === 'number' && Number.isFinite(total)
    ? ` time=${xmlAttribute(plainDecimal(total))}`
    : '';
}

/** What JUnit calls a benchmark: the id's last segment, in a class of those before it; its file is the first of them. */
function placeOf({ id, isFile }: JUnitCase): Place {
  if (isFile === true) return { file: id, classname: id, name: '(file)' };
  const segments = splitId(id);
  const name = segments.pop() ?? id;
  const file = segments[0] || 'benchmem';
  return { file, classname: segments.join('.') || file, name };
}

interface Place {
  readonly file: string;
  readonly classname: string;
  readonly name: string;
}
