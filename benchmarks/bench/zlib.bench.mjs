import * as suite from '../suites/zlib.mjs';
import { benchSuite } from './lib/bench-suite.mjs';

benchSuite(suite);
