import * as suite from '../suites/lightningcss.mjs';
import { benchSuite } from './lib/bench-suite.mjs';

benchSuite(suite);
