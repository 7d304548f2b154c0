import { parentPort } from 'node:worker_threads';
import { startEngine, startTraffic } from './calls.ts';

await startTraffic(startEngine());
parentPort?.postMessage('running');
setInterval(() => {}, 1000);
