/** What must repeat. `mapped` and `engine` follow the machine's and V8's own doings, not the action's. */
export const exactFields = [
  'peak_bytes',
  'native_at_peak_bytes',
  'js_at_peak_bytes',
  'native_peak_bytes',
  'js_peak_bytes',
  'total_bytes',
  'native_total_bytes',
  'js_total_bytes',
  'allocations',
  'retained_bytes',
] as const;
