import { startCommands } from './control-traffic.ts';

// The process ends by itself once the control sockets are closed.
const datagrams = await startCommands();
datagrams.close();
datagrams.close();
