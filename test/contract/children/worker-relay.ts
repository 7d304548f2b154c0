import { createSocket } from 'node:dgram';
import { parentPort } from 'node:worker_threads';
import { rtp } from '../phone.ts';
import { openCall, startEngine } from './calls.ts';

// Tells the main thread what comes to pass: a packet is relayed, the session times out, comes back, and all ends.
const report = (text: string): void => parentPort?.postMessage(text);
// The engine does not keep a thread alive.
const alive = setInterval(() => {}, 1000);
const engine = startEngine({
  event: (event) => {
    if (event.kind !== 'timeout') return;
    report('timeout');
    engine.remove(event.session);
  },
  retired: () => {
    report('retired');
    setImmediate(() => {
      engine.close();
      report('closed');
      clearInterval(alive);
    });
  },
});
const { session, port } = await openCall(engine);
const socket = createSocket('udp4');
socket.send(rtp(1), port, '127.0.0.1', () => socket.close());
const relaying = setInterval(() => {
  if (engine.totals().packetsRelayed === 0) return;
  clearInterval(relaying);
  report('relayed');
  engine.setTtl(session, 0, 0);
}, 5);
