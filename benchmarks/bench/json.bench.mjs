import * as suite from '../suites/json.mjs';
import { benchSuite } from './lib/bench-suite.mjs';

benchSuite(suite);
