// A healthy server under a bounded load of its own, for so many seconds.
const { createServer, get, Agent } = require('node:http');
const { gzipSync } = require('node:zlib');
const seconds = Number(process.argv[2] ?? 15);
const agent = new Agent({ keepAlive: true, maxSockets: 4 });
const server = createServer((request, response) => {
  const rows = Array.from({ length: 200 }, (_, id) => ({ id, path: request.url }));
  response.end(gzipSync(JSON.stringify(rows)));
}).listen(0, '127.0.0.1', () => {
  let asked = 0;
  const load = setInterval(() => {
    for (let each = 0; each < 4; each += 1) {
      asked += 1;
      const path = `/${asked}`;
      // What is under way at the end is cut off.
      get({ port: server.address().port, path, agent }, (response) => response.resume()).on(
        'error',
        () => {},
      );
    }
  }, 20);
  setTimeout(() => {
    clearInterval(load);
    agent.destroy();
    server.close();
    server.closeAllConnections();
  }, seconds * 1000);
});
