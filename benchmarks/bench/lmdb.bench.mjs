import * as suite from '../suites/lmdb.mjs';
import { benchSuite } from './lib/bench-suite.mjs';

benchSuite(suite);
