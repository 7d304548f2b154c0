import { openCall, startEngine } from './calls.ts';

// The process ends by itself: the engine does not keep it alive.
await openCall(startEngine());
