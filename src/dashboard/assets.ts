// The style sheets and scripts of the pages, by name. Pure: plotly's source is handed in.
import { flamegraphParts } from '../flamegraph/html.js';
import { style as flamegraphStyle } from '../flamegraph/style.js';
import { pageScript } from '../plot/page-script.js';
import { axisScript } from './figures/axis.js';
import type { AssetName } from './links.js';
import { liveScript } from './live.js';
import { style } from './style.js';

export interface Asset {
  readonly text: string;
  readonly type: 'text/css; charset=utf-8' | 'text/javascript; charset=utf-8';
  /** Below the root of the pages; another one for another text. */
  readonly path: string;
}

export type Assets = ReadonlyMap<AssetName, Asset>;

/** Throws what `plotly` throws. */
export function assetsOf(plotly: string, slugOf: (text: string) => string): Assets {
  const texts: readonly (readonly [AssetName, string])[] = [
    ['style.css', style],
    ['live.js', liveScript],
    ['plotly.js', plotly],
    ['flamegraph.css', flamegraphStyle],
    ['flamegraph.js', flamegraphParts.script],
    ['figure.js', pageScript + axisScript],
  ];
  return new Map(
    texts.map(([name, text]) => {
      const [stem, ending] = name.split('.') as [string, 'css' | 'js'];
      const type =
        ending === 'css' ? ('text/css; charset=utf-8' as const) : ('text/javascript; charset=utf-8' as const);
      return [name, { text, type, path: `static/${stem}-${slugOf(text)}.${ending}` }];
    }),
  );
}

/** Their paths, for links. */
export function assetPaths(assets: Assets): ReadonlyMap<AssetName, string> {
  return new Map([...assets].map(([name, { path }]) => [name, path]));
}
