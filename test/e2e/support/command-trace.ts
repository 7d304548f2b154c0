import assert from 'node:assert/strict';
import type { Daemon } from '../../helpers/daemon.ts';
import { until } from '../../helpers/deadline.ts';

const ARRIVAL_MS = 5000;
/** Of Kamailio and OpenSIPS, and of Sippy B2BUA. */
const COOKIE = /^(\S*\d+_\d+|[0-9a-f]{32})(?= )/;
/** The C daemon logs the lines of a long reply as they are. */
const LINE = /received command "(.*)"|sending reply "([^"]*)"/g;

/** A command that the daemon got, and its reply, both without cookie and line end. */
export interface Asked {
  readonly command: string;
  readonly reply: string;
}

/** The commands that a daemon with `-d dbug` has got so far. */
export function askedOf(daemon: Daemon): Asked[] {
  const asked: Asked[] = [];
  let command: string | undefined;
  for (const [, received, reply] of daemon.stderr().matchAll(LINE)) {
    // A daemon that was asked over UDP logs the blank behind the cookie, the C daemon the cookie, too.
    if (received !== undefined) command = received.replace(COOKIE, '').replace(/^ |\\n$/g, '');
    if (reply === undefined || command === undefined) continue;
    asked.push({
      command,
      reply: reply
        .replace(COOKIE, '')
        .replace(/^ /, '')
        .replace(/(\\n|\n)+$/, ''),
    });
    command = undefined;
  }
  return asked;
}

/** Waits until the daemon got commands of that call: exactly these, in this order. Returns its replies. */
export async function assertAsked(daemon: Daemon, callId: string, commands: readonly string[]): Promise<string[]> {
  const ofCall = () => askedOf(daemon).filter(({ command }) => command.split(' ').includes(callId));
  await until(() => ofCall().length >= commands.length, ARRIVAL_MS, `commands of ${callId}`).catch(() => {});
  const asked = ofCall();
  assert.deepEqual(
    asked.map(({ command }) => command),
    commands,
  );
  return asked.map(({ reply }) => reply);
}
