// A benchmark that a run will measure: a case of a bench file, an exported function of any module, or its loading.
// Everything behind the plan takes planned cases; only how a child calls one depends on its origin. Types only.
import type { CaseDescription } from './cases.js';

/** How a child finds what it measures. */
export type CaseOrigin =
  /** By the case's local id, among what the bench file defines. */
  | { readonly kind: 'bench' }
  /** By its name, among what the module exports. */
  | {
      readonly kind: 'export';
      readonly name: string;
      readonly args: readonly unknown[];
      /** The export that runs before each pass; what it returns is the first argument. */
      readonly setup?: string;
    }
  /** It is the file itself: what is measured is its loading. */
  | { readonly kind: 'load' };

/** A benchmark of a run. */
export interface PlannedCase {
  /** `path/file.bench.ts::group::name[params]`, or `path/file.js::export`. */
  readonly id: string;
  /** The file as ids name it. */
  readonly file: string;
  /** What children import. */
  readonly url: string;
  readonly description: CaseDescription;
  readonly origin: CaseOrigin;
}
