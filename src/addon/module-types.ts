import type { NativeG711, NativeG722Decoder, NativeG722Encoder } from './codec-types.ts';
import type { NativeControlSockets } from './control-types.ts';
import type { NativeRecordingStats } from './recording-types.ts';
import type { NativeSystem } from './system-types.ts';
import type { NativeEngine, NativeEngineOptions } from './types.ts';

/** What the addon exports (`native/addon/module.cc`). */
export interface NativeModule extends NativeSystem, NativeG711 {
  /** To be compared with CONTRACT. */
  readonly contract: unknown;
  readonly NativeControlSockets: new (onCommands: () => void) => NativeControlSockets;
  readonly NativeG722Decoder: new () => NativeG722Decoder;
  readonly NativeG722Encoder: new () => NativeG722Encoder;
  readonly NativeEngine: new (options: NativeEngineOptions, onEvents: () => void) => NativeEngine;
  readonly NativeRecordingStats: new () => NativeRecordingStats;
}
