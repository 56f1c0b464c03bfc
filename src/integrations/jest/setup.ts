// `setupFilesAfterEnv: ['benchmem/jest/setup']`: the matchers, and the check that no assertion was forgotten.
import { afterEach, expect } from '@jest/globals';
import { memoryMatchers } from '../../limits/index.js';
import { failPending } from '../../limits/pending.js';
import { noteUse, whenUsed } from '../../testing/matcher-use.js';

expect.extend(noteUse(memoryMatchers));
afterEach(() => whenUsed(failPending));
