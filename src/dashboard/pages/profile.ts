// The flame graph of a kept profile: its page, with style and script as files of their own. Pure.
import { pageData } from '../../flamegraph/figure.js';
import { flamegraphParts } from '../../flamegraph/html.js';
import type { Profile } from '../../profile/model.js';
import { constant, dataBlock, html } from '../html.js';
import type { PageParts } from '../layout.js';

export function profilePage(profile: Profile): PageParts {
  const { id } = profile.meta;
  const data = pageData(profile, { id, metric: undefined });
  const body = html`${constant(flamegraphParts.body)}${dataBlock('profile', data)}`;
  return { title: id, body, assets: ['flamegraph.css', 'flamegraph.js'], isWhole: true };
}
