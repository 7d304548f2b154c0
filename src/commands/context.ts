import type { EngineTotals } from '../addon/contract.ts';
import type { Logger } from '../log/log.ts';
import type { Counters } from '../metrics/counters.ts';
import type { ModuleHost } from '../modules/host.ts';
import type { NotifyTargets } from '../notify/targets.ts';
import type { Playback } from '../playback/playback.ts';
import type { ProtocolError } from '../protocol/errors.ts';
import type { Copier } from '../recording/copier.ts';
import type { LegTaps } from '../recording/leg-taps.ts';
import type { Recorder } from '../recording/recorder.ts';
import type { Sessions } from '../session/sessions.ts';

/** The services that command handlers may use. */
export interface CommandContext {
  readonly sessions: Sessions;
  readonly counters: Counters;
  /** Packet totals of the engine. */
  totals(): EngineTotals;
  /** Requests answered from the cache of replies. */
  duplicates(): number;
  /** V and VF answered before they came here. */
  answered(): number;
  readonly notifyTargets: NotifyTargets;
  readonly playback: Playback;
  readonly recorder: Recorder;
  readonly copier: Copier;
  /** Recordings and copies, by leg. */
  readonly taps: LegTaps;
  /** Whose sub-commands begin with `M`; undefined: none is loaded. */
  readonly modules: Pick<ModuleHost, 'subCommand'> | undefined;
  /** The daemon waits for its last session to end and takes no new one. */
  draining(): boolean;
  readonly logger: Logger;
}

/** A reply that counts as an error although it is no `E` code: the `0` of L. */
export interface Refusal {
  readonly refusal: string;
}

/** What a handler answers: the reply with its LF, or why there is none. */
export type Outcome = string | ProtocolError | Refusal;
