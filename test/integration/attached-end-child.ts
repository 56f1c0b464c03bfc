// A measured process that ends while it measures: a window is open and threads allocate.
import { loadTools, report } from './attached-addon.js';

const { addon, binding } = await loadTools();
binding.install();
binding.openWindow({ threads: 'all' });
addon.startThreads(3);
report({ left: 'open' });
process.exit(0);
