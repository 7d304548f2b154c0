import { startEngine, startTraffic } from './calls.ts';

await startTraffic(startEngine());
