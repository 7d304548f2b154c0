import { setFlagsFromString } from 'node:v8';
import { trimMemory } from '../addon/host.ts';

/** The start is over: what runs often gets optimized from now on, and memory that the start alone needed is given back. */
export function releaseStartMemory(): void {
  setFlagsFromString('--opt');
  trimMemory();
}
