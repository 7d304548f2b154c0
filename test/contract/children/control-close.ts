import { startCommands } from './control-traffic.ts';

// The process ends by itself once the control sockets are closed.
const sockets = await startCommands();
sockets.close();
sockets.close();
