import { memory } from 'benchmem/vitest';
import { mergeConfig } from 'vitest/config';
import config from './vitest.config.js';

export default mergeConfig(config, { plugins: [memory({ limits: { peak: '64 MB' }, report: true })] });
