import * as suite from '../suites/buffers.mjs';
import { benchSuite } from './lib/bench-suite.mjs';

benchSuite(suite);
