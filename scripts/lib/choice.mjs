// The first word of a script's command line chooses from a table by name; the words after it go to what was chosen.
import { SetupError } from './run.mjs';

/** The table as --help shows it: `usage`, then a line for each name with its summary. */
export function choicesText(usage, choices) {
  const names = Object.keys(choices);
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map((name) => `  ${name.padEnd(width)}  ${choices[name].summary}`);
  return `${[usage, '', ...lines].join('\n')}\n`;
}

/** What `name` stands for in the table; throws SetupError with all names if there is no such thing. `what` says what they are. */
export function chosenFrom(choices, name, what) {
  if (Object.hasOwn(choices, name)) return choices[name];
  throw new SetupError(`there is no ${what} called ${name}`, `one of ${Object.keys(choices).join(', ')}`);
}
