import { startCommands } from './control-traffic.ts';

await startCommands((sockets) => sockets.close());
