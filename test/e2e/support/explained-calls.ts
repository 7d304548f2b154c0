import { setTimeout as delay } from 'node:timers/promises';
import type { Finding } from '../../../src/calls/view.ts';
import { address, PROMPT, type Scene, said, WALLED } from './explained-call.ts';
import type { Endpoint } from './udp-peer.ts';

/** A call that something is wrong with, and the rule that has to say so. */
export interface BrokenCall {
  readonly rule: string;
  readonly leg: Finding['leg'];
  /** Sets the call `id` up and lets its phones talk; `octet` makes addresses that no other call has. */
  start(scene: Scene, id: string, octet: number): Promise<void>;
}

const SECOND = 50;
/** Another host of the same network. */
const ELSEWHERE = 30;

/** Both parties are signalled where they are, and the ports for them are answered. */
async function setUp(scene: Scene, id: string, caller: Endpoint, callee: Endpoint, modifiers = { u: '', l: '' }) {
  const forCallee = await scene.signal(`U${modifiers.u} ${id} ${said(caller)} from`);
  const forCaller = await scene.signal(`L${modifiers.l} ${id} ${said(callee)} from to`);
  return { forCaller, forCallee };
}

function parties(octet: number): { readonly caller: Endpoint; readonly callee: Endpoint } {
  return { caller: address.caller(octet), callee: address.callee(octet) };
}

export const BROKEN_CALLS: readonly BrokenCall[] = [
  {
    rule: 'no-packets',
    leg: 'callee',
    async start(scene, id, octet) {
      const { caller, callee } = parties(octet);
      const { forCaller } = await setUp(scene, id, caller, callee);
      await scene.talkFrom(caller, forCaller);
    },
  },
  {
    rule: 'stopped',
    leg: 'callee',
    async start(scene, id, octet) {
      const { caller, callee } = parties(octet);
      const { forCaller, forCallee } = await setUp(scene, id, caller, callee);
      await scene.talkFrom(caller, forCaller);
      await scene.talkFrom(callee, forCallee, SECOND);
    },
  },
  {
    rule: 'strangers-only',
    leg: 'callee',
    async start(scene, id, octet) {
      const { caller, callee } = parties(octet);
      const { forCaller, forCallee } = await setUp(scene, id, caller, callee, { u: '', l: 'a' });
      await scene.talkFrom(caller, forCaller);
      await scene.talkFrom(address.caller(octet + ELSEWHERE), forCallee);
    },
  },
  {
    rule: 'private-address',
    leg: 'caller',
    async start(scene, id, octet) {
      const { callee } = parties(octet);
      const { forCallee } = await setUp(scene, id, address.behindNat, callee);
      await scene.talkFrom(callee, forCallee);
    },
  },
  {
    rule: 'contested',
    leg: 'caller',
    async start(scene, id, octet) {
      const { caller, callee } = parties(octet);
      const { forCaller, forCallee } = await setUp(scene, id, caller, callee);
      await scene.talkFrom(callee, forCallee);
      // Neither is where signalling says.
      await scene.talkFrom(address.callee(octet + ELSEWHERE), forCaller);
      await scene.talkFrom(address.caller(octet + ELSEWHERE), forCaller);
    },
  },
  {
    rule: 'send-errors',
    leg: 'callee',
    async start(scene, id, octet) {
      const { caller } = parties(octet);
      const callee = { host: WALLED, port: 6000 };
      const { forCaller, forCallee } = await setUp(scene, id, caller, callee);
      await scene.talkFrom(caller, forCaller);
      await scene.talkFrom(callee, forCallee);
    },
  },
  {
    rule: 'unreachable',
    leg: 'callee',
    async start(scene, id, octet) {
      const { caller, callee } = parties(octet);
      // It talks, and does not listen where its signalling says.
      const { forCaller, forCallee } = await setUp(scene, id, caller, callee, { u: '', l: 'a' });
      await scene.talkFrom(caller, forCaller);
      await scene.talkFrom({ ...callee, port: callee.port + 2 }, forCallee);
    },
  },
  {
    rule: 'payload-type',
    leg: 'caller',
    async start(scene, id, octet) {
      const { caller, callee } = parties(octet);
      const { forCaller, forCallee } = await setUp(scene, id, caller, callee, { u: 'c97,8,101', l: 'c8,101' });
      await scene.talkFrom(caller, forCaller);
      await scene.talkFrom(callee, forCallee);
    },
  },
  {
    rule: 'hold',
    leg: 'caller',
    async start(scene, id, octet) {
      const { callee } = parties(octet);
      const { forCallee } = await setUp(scene, id, { host: '0.0.0.0', port: 4000 }, callee);
      await scene.talkFrom(callee, forCallee);
    },
  },
  {
    rule: 'not-answered',
    leg: null,
    async start(scene, id, octet) {
      await scene.signal(`U ${id} ${said(parties(octet).caller)} from`);
    },
  },
  {
    rule: 'loop',
    leg: null,
    async start(scene, id, octet) {
      const { caller } = parties(octet);
      const { forCaller } = await setUp(scene, id, caller, caller);
      await scene.talkFrom(caller, forCaller);
    },
  },
  {
    rule: 'advertised-address',
    leg: 'caller',
    async start(scene, id, octet) {
      const { caller, callee } = parties(octet);
      const { forCallee } = await setUp(scene, id, caller, callee, { u: '', l: 'l{inside}' });
      await scene.talkFrom(callee, forCallee);
    },
  },
  {
    rule: 'player',
    leg: 'caller',
    async start(scene, id, octet) {
      const { caller, callee } = parties(octet);
      const { forCaller, forCallee } = await setUp(scene, id, caller, callee);
      await scene.control.command(`P-1 ${id} ${PROMPT} 0 from to`);
      await scene.talkFrom(caller, forCaller);
      await scene.talkFrom(callee, forCallee);
    },
  },
  {
    rule: 'fork-target',
    leg: null,
    async start(scene, id, octet) {
      const { caller, callee } = parties(octet);
      const source = await scene.signal(`U ${id}-source ${said(address.caller(octet + ELSEWHERE))} from`);
      const forCallee = portOf(
        await scene.control.command(`U ${id} ${said(caller)} from to && C ${id}-source from to`),
        source,
      );
      const forCaller = await scene.signal(`L ${id} ${said(callee)} from to`);
      await scene.talkFrom(caller, forCaller);
      await scene.talkFrom(callee, forCallee);
    },
  },
  {
    rule: 'ending-soon',
    leg: null,
    async start(scene, id, octet) {
      const { caller, callee } = parties(octet);
      const { forCaller, forCallee } = await setUp(scene, id, caller, callee);
      await scene.signal(`U ${id} ${said(caller)} from to && S ttl=14`);
      await scene.talkFrom(caller, forCaller, SECOND);
      await scene.talkFrom(callee, forCallee, SECOND);
    },
  },
];

/** A call that nothing is wrong with, although it looks unusual. */
export interface HealthyCall {
  readonly name: string;
  /** Facts that are told of it. */
  readonly facts: readonly string[];
  start(scene: Scene, id: string, octet: number): Promise<void>;
}

export const HEALTHY_CALLS: readonly HealthyCall[] = [
  {
    name: 'behind-nat',
    facts: ['found-elsewhere'],
    async start(scene, id, octet) {
      const { caller, callee } = parties(octet);
      const { forCaller, forCallee } = await setUp(scene, id, address.behindNat, callee);
      await scene.talkFrom(caller, forCaller);
      await scene.talkFrom(callee, forCallee);
    },
  },
  {
    name: 'asymmetric',
    facts: [],
    async start(scene, id, octet) {
      const { caller, callee } = parties(octet);
      const { forCaller, forCallee } = await setUp(scene, id, caller, callee, { u: 'a', l: 'a' });
      // They listen where signalling says.
      await Promise.all([scene.phone(caller), scene.phone(callee)]);
      await scene.talkFrom({ ...caller, port: caller.port + 2 }, forCaller);
      await scene.talkFrom({ ...callee, port: callee.port + 2 }, forCallee);
    },
  },
  {
    name: 'IPv6-to-IPv4',
    facts: [],
    async start(scene, id, octet) {
      const { callee } = parties(octet);
      const { forCaller, forCallee } = await setUp(scene, id, address.callerV6, callee, {
        u: '6l203.0.113.1',
        l: 'l{outside}',
      });
      await scene.talkFrom(address.callerV6, forCaller);
      await scene.talkFrom(callee, forCallee);
    },
  },
  {
    name: 'held-and-resumed',
    facts: [],
    async start(scene, id, octet) {
      const { caller, callee } = parties(octet);
      const { forCaller, forCallee } = await setUp(scene, id, caller, callee);
      const one = await scene.talkFrom(caller, forCaller);
      const other = await scene.talkFrom(callee, forCallee);
      await delay(1000);
      for (const phone of [one, other]) phone.hush();
      await scene.signal(`U ${id} 0.0.0.0 ${caller.port} from to`);
      await delay(2000);
      await scene.signal(`U ${id} ${said(caller)} from to`);
      void scene.talk(one, forCaller);
      void scene.talk(other, forCallee);
    },
  },
];

/** The port of a reply to a command with a sub-command behind it. */
function portOf(reply: string, { host }: Endpoint): Endpoint {
  return { host, port: Number.parseInt(reply, 10) };
}
