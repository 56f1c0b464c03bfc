// A small HTTP server that is healthy, or leaks in one of three ways at each request: node [--expose-gc] server.cjs KIND [ADDON].
const { createServer } = require('node:http');

const [kind, addon] = process.argv.slice(2);
const probe = addon === undefined ? undefined : require(addon);
const kept = [];
let requests = 0;

const behaviours = {
  healthy: () => {},
  // 256 KiB of malloc that nothing frees.
  native: () => probe.keep(256 * 1024),
  objects: () => kept.push(Array.from({ length: 10_000 }, (_, id) => ({ id, name: `row ${id}` }))),
  // More at once each time, and one block in 256 stays: what lies between them cannot go back to the system.
  fragments: () => {
    const blocks = Array.from({ length: requests * 100 }, () => Buffer.allocUnsafeSlow(16 * 1024).fill(1));
    kept.push(...blocks.filter((_, index) => index % 256 === 255));
    blocks.length = 0;
  },
};

// Buffers are freed on a later turn of the event loop, and by the collection after the one that finds them.
async function settle() {
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const server = createServer((request, response) => {
  if (request.url === '/stop') {
    response.end('bye\n');
    server.close();
    server.closeAllConnections();
    return;
  }
  if (request.url === '/settle') {
    settle().then(() => response.end('settled\n'));
    return;
  }
  requests += 1;
  behaviours[kind]();
  response.end(`request ${requests}\n`);
});
server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
process.on('exit', () => console.log(`served ${requests}`));
