import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { EVENT, PEER_KINDS } from '../../src/addon/contract.ts';
import { sessionRow } from '../../src/addon/figures.ts';
import { loadNative } from '../../src/addon/loader.ts';
import { OPTIONS, openEngine } from './native-engine.ts';

/** Shape of an argument: a value that fits, and values that do not, by the error that they deserve. */
interface Shape {
  readonly name: string;
  readonly good: unknown;
  readonly wrongType: readonly unknown[];
  readonly outOfRange: readonly unknown[];
}

const MAX_INT = 2 ** 31 - 1;
const NO_NUMBERS = [undefined, null, '1', true, 1n, {}, [1]];

const session: Shape = { name: 'session', good: 2 ** 24, wrongType: NO_NUMBERS, outOfRange: [] };

function whole(name: string, good: number, min: number, max: number): Shape {
  const outOfRange = [min - 1, max + 1, good + 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return { name, good, wrongType: NO_NUMBERS, outOfRange };
}

const leg = whole('leg', 0, 0, 1);
const tos = whole('tos', 184, 0, MAX_INT);
const kind: Shape = {
  name: 'kind',
  good: 'address',
  wrongType: [undefined, null, 2, true, {}, ['address']],
  outOfRange: ['', 'Address', 'kAddress', 'addresses', 'address\0', 'x'.repeat(5000)],
};
const asymmetric: Shape = {
  name: 'asymmetric',
  good: true,
  wrongType: [undefined, null, 0, 'true', {}],
  outOfRange: [],
};
const address: Shape = {
  name: 'address',
  good: '127.0.0.1',
  wrongType: [
    ...[undefined, null, 2130706433, {}, '', 'localhost', '127.1', '0x7f.0.0.1', '256.1.1.1', '127.0.0.1 ', '[::1]'],
    ...['::1%lo', 'fe80::g', '127.0.0.1:4000', '127.0.0.1\0', '127.0.0.1\0junk', '1'.repeat(5000), '１27.0.0.1'],
  ],
  outOfRange: [],
};

function float64(fields: number, name = 'out'): Shape {
  const wrongType = [
    undefined,
    null,
    1,
    {},
    new Array(fields).fill(0),
    new Float32Array(fields),
    new ArrayBuffer(8 * fields),
  ];
  wrongType.push(new Float64Array(fields - 1), new DataView(new ArrayBuffer(8 * fields)), Buffer.alloc(8 * fields));
  return { name, good: new Float64Array(fields), wrongType, outOfRange: [] };
}

function anyLength(name: string, fields: number): Shape {
  const { good, wrongType } = float64(fields, name);
  return { name, good, wrongType: wrongType.filter((value) => !(value instanceof Float64Array)), outOfRange: [] };
}

const bytes: Shape = {
  name: 'events',
  good: new Uint8Array(EVENT.size),
  wrongType: [
    ...[undefined, null, 48, 'x'.repeat(48), new Array(48).fill(0), new ArrayBuffer(48)],
    ...[new DataView(new ArrayBuffer(48)), new Float64Array(6)],
  ],
  outOfRange: [],
};

const METHODS: Readonly<Record<string, readonly Shape[]>> = {
  socketReuse: [whole('first port', 35000, 1, 65535), whole('last port', 65000, 1, 65535)],
  createSession: [whole('setup ttl', 60, 0, MAX_INT), whole('ttl', 60, 0, MAX_INT)],
  openLeg: [session, leg, address, whole('port', 40000, 0, 65534), whole('tos', -1, -1, MAX_INT)],
  complete: [session],
  setPeer: [session, leg, kind, asymmetric, address, whole('port', 4000, 0, 65535)],
  setTtl: [session, leg, whole('seconds', 60, 0, MAX_INT)],
  restart: [session],
  setTos: [session, leg, tos],
  snapshot: [session, float64(sessionRow().length)],
  snapshots: [anyLength('sessions', 2), float64(2 * sessionRow().length)],
  askSnapshots: [anyLength('sessions', 2)],
  takeSnapshots: [anyLength('out', 2)],
  remove: [session],
  judge: [address, whole('port', 4000, 0, 65535)],
  drainEvents: [bytes],
  nextRetired: [float64(sessionRow().length)],
};

for (const [method, shapes] of Object.entries(METHODS)) {
  test(`${method} refuses arguments of another shape and does nothing`, (t) => {
    const engine = openEngine(t);
    const good = shapes.map((shape) => shape.good);
    for (const [index, shape] of shapes.entries()) {
      const refuse = (value: unknown, kind: ErrorConstructor): void => {
        const error = thrown(() => Reflect.apply(Reflect.get(engine, method), engine, good.with(index, value)));
        const what = `${shape.name} = ${describe(value)}`;
        assert.equal(error?.constructor, kind, `${what}: ${error}`);
        assert.match(error?.message ?? '', new RegExp(`\\b${shape.name}\\b`), what);
      };
      for (const value of shape.wrongType) refuse(value, TypeError);
      for (const value of shape.outOfRange) refuse(value, RangeError);
    }
  });
}

test('setPeer reads address and port only when it needs them', (t) => {
  const engine = openEngine(t);
  const id = engine.createSession(60, 60);
  for (const kind of PEER_KINDS.filter((name) => name !== 'address')) {
    assert.equal(Reflect.apply(engine.setPeer, engine, [id, 0, kind, false]), 0);
  }
});

test('access rules of another shape are refused and change nothing', (t) => {
  const engine = openEngine(t);
  const good = {
    control: [{ host: '127.0.0.1', port: 22222 }],
    aliases: [{ advertised: '::1', local: '::2' }],
    allow: [],
    deny: [],
  };
  const set = (rules: unknown) => thrown(() => Reflect.apply(engine.setAccess, engine, [rules]));
  const wrong: readonly unknown[] = [
    ...[undefined, 1, {}, { ...good, control: {} }, { ...good, control: ['127.0.0.1:22222'] }],
    ...[
      { ...good, control: [{ host: 'localhost', port: 1 }] },
      { ...good, control: [{ host: '::1', port: '1' }] },
    ],
    ...[
      { ...good, aliases: undefined },
      { ...good, aliases: [{ advertised: '::1' }] },
    ],
  ];
  const block = { host: '10.0.0.0', prefix: 33, firstPort: 0, lastPort: 65535 };
  assert.equal(set({ ...good, deny: [{ host: '::1' }] })?.constructor, TypeError);
  assert.equal(set({ ...good, allow: [{ ...block, host: 'x' }] })?.constructor, TypeError);
  assert.equal(set({ ...good, deny: [block] })?.constructor, RangeError);
  for (const rules of wrong) assert.equal(set(rules)?.constructor, TypeError, describe(rules));
  assert.equal(set({ ...good, control: [{ host: '::1', port: 65536 }] })?.constructor, RangeError);
  assert.equal(engine.judge('127.0.0.1', 22222), 'none');
  assert.equal(set(good), undefined);
  assert.equal(engine.judge('127.0.0.1', 22222), 'control');
});

test('the constructor refuses options of another shape', (t) => {
  const create = construct(t);
  for (const options of [undefined, null, 1, 'x', true]) assert.throws(() => create(options, () => {}), TypeError);
  for (const callback of [undefined, null, {}, 'x']) assert.throws(() => create(OPTIONS, callback), TypeError);
  for (const name of ['independentTtl', 'duplicateSmall', 'guarded', 'verbose']) {
    for (const value of [undefined, null, 0, 'true']) {
      assert.throws(() => create({ ...OPTIONS, [name]: value }, () => {}), {
        name: 'TypeError',
        message: new RegExp(name),
      });
    }
  }
  for (const workers of [undefined, null, '1', true]) {
    assert.throws(() => create({ ...OPTIONS, workers }, () => {}), { name: 'TypeError', message: /workers/ });
  }
  for (const workers of [0, 65, 1.5, -1, Number.NaN]) {
    assert.throws(() => create({ ...OPTIONS, workers }, () => {}), { name: 'RangeError', message: /workers/ });
  }
  for (const playTtl of [undefined, null, '1', true]) {
    assert.throws(() => create({ ...OPTIONS, playTtl }, () => {}), { name: 'TypeError', message: /playTtl/ });
  }
  assert.throws(() => create({ ...OPTIONS, playTtl: -1 }, () => {}), { name: 'RangeError', message: /playTtl/ });
  for (const workerCpus of [undefined, 0, '0', ['0'], [null]]) {
    assert.throws(() => create({ ...OPTIONS, workerCpus }, () => {}), { name: 'TypeError', message: /workerCpus/ });
  }
  for (const workerCpus of [[-1], [0, 1024], [0.5]]) {
    assert.throws(() => create({ ...OPTIONS, workerCpus }, () => {}), { name: 'RangeError', message: /workerCpus/ });
  }
  for (const io of ['', 'Auto', 'kAuto', 'sockets ', 'sockets\0', 'x'.repeat(100)]) {
    assert.throws(() => create({ ...OPTIONS, io }, () => {}), {
      name: 'RangeError',
      message: /auto, sockets, shared for io/,
    });
  }
  for (const io of [undefined, null, 0, ['auto']]) {
    assert.throws(() => create({ ...OPTIONS, io }, () => {}), { name: 'TypeError', message: /io/ });
  }
  for (const batchWindow of [-2, 10_001, 0.5]) {
    assert.throws(() => create({ ...OPTIONS, batchWindow }, () => {}), { name: 'RangeError', message: /batchWindow/ });
  }
});

/** The constructor without its types; what it does make is closed. */
function construct(t: TestContext): (...args: unknown[]) => void {
  return (...args) => {
    const engine = Reflect.construct(loadNative().NativeEngine, args);
    t.after(() => engine.close());
  };
}

function thrown(run: () => unknown): Error | undefined {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
  return undefined;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  return typeof value === 'object' && value !== null ? value.constructor.name : String(value);
}
