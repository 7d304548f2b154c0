import { startCommands } from './control-traffic.ts';

await startCommands();
process.exit(0);
