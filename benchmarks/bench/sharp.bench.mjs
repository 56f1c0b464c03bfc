import * as suite from '../suites/sharp.mjs';
import { benchSuite } from './lib/bench-suite.mjs';

benchSuite(suite);
