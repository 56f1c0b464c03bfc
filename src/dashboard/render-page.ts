// A page by its place and its query. What it needs beside the board, documents of single runs, is read when it is asked for.
import { BenchmemError, exitCode } from '../errors.js';
import type { ReadRun } from './analysis.js';
import type { Board } from './board.js';
import { type FilterName, readFilters } from './filters.js';
import { html, nameText } from './html.js';
import { type PageParts, type PageView, renderPage } from './layout.js';
import type { Links, Place } from './links.js';
import { benchmarkPage } from './pages/benchmark.js';
import { comparePage, groupsPage, pairsPage } from './pages/compare.js';
import { methodPage } from './pages/method.js';
import { overview } from './pages/overview.js';
import { profilePage } from './pages/profile.js';
import { runPage } from './pages/run.js';
import { runsPage } from './pages/runs.js';
import type { ProfileShelf } from './profiles.js';
import type { RoleWords } from './scope.js';

/** What all pages are made from. */
export interface SiteSource {
  readonly board: Board;
  readonly words: RoleWords;
  /** Another one where anything in the board is another. */
  readonly version: string;
  /** Throws BAD_RUN_FILE. */
  readonly read: ReadRun;
  readonly profiles: ProfileShelf;
}

/** How pages are shown. */
export interface SiteFrame {
  readonly isServed: boolean;
  linksFrom(place: Place): Links;
}

export interface SitePage {
  readonly text: string;
  /** False for a choice that means nothing: then the page says why. */
  readonly isFine: boolean;
}

/** The page; undefined if nothing stands at the place. */
export async function renderPlace(
  place: Place,
  said: (name: FilterName) => string | undefined,
  source: SiteSource,
  { isServed, linksFrom }: SiteFrame,
): Promise<SitePage | undefined> {
  const { board, words, version } = source;
  const filters = readFilters(said, board);
  const view: PageView = { board, filters, words, place, links: linksFrom(place), isServed, version };
  try {
    const parts = await partsAt(place, view, source);
    return parts && { text: renderPage(view, parts), isFine: true };
  } catch (error) {
    if (!(error instanceof BenchmemError) || error.exitCode !== exitCode.usage) throw error;
    return { text: renderPage(view, refusal(error)), isFine: false };
  }
}

async function partsAt(
  place: Place,
  view: PageView,
  { read, profiles }: SiteSource,
): Promise<PageParts | undefined> {
  const { board } = view;
  switch (place.page) {
    case 'overview':
      return overview(view);
    case 'runs':
      return runsPage(view);
    case 'compare':
      return comparePage(view, read, profiles);
    case 'groups':
      return groupsPage(view, read);
    case 'pairs':
      return pairsPage(view, read);
    case 'run': {
      const run = board.runAt(place.slug);
      return run && runPage(view, run, read);
    }
    case 'benchmark': {
      const id = board.ids.get(place.slug);
      return id === undefined ? undefined : benchmarkPage(view, id, profiles);
    }
    case 'method': {
      const method = board.methods.get(place.slug);
      return method === undefined ? undefined : methodPage(view, method, read);
    }
    case 'profile': {
      const profile = await profiles.read(place.slug);
      return profile && profilePage(profile);
    }
  }
}

function refusal({ message, hint }: BenchmemError): PageParts {
  return {
    title: 'no answer',
    body: html`<h1>No answer</h1><p class="note">${nameText(message)}</p><p>${nameText(hint)}</p>`,
  };
}
