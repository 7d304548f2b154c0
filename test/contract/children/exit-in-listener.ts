import { startEngine, startTraffic } from './calls.ts';

await startTraffic(startEngine({ event: () => process.exit(0) }));
setTimeout(() => process.exit(1), 5000);
