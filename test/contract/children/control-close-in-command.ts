import { startCommands } from './control-traffic.ts';

await startCommands((datagrams) => datagrams.close());
