import type { AccessRules, AddressAlias, AddressBlock, SocketAddress } from './access.ts';
import type { NativeBackend, SocketReuse } from './backend.ts';
import { namesOf } from './methods.ts';
import type { NativeEngineOptions, PlayerEnd, RecordingReport } from './types.ts';

/** Names in the objects that cross to the addon and back. A list that is not complete does not compile. */
export const OBJECTS: Readonly<Record<string, readonly string[]>> = {
  engineOptions: namesOf<NativeEngineOptions>({
    workers: true,
    workerCpus: true,
    independentTtl: true,
    duplicateSmall: true,
    playTtl: true,
    guarded: true,
    verbose: true,
    batchWindow: true,
    io: true,
  }),
  accessRules: namesOf<AccessRules>({ control: true, aliases: true, allow: true, deny: true }),
  socketAddress: namesOf<SocketAddress>({ host: true, port: true }),
  addressAlias: namesOf<AddressAlias>({ advertised: true, local: true }),
  addressBlock: namesOf<AddressBlock>({ host: true, prefix: true, firstPort: true, lastPort: true }),
  backend: namesOf<NativeBackend>({ io: true, refused: true, step: true, errno: true }),
  socketReuse: namesOf<SocketReuse>({ reuse: true, first: true, last: true }),
  recordingReport: namesOf<RecordingReport>({
    recording: true,
    kind: true,
    errno: true,
    written: true,
    lost: true,
    payloadType: true,
  }),
  playerEnd: namesOf<PlayerEnd>({ token: true, finished: true }),
};
