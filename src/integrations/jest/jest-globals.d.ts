// What jest's runtime hands to whoever asks for this module, as far as it is used here.
declare module '@jest/globals' {
  export const expect: { extend(matchers: object): void };
  export function afterEach(hook: () => void): void;
}
