import { startEngine } from './calls.ts';

startEngine().close();
