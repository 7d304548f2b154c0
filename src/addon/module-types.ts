import type { NativeControlSockets } from './control-types.ts';
import type { NativeSystem } from './system-types.ts';
import type { NativeEngine, NativeEngineOptions } from './types.ts';

/** What the addon exports (`native/addon/module.cc`). */
export interface NativeModule extends NativeSystem {
  /** To be compared with CONTRACT. */
  readonly contract: unknown;
  readonly NativeControlSockets: new (onCommands: () => void) => NativeControlSockets;
  readonly NativeEngine: new (options: NativeEngineOptions, onEvents: () => void) => NativeEngine;
}
