import { fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Engine, type EngineListener } from '../../../src/addon/engine.ts';
import { isPortBusy } from '../../../src/addon/errors.ts';
import type { SessionHandle } from '../../../src/addon/types.ts';
import { freeUdpPort } from '../../helpers/udp-port.ts';
import { rtp } from '../phone.ts';

const SILENT: EngineListener = { event() {}, retired() {} };
const OPTIONS = {
  workers: 2,
  independentTtl: false,
  duplicateSmall: false,
  playTtl: 3600,
  guarded: true,
  verbose: true,
  batchWindow: -1,
  workerCpus: [],
  io: 'sockets' as const,
};

export function startEngine(listener: Partial<EngineListener> = {}): Engine {
  return new Engine(OPTIONS, { ...SILENT, ...listener });
}

/** A peer that sends nothing. No port below 1024, where this host has no parties of calls. */
const NOBODY = 65_000;

/** A complete session whose peers are both `peer`, a port of the loopback. */
export async function openCall(engine: Engine, peer = NOBODY): Promise<{ session: SessionHandle; port: number }> {
  const session = engine.createSession(60, 60);
  const ports = [await open(engine, session, 0), await open(engine, session, 1)] as const;
  engine.complete(session);
  for (const leg of [0, 1] as const) {
    engine.setPeer(session, leg, { kind: 'address', host: '127.0.0.1', family: 4, port: peer }, true);
  }
  return { session, port: ports[1] };
}

async function open(engine: Engine, session: SessionHandle, leg: 0 | 1): Promise<number> {
  for (;;) {
    const port = await freeUdpPort('127.0.0.1');
    const errno = port === 65535 ? 0 : engine.openLeg(session, leg, '127.0.0.1', port, undefined);
    if (errno === 0 && port < 65535) return port;
    if (errno !== 0 && !isPortBusy(errno)) throw new Error(`openLeg: errno ${errno}`);
  }
}

/**
 * Traffic that needs no JavaScript of this process and never stops: the peer of both legs of some sessions sends back what
 * it gets. Two SSRCs take turns, and each change is an event, so that events flow as well.
 */
export async function startTraffic(engine: Engine, calls = 4): Promise<void> {
  const peer = await startEcho();
  const socket = createSocket('udp4');
  for (let i = 0; i < calls; i++) {
    const { port } = await openCall(engine, peer);
    for (const ssrc of [1, 2]) {
      await new Promise((resolve) => {
        socket.send(rtp(i, ssrc), port, '127.0.0.1', resolve);
      });
    }
  }
  socket.close();
  while (engine.totals().packetsRelayed < 1000) await setImmediate();
}

/** The port of a process that sends everything back; it ends with this thread, which it does not keep alive. */
async function startEcho(): Promise<number> {
  const echo = fork(new URL('echo.mjs', import.meta.url), {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const [port] = await once(echo, 'message');
  echo.unref();
  echo.channel?.unref();
  return port;
}
