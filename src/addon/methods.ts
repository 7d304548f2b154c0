import type { NativeG711, NativeG722Decoder, NativeG722Encoder } from './codec-types.ts';
import type { NativeControlSockets } from './control-types.ts';
import type { NativeRecordingStats } from './recording-types.ts';
import type { NativeSystem } from './system-types.ts';
import type { NativeEngine } from './types.ts';

// The methods and functions that the addon has to have. A list that is not complete does not compile.

export const ENGINE_METHODS = namesOf<NativeEngine>({
  backend: true,
  socketReuse: true,
  createSession: true,
  openLeg: true,
  complete: true,
  setPeer: true,
  setTtl: true,
  restart: true,
  setResizer: true,
  setTos: true,
  snapshot: true,
  snapshots: true,
  askSnapshots: true,
  takeSnapshots: true,
  remove: true,
  batchWakeups: true,
  releaseSockets: true,
  sync: true,
  setVerbose: true,
  setAccess: true,
  judge: true,
  totals: true,
  workers: true,
  drainEvents: true,
  nextRetired: true,
  recordingHeader: true,
  addRecording: true,
  addCompanion: true,
  divertRecording: true,
  discardRecording: true,
  record: true,
  copy: true,
  stopTap: true,
  nextRecording: true,
  fork: true,
  watchRtcp: true,
  watchPayloads: true,
  drainWatched: true,
  addPrompt: true,
  dropPrompt: true,
  play: true,
  stopPlay: true,
  nextEndedPlayer: true,
  close: true,
});

export const CONTROL_SOCKETS_METHODS = namesOf<NativeControlSockets>({
  open: true,
  port: true,
  closeSocket: true,
  answerVersions: true,
  leaveVersions: true,
  take: true,
  reply: true,
  allowOnly: true,
  lastDenied: true,
  figures: true,
  close: true,
});

export const SYSTEM_FUNCTIONS = namesOf<NativeSystem>({
  sourceAddress: true,
  bindError: true,
  wallClock: true,
  setFileLimit: true,
  fileLimit: true,
  userIds: true,
  groupId: true,
  setRealtime: true,
  trimMemory: true,
  openDatagram: true,
  sendDatagram: true,
  reserveDescriptors: true,
  dropRights: true,
  socketPath: true,
  setWriteLock: true,
  openPipe: true,
  startProgram: true,
  programEnd: true,
  hasRequests: true,
  exitNow: true,
});

export const G711_FUNCTIONS = namesOf<NativeG711>({ decodeG711: true, encodeG711: true });
export const G722_ENCODER_METHODS = namesOf<NativeG722Encoder>({ encode: true });
export const G722_DECODER_METHODS = namesOf<NativeG722Decoder>({ decode: true });
export const RECORDING_STATS_METHODS = namesOf<NativeRecordingStats>({ add: true, figures: true });

/** Methods that an addon lacks, and those that are not known here; none: it fits. */
export function methodDifferences(native: object): string[] {
  return [
    ...differences('NativeEngine', ENGINE_METHODS, methodsOf(native, 'NativeEngine')),
    ...differences('NativeControlSockets', CONTROL_SOCKETS_METHODS, methodsOf(native, 'NativeControlSockets')),
    ...differences('NativeG722Encoder', G722_ENCODER_METHODS, methodsOf(native, 'NativeG722Encoder')),
    ...differences('NativeG722Decoder', G722_DECODER_METHODS, methodsOf(native, 'NativeG722Decoder')),
    ...differences('NativeRecordingStats', RECORDING_STATS_METHODS, methodsOf(native, 'NativeRecordingStats')),
    ...differences('module', [...SYSTEM_FUNCTIONS, ...G711_FUNCTIONS], functionsOf(native)),
  ];
}

/** Each of them has to be named. */
export function namesOf<T>(names: Record<keyof T, true>): readonly string[] {
  return Object.keys(names);
}

function differences(where: string, wanted: readonly string[], found: readonly string[]): string[] {
  return [
    ...wanted.filter((name) => !found.includes(name)).map((name) => `${where} lacks "${name}"`),
    ...found.filter((name) => !wanted.includes(name)).map((name) => `${where} has "${name}"`),
  ];
}

function methodsOf(native: object, name: string): string[] {
  const given: unknown = Reflect.get(native, name);
  const methods = typeof given === 'function' ? Object.getOwnPropertyNames(given.prototype) : [];
  return methods.filter((method) => method !== 'constructor');
}

/** Classes are functions, too. */
function functionsOf(native: object): string[] {
  const functions = Object.entries(native).filter(([, value]) => typeof value === 'function');
  return functions.map(([name]) => name).filter((name) => !name.startsWith('Native'));
}
