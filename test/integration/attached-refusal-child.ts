// A process that cannot be measured: what it is told, and that nothing in it was changed.
import { errorCode, loadTools, report } from './attached-addon.js';

const { addon, binding } = await loadTools();
addon.mallocFamily(1);
addon.saveSlots();
const installed = errorCode(() => binding.install());
const opened = errorCode(() => binding.openWindow({ threads: 'all' }));
const changed = addon.changedSlots('benchmem.node');
report({ installed, opened, changed, description: binding.describe() });
