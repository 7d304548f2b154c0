import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Backend, SocketReuse } from '../../../src/addon/backend.ts';
import { REUSES } from '../../../src/addon/contract.ts';
import { EngineError } from '../../../src/addon/errors.ts';
import { backendLine } from '../../../src/daemon/start-engine.ts';

function line(backend: Backend, reuse: SocketReuse['reuse'] = 'backend'): string {
  const asked: number[] = [];
  const socketReuse = (first: number, last: number): SocketReuse => {
    asked.push(first, last);
    return { reuse, first: 40000, last: 50000 };
  };
  const text = backendLine({ backend: () => backend, socketReuse }, { portMin: 35000, portMax: 64998 });
  assert.deepEqual(asked, [35000, 64999]);
  return text;
}

test('the backend, and why it is not the shared one', () => {
  assert.equal(line({ io: 'sockets' }), 'media packets by the backend "sockets"');
  assert.equal(
    line({ io: 'sockets', refusal: { io: 'shared', error: new EngineError(1, 'map of ports') } }),
    'media packets by the backend "sockets" (not shared: map of ports: Operation not permitted (1); it needs CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW)',
  );
});

test('whether sockets are used again, and why not', () => {
  const shared = (reuse: SocketReuse['reuse']): string => line({ io: 'shared' }, reuse);
  assert.equal(shared('on'), 'media packets by the backend "shared", sockets are used again for ports 40000-50000');
  assert.equal(shared('backend'), 'media packets by the backend "shared"');
  const reasons: Partial<Record<SocketReuse['reuse'], RegExp>> = {
    descriptors: /see -L$/,
    kernel: /Linux 6\.3 or newer can$/,
    outside: /no media port is in net\.ipv4\.ip_local_port_range, 40000-50000$/,
    reserved: /ip_local_reserved_ports has the media ports$/,
  };
  for (const [reuse, reason] of Object.entries(reasons)) assert.match(shared(reuse as SocketReuse['reuse']), reason);
  for (const reuse of REUSES.slice(2)) assert.match(shared(reuse), /, sockets are not used again: \w/);
});
