// What the page is given, as JSON. Types only.
import type { ProfileMetric } from '../profile/reports/metrics.js';

export type Tone = 'thread' | 'others' | 'project' | `package${0 | 1 | 2 | 3 | 4 | 5 | 6}`;

export interface PageFunction {
  readonly name: string;
  readonly place: string;
  /** The package; '' for none. */
  readonly owner: string;
  readonly tone: Tone;
  /** Node's, V8's, the system's or benchmem's own. */
  readonly isOthers: boolean;
  /** The step to its caller was read from machine code. */
  readonly isByCode?: true;
  /** Its lines that were being executed, where there are several, each with what stacks through it have of each metric. */
  readonly lines?: readonly (readonly [line: number, ...values: readonly number[]])[];
}

/** A list with a meaning of its own; its texts are as the reports print them. */
export interface PageList {
  readonly name: 'leaks' | 'temporary';
  readonly label: string;
  /** The place in `metrics` of what the picture shows beside it. */
  readonly metric: number;
  /** What it is, in sentences. */
  readonly about: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How many more there are. */
  readonly left: number;
}

export interface PageMetric {
  readonly name: ProfileMetric;
  readonly label: string;
  readonly text: string;
  readonly unit: 'B' | '';
  /** Of each distinct stack. */
  readonly values: readonly number[];
  /** Part of the total and of no stack. */
  readonly aside: readonly { readonly name: string; readonly bytes: number }[];
  /** Of all stacks and what stands aside. */
  readonly total: number;
  /** What to know of an estimate, in sentences. */
  readonly remarks?: readonly string[];
  /** Of an estimate: 19 of 20 are within this times the root of the value. */
  readonly errorFactor?: number;
  /** The same of what the profile is compared with; its `aside` by the places in `aside`. */
  readonly base?: {
    readonly values: readonly number[];
    readonly aside: readonly number[];
    readonly total: number;
  };
}

export interface PageData {
  readonly id: string;
  readonly functions: readonly PageFunction[];
  /** Of each node its parent, which stands before it; -1 for an outermost frame. */
  readonly parents: readonly number[];
  readonly functionOf: readonly number[];
  /** Of each distinct stack its innermost node; -1 for a stack without frames. */
  readonly stackNodes: readonly number[];
  readonly threadOf: readonly number[];
  readonly packageOf: readonly number[];
  readonly threads: readonly string[];
  readonly packages: readonly string[];
  readonly metrics: readonly PageMetric[];
  /** Which of them is shown first. */
  readonly metric: number;
  readonly notes: readonly string[];
  readonly lists?: readonly PageList[];
}
