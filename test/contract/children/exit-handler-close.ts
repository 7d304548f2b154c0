import { startEngine, startTraffic } from './calls.ts';

const engine = startEngine();
process.on('exit', () => engine.close());
await startTraffic(engine);
process.exit(0);
