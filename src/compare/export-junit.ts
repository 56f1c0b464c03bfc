// A run as a JUnit XML report: a test case per benchmark, its figures as properties, failures as failures. Pure.
import { splitId } from '../runfile/ids.js';
import type { Run } from '../runfile/run.js';
import type { RunFailure } from '../runfile/schema.js';
import { plainDecimal } from '../units.js';
import { type Measured, metricId } from './export-figures.js';

/** The XML document's text. */
export function junitXml({ label, file }: Run, measured: readonly Measured[]): string {
  const failures = file.benchmem?.failures ?? [];
  const cases = [...measured.map(measuredCase), ...failures.map(failedCase)];
  const counts = `tests="${cases.length}" failures="${failures.length}" errors="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="benchmem" ${counts}>`,
    `  <testsuite name=${attribute(label)} ${counts}${file.datetime === undefined ? '' : ` timestamp=${attribute(file.datetime)}`}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function measuredCase({ id, figures }: Measured): string {
  const time = figures.find(({ metric }) => metric.unit === 's')?.stats.mean;
  const properties = figures.map(
    ({ metric, value }) =>
      `        <property name=${attribute(metricId(metric))} value=${attribute(plainDecimal(value))}/>`,
  );
  return [
    `    <testcase ${nameOf(id)}${time === undefined ? '' : ` time=${attribute(plainDecimal(time))}`}>`,
    ...(properties.length === 0 ? [] : ['      <properties>', ...properties, '      </properties>']),
    '    </testcase>',
  ].join('\n');
}

function failedCase({ fullname, step, code, signal, tail }: RunFailure): string {
  const end = signal ?? (code === null || code === undefined ? '' : `exit code ${code}`);
  const message = [`failed in ${step}`, end].filter(Boolean).join(': ');
  return [
    `    <testcase ${nameOf(fullname)}>`,
    `      <failure message=${attribute(message)}>${escapeXml(tail ?? '')}</failure>`,
    '    </testcase>',
  ].join('\n');
}

function nameOf(id: string): string {
  const segments = splitId(id);
  const name = segments.pop() ?? id;
  return `classname=${attribute(segments.join('.') || 'benchmem')} name=${attribute(name)}`;
}

function attribute(text: string): string {
  return `"${escapeXml(text).replace(/[\n\t]/g, (character) => `&#${character.charCodeAt(0)};`)}"`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

// WHY the replacement sign: XML 1.0 has no way to write a control character or half a surrogate pair.
function escapeXml(text: string): string {
  return text
    .replace(/[&<>"]/g, (character) => entities[character] ?? character)
    .replace(/[\p{Cs}\ufffe\uffff]|(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
