import { openLoop, startEngine } from './calls.ts';

await openLoop(startEngine());
process.exit(0);
