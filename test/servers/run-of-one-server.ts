/** A process that starts a server, tells its port, and waits to be killed: servers.test.ts. */
import { startServer } from './running-server.ts';

const listening = "require('net').createServer().listen(process.argv[1], '127.0.0.1')";
const { port } = await startServer(onPort => ({
  command: process.execPath,
  args: ['-e', listening, String(onPort)],
}));
process.stdout.write(String(port));
setInterval(() => {}, 60_000);
