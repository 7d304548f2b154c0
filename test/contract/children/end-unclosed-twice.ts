import { startEngine, startTraffic } from './calls.ts';

// Several engines in one environment, whose parts Node takes down one after the other.
await startTraffic(startEngine());
await startTraffic(startEngine());
startEngine();
