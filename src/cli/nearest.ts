// Suggestions for words that do not exist; the comparison itself is pure and lives with the statistics.
export { nearest } from '../stats/nearest.js';
