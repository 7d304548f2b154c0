import { openCall, startEngine } from './calls.ts';

await openCall(startEngine());
process.exit(0);
