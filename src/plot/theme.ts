// Colours of figures, light and dark. More is warm, less is cool; both are told apart without red and green.
// Values only.

export interface Theme {
  readonly paper: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly hover: string;
  /** From less to more, the middle being no change. */
  readonly diverging: readonly (readonly [number, string])[];
}

export const more = '#d1603d';
export const less = '#3b7dd8';
export const same = '#8a8f98';

/** Lines; distinct on both backgrounds. */
export const lineColors = [
  '#3b7dd8',
  '#d97a1e',
  '#2a9d66',
  '#c94f8a',
  '#8a63d2',
  '#9a8420',
  '#1f9aa6',
  '#d1604d',
] as const;

export const dashes = ['solid', 'dash', 'dot', 'dashdot', 'longdash'] as const;
export const symbols = ['circle', 'square', 'diamond', 'triangle-up', 'x', 'cross'] as const;

export const themes: { readonly light: Theme; readonly dark: Theme } = {
  light: {
    paper: '#ffffff',
    text: '#1f2430',
    muted: '#5c6370',
    grid: '#e3e6eb',
    hover: '#ffffff',
    diverging: [
      [0, '#1f5fbf'],
      [0.25, '#86b0ea'],
      [0.5, '#f1f2f4'],
      [0.75, '#f0a184'],
      [1, '#b8401c'],
    ],
  },
  dark: {
    paper: '#15181e',
    text: '#e6e8ec',
    muted: '#a2a9b5',
    grid: '#2f3540',
    hover: '#20252e',
    diverging: [
      [0, '#3f86ea'],
      [0.25, '#2c568f'],
      [0.5, '#2a2f38'],
      [0.75, '#8f4a30'],
      [1, '#e0623a'],
    ],
  },
};
