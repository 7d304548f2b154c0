import { parentPort } from 'node:worker_threads';
import { startCommands } from './control-traffic.ts';

await startCommands();
parentPort?.postMessage('running');
