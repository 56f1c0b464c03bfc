import * as suite from '../suites/map.mjs';
import { benchSuite } from './lib/bench-suite.mjs';

benchSuite(suite);
