// A healthy express application under a bounded load of its own: express-server.cjs EXPRESS SECONDS.
const { Agent, request } = require('node:http');
const express = require(process.argv[2]);
const application = express();
application.use(express.json());
application.post('/echo/:id', (asked, answer) => answer.json({ id: asked.params.id, ...asked.body }));
const agent = new Agent({ keepAlive: true, maxSockets: 4 });
const server = application.listen(0, '127.0.0.1', () => {
  const load = setInterval(() => {
    const headers = { 'content-type': 'application/json' };
    const path = `/echo/${Date.now()}`;
    const options = { port: server.address().port, path, method: 'POST', agent, headers };
    const asking = request(options, (answer) => answer.resume()).on('error', () => {}); // cut off at the end
    asking.end(JSON.stringify({ rows: new Array(200).fill('row') }));
  }, 10);
  setTimeout(() => {
    clearInterval(load);
    agent.destroy();
    server.close();
    server.closeAllConnections();
  }, Number(process.argv[3]) * 1000);
});
