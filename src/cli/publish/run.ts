// `benchmem publish`: read the runs, make every page, write each as a file.
import { resolve } from 'node:path';
import { assetPaths, assetsOf } from '../../dashboard/assets.js';
import { fileLinks, fileOf } from '../../dashboard/links.js';
import { publishedPages } from '../../dashboard/published.js';
import { renderPlace, type SiteFrame, type SiteSource } from '../../dashboard/render-page.js';
import { BenchmemError, type ExitCode, exitCode } from '../../errors.js';
import type { RunStore } from '../../runfile/store.js';
import { printable } from '../../text/escapes.js';
import { readPlotlySource } from '../plotly-source.js';
import { openShelf } from '../profile-shelf.js';
import { Documents, loadSavedRuns, refuseUnknownReference, slugOf } from '../saved-runs.js';
import type { World } from '../world.js';
import { openSiteFolder, type SiteFolder } from './folder.js';
import type { PublishArgs } from './read.js';

export async function run(args: PublishArgs, world: World): Promise<ExitCode> {
  const { cwd, env, stdout } = world;
  const store = await world.openStore(args.storage, { cwd, env }, { isReadOnly: true });
  try {
    const source = await sourceOf(args, store, cwd);
    const folder = await openSiteFolder(resolve(cwd, args.folder), printable(args.folder));
    const pages = await writePages(source, folder, world);
    await folder.finish();
    const runs = source.board.runs.length;
    stdout.write(`${printable(args.folder)}: ${pages} pages of ${runs} runs; open index.html\n`);
    return exitCode.ok;
  } finally {
    await store.close();
  }
}

async function sourceOf(args: PublishArgs, store: RunStore, cwd: string): Promise<SiteSource> {
  const { storage, reference, profilerFolder, words, metrics, last } = args;
  const { renames } = words;
  const { board, version } = await loadSavedRuns(store, { storage, renames, metrics, last });
  refuseUnknownReference(reference, board);
  const documents = new Documents(store);
  return {
    board,
    version,
    words: { cases: words, reference },
    read: (run) => documents.read(run),
    profiles: await openShelf(board, { cwd, folder: profilerFolder }),
  };
}

async function writePages(source: SiteSource, folder: SiteFolder, { interrupted }: World): Promise<number> {
  const assets = assetsOf(await readPlotlySource(), slugOf);
  for (const { path, text } of assets.values()) await folder.write(path, text);
  const paths = assetPaths(assets);
  const frame: SiteFrame = { isServed: false, linksFrom: (place) => fileLinks(place, paths) };
  let pages = 0;
  for (const { place, query, variant } of publishedPages(source)) {
    if (interrupted.aborted) {
      throw new BenchmemError('ABORTED', 'interrupted: not all pages are written', 'run it again');
    }
    const page = await renderPlace(place, (name) => query.get(name), source, frame);
    if (page === undefined) continue;
    await folder.write(fileOf(place, variant), page.text);
    pages += 1;
  }
  return pages;
}
