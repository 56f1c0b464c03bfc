// What bin/ starts: the command line and the world that it runs in. The build makes a bundle of it and of all that it loads.
export { realWorld } from './real-world.js';
export { runCli } from './run-cli.js';
