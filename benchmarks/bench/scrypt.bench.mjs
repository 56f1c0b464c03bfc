import * as suite from '../suites/scrypt.mjs';
import { benchSuite } from './lib/bench-suite.mjs';

benchSuite(suite);
