// Where the pages stand: what a link to one is called, for a server and for files. Pure.
import type { FilterName } from './filters.js';

/** A page of the dashboard. */
export type Place =
  | { readonly page: 'overview' | 'runs' | 'compare' | 'groups' | 'pairs' }
  | { readonly page: 'run' | 'benchmark' | 'method' | 'profile'; readonly slug: string };

export type Query = ReadonlyMap<FilterName, string>;

/** Addresses as attributes have them, relative to the page that they stand on. */
export interface Links {
  to(place: Place, query?: Query): string;
  /** A style sheet or a script by its name. */
  asset(name: AssetName): string;
}

export type AssetName =
  | 'style.css'
  | 'live.js'
  | 'plotly.js'
  | 'figure.js'
  | 'flamegraph.css'
  | 'flamegraph.js';

const lonePages = ['runs', 'compare', 'groups', 'pairs'] as const;
const pagesWithSlug = ['run', 'benchmark', 'method', 'profile'] as const;
const folders = { run: 'r', benchmark: 'b', method: 'm', profile: 'p' } as const;

/** The path of a page below the root of a server, without a slash before it. */
export function pathOf(place: Place): string {
  if ('slug' in place) return `${folders[place.page]}/${place.slug}`;
  return place.page === 'overview' ? '' : place.page;
}

/** The page of such a path; undefined for one that there cannot be. */
export function placeAt(path: string): Place | undefined {
  if (path === '') return { page: 'overview' };
  const [, folder, slug] = /^([bmpr])\/([0-9a-f]{16})$/.exec(path) ?? [];
  if (slug !== undefined) {
    const page = pagesWithSlug.find((each) => folders[each] === folder);
    return page && { page, slug };
  }
  const page = lonePages.find((each) => each === path);
  return page && { page };
}

/** How to get from a page to the root. */
export function rootFrom(place: Place): string {
  return 'slug' in place ? '../' : '';
}

/** The links of a server's page; `assets` are paths below the root. */
export function servedLinks(from: Place, assets: ReadonlyMap<AssetName, string>): Links {
  const root = rootFrom(from);
  return {
    to: (place, query = new Map()) => {
      const search = new URLSearchParams([...query]).toString();
      const path = `${root}${pathOf(place)}`;
      return `${path === '' ? './' : path}${search === '' ? '' : `?${search}`}`;
    },
    asset: (name) => root + (assets.get(name) ?? name),
  };
}

/** What of a query has files of its own. */
export interface FileVariant {
  readonly metric?: string | undefined;
  /** The slug of an environment. */
  readonly machine?: string | undefined;
}

/** The file of a page in a folder; one that shows a metric of a machine has one for each that is not the usual one. */
export function fileOf(place: Place, { metric, machine }: FileVariant = {}): string {
  const path = pathOf(place) || 'index';
  if (!variesByMetric(place)) return `${path}.html`;
  return `${[path, metric, machine].filter((part) => part !== undefined).join('-')}.html`;
}

export function variesByMetric({ page }: Place): boolean {
  return page !== 'runs' && page !== 'run' && page !== 'profile';
}

/** The links of a page that is a file. */
export function fileLinks(from: Place, assets: ReadonlyMap<AssetName, string>): Links {
  const root = rootFrom(from);
  return {
    to: (place, query = new Map()) =>
      root + fileOf(place, { metric: query.get('metric'), machine: query.get('machine') }),
    asset: (name) => root + (assets.get(name) ?? name),
  };
}
