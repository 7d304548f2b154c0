import { startEngine, startTraffic } from './calls.ts';

const engine = startEngine();
await startTraffic(engine);
engine.close();
process.exit(0);
