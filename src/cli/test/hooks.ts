// The environment in which runners that take hooks from the command line measure without a plug-in in their config.
import { runnerOf } from './runners.js';

const register = new URL('../../integrations/register/index.js', import.meta.url);

/** For vitest and jest nothing is added: their plug-ins stand in their config. */
export function hookedEnvironment(
  command: readonly string[],
  environment: Readonly<NodeJS.ProcessEnv>,
): NodeJS.ProcessEnv {
  const runner = runnerOf(command);
  if (runner === 'vitest' || runner === 'jest') return { ...environment };
  const hook = `--import ${JSON.stringify(register.href)}`;
  return { ...environment, NODE_OPTIONS: [environment.NODE_OPTIONS, hook].filter(Boolean).join(' ') };
}
