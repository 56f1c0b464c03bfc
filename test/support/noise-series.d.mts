export type NoiseKind = 'gauss' | 'spikes' | 'lognormal' | 'correlated';
export function randomOf(seed: number): () => number;
export function normalOf(random: () => number): number;
export const noises: Readonly<Record<NoiseKind, (random: () => number) => () => number>>;
export function seriesOf(
  kind: NoiseKind,
  seed: number,
  length: number,
  change?: { readonly at?: number; readonly factor?: number; readonly drift?: number },
): number[];
