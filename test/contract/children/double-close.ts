import { startEngine } from './calls.ts';

const engine = startEngine();
engine.close();
engine.close();
setImmediate(() => engine.close());
