// What is answered to a request: a page, an asset, a stream, or a refusal in one line.
// SAFETY: no part of a request becomes a path of the file system; pages and assets are found in tables.
import { type Assets, assetPaths } from '../../dashboard/assets.js';
import { placeAt, servedLinks } from '../../dashboard/links.js';
import { renderPlace, type SiteSource } from '../../dashboard/render-page.js';
import { type Context, Hono } from './framework.js';
import { headers, isAllowedHost } from './guard.js';
import { KeptPages } from './kept-pages.js';
import type { Streams } from './streams.js';

export interface AppWorld {
  readonly assets: Assets;
  readonly streams: Streams;
  /** What pages are made from now. */
  source(): Promise<SiteSource>;
  /** Whom requests may name, and on which port; known once the server listens. */
  listening(): { readonly hosts: ReadonlySet<string>; readonly port: number };
  /** Says what went wrong inside. */
  complain(error: unknown): void;
}

export function appOf(world: AppWorld): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    const refusal = refusalOf(context, world);
    if (refusal === undefined) await next();
    else context.res = refusal;
    for (const [name, value] of Object.entries(headers))
      if (!context.res.headers.has(name)) context.res.headers.set(name, value);
  });
  app.get('/events', (context) => eventsAnswer(context, world));
  app.get('/favicon.ico', (context) => context.body(null, 204));
  const assets = new Map([...world.assets.values()].map((asset) => [`/${asset.path}`, asset]));
  app.get('/static/*', (context) => {
    const asset = assets.get(context.req.path);
    if (asset === undefined) return context.text('There is no such file.\n', 404);
    return context.body(asset.text, 200, {
      'Content-Type': asset.type,
      'Cache-Control': 'private, max-age=31536000, immutable',
    });
  });
  const pages = new KeptPages();
  app.get('*', (context) => pageAnswer(context, world, pages));
  app.onError((error, context) => {
    world.complain(error);
    return context.text('The page could not be made; the terminal of benchmem serve says why.\n', 500);
  });
  return app;
}

function refusalOf(context: Context, { listening }: AppWorld): Response | undefined {
  const { hosts, port } = listening();
  if (!isAllowedHost(context.req.header('host'), hosts, port)) {
    return context.text('This server does not answer to that name. Allow it with --allow-host.\n', 421);
  }
  if (context.req.method === 'GET' || context.req.method === 'HEAD') return undefined;
  return context.text('Only GET and HEAD are answered.\n', 405, { Allow: 'GET, HEAD' });
}

async function eventsAnswer(context: Context, { streams, source }: AppWorld): Promise<Response> {
  const { version } = await source();
  if (context.req.method === 'HEAD') return context.body(null, 200, { 'Content-Type': 'text/event-stream' });
  const stream = streams.open(version);
  if (stream === undefined) {
    return context.text('Too many pages wait for runs already.\n', 503, { 'Retry-After': '60' });
  }
  return context.body(stream, 200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'X-Accel-Buffering': 'no',
  });
}

async function pageAnswer(context: Context, world: AppWorld, pages: KeptPages): Promise<Response> {
  const place = placeAt(context.req.path.slice(1));
  if (place === undefined) return context.text('There is no such page.\n', 404);
  const assets = assetPaths(world.assets);
  const frame = { isServed: true, linksFrom: (from: typeof place) => servedLinks(from, assets) };
  const source = await world.source();
  const { pathname, search } = new URL(context.req.url);
  const page = await pages.get(pathname + search, source.version, () =>
    renderPlace(place, (name) => context.req.query(name), source, frame),
  );
  if (page === undefined) return context.text('There is no such page.\n', 404);
  return context.html(page.text, page.isFine ? 200 : 400);
}
