// Every page that is written as a file: by environment and metric those that show one, the others once. Pure.
import { readFilters } from './filters.js';
import type { FileVariant, Place, Query } from './links.js';
import type { SiteSource } from './render-page.js';

export interface PublishedPage {
  readonly place: Place;
  readonly query: Query;
  readonly variant: FileVariant;
}

/** As many runs as a page shows at most; what is published was chosen before. */
const allRuns = '5000';

export function* publishedPages({ board, profiles }: SiteSource): Generator<PublishedPage> {
  const usual = readFilters(() => undefined, board);
  const lone = new Map([['last', allRuns]] as const);
  yield { place: { page: 'runs' }, query: lone, variant: {} };
  for (const { slug } of board.runs) yield { place: { page: 'run', slug }, query: lone, variant: {} };
  for (const slug of profiles.slugs) yield { place: { page: 'profile', slug }, query: lone, variant: {} };
  const environments = board.environments.length === 0 ? [undefined] : board.environments;
  const metrics = board.metrics.length === 0 ? [undefined] : board.metrics;
  for (const environment of environments) {
    for (const metric of metrics) {
      const query: Query = new Map([
        ['last', allRuns],
        ['metric', metric?.name ?? ''],
        ['machine', environment?.slug ?? ''],
      ]);
      const variant = {
        metric: metric === usual.metric ? undefined : metric?.name,
        machine: environment === usual.environment ? undefined : environment?.slug,
      };
      for (const place of placesOf(board)) yield { place, query, variant };
    }
  }
}

function* placesOf({ ids, methods }: SiteSource['board']): Generator<Place> {
  for (const page of ['overview', 'compare', 'groups', 'pairs'] as const) yield { page };
  for (const slug of ids.keys()) yield { page: 'benchmark', slug };
  for (const slug of methods.keys()) yield { page: 'method', slug };
}
