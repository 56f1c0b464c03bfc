// A profile as one JSON document: frames once, stacks as indexes of them. Pure.
import { frameTable } from '../canonical.js';
import type { FigureName, Profile, ProfileFrame, ProfileMeta, ProfileObject } from '../model.js';

export interface ProfileDocument {
  readonly benchmem: 'profile';
  readonly meta: ProfileMeta;
  readonly figures: readonly FigureName[];
  readonly objects: readonly ProfileObject[];
  readonly frames: readonly ProfileFrame[];
  readonly stacks: readonly {
    /** Indexes of `frames`, leaf first. */
    readonly frames: readonly number[];
    readonly figures: Readonly<Partial<Record<FigureName, number>>>;
  }[];
}

export function profileDocument(profile: Profile): ProfileDocument {
  const { frames, paths } = frameTable(profile.stacks);
  return {
    benchmem: 'profile',
    meta: profile.meta,
    figures: profile.figures,
    objects: profile.objects,
    frames,
    stacks: profile.stacks.map(({ figures }, index) => ({
      frames: Array.from(paths[index] ?? []).reverse(),
      figures,
    })),
  };
}
