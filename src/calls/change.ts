import type { KeptSnapshot } from '../addon/kept-snapshot.ts';
import type { Session } from '../session/session.ts';
import type { CallHistory } from './history.ts';

/** What of a call its observers have been told. That time passes is no change. */
export interface Told {
  /** Of the snapshot. */
  readonly version: number;
  readonly facts: readonly unknown[];
}

export function toldOf(history: CallHistory, { version }: Pick<KeptSnapshot, 'version'>): Told {
  return { version, facts: [...sessionFacts(history.session), ...history.legs.flatMap(legFacts)] };
}

/** Whether observers would be told the same again. */
export function sameAsTold(now: Told, before: Told): boolean {
  return now.version === before.version && now.facts.every((fact, index) => fact === before.facts[index]);
}

function sessionFacts({ complete, legs }: Session): unknown[] {
  return [
    complete,
    ...legs.flatMap(({ port, local, peer, asymmetric, codecs, ptime }) => [
      ...[port, local, peer, asymmetric, codecs, ptime],
    ]),
  ];
}

function legFacts({ rate, qualities }: CallHistory['legs'][0]): unknown[] {
  return [rate, qualities.min];
}
