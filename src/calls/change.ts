import type { SessionFigures } from '../addon/contract.ts';
import type { Session } from '../session/session.ts';
import type { CallHistory } from './history.ts';

/** What of a call its observers have been told. That time passes is no change. */
export interface Told {
  readonly figures: SessionFigures;
  readonly facts: readonly unknown[];
}

export function toldOf(history: CallHistory, figures: SessionFigures): Told {
  return { figures, facts: [...sessionFacts(history.session), ...history.legs.flatMap(legFacts)] };
}

/** Whether observers would be told the same again. */
export function sameAsTold(now: Told, before: Told): boolean {
  const { facts, figures } = now;
  return (
    facts.every((fact, index) => fact === before.facts[index]) &&
    figures.forkTarget === before.figures.forkTarget &&
    figures.legs.every((leg, index) => sameNumbers(leg, before.figures.legs[index] ?? {}))
  );
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

interface Numbers {
  readonly [name: string]: number | Numbers;
}

function sameNumbers(a: Numbers, b: Numbers): boolean {
  for (const name in a) {
    const [own, other] = [a[name], b[name]];
    if (own === other) continue;
    if (typeof own !== 'object' || typeof other !== 'object' || !sameNumbers(own, other)) return false;
  }
  return true;
}
