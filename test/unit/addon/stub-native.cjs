// Stands in for the addon, through RTPPROXY_NATIVE: it notes the calls and answers what the test has put there.
const methods = require('../../../src/addon/methods.ts');
const { CONSTANTS, CONTRACT, ENGINE_TOTALS, EVENT } = require('../../../src/addon/contract.ts');
const { ROW_LENGTH } = require('../../../src/addon/figures.ts');
const { OBJECTS } = require('../../../src/addon/objects.ts');

const state = {
  calls: [],
  errno: 0,
  events: [],
  watched: [],
  retired: [],
  stale: [],
  startError: 0,
  startStep: '',
  reuse: 'on',
  backend: { io: 'sockets', refused: '', step: '', errno: 0 },
  callback: () => {},
};

/** Every field of a report tells its own place. */
function fillWithPlaces(out) {
  for (let i = 0; i < out.length; i++) out[i] = i + 1;
}

class NativeEngine {
  constructor(options, callback) {
    if (state.startError !== 0)
      throw Object.assign(new Error('cannot start'), { errno: state.startError, step: state.startStep });
    state.calls.push(['new', options]);
    state.callback = callback;
  }
  backend() {
    return state.backend;
  }
  socketReuse(first, last) {
    return { reuse: state.reuse, first, last };
  }
  snapshot(session, out) {
    state.calls.push(['snapshot', session]);
    if (state.errno === 0) fillWithPlaces(out);
    return state.errno;
  }
  snapshots(sessions, out) {
    for (const [row, session] of [...sessions].entries()) {
      const figures = out.subarray(row * ROW_LENGTH, (row + 1) * ROW_LENGTH);
      fillWithPlaces(figures);
      if (state.stale.includes(session)) figures[0] = Number.NaN;
    }
  }
  askSnapshots(sessions) {
    state.asked.push([...sessions]);
    return state.errno;
  }
  takeSnapshots(out) {
    if (!state.answered) return null;
    const sessions = state.asked.at(-1);
    this.snapshots(sessions, out);
    return sessions.length;
  }
  totals() {
    return ENGINE_TOTALS;
  }
  drainEvents(buffer) {
    let count = 0;
    while (state.events.length > 0 && (count + 1) * EVENT.size <= buffer.length) {
      buffer.set(state.events.shift(), count++ * EVENT.size);
    }
    return count;
  }
  drainWatched(buffer, limit) {
    let count = 0;
    let at = 0;
    while (state.watched.length > 0 && count < limit && buffer.length - at >= CONSTANTS.longestWatched) {
      const packet = state.watched.shift();
      buffer.set(packet, at);
      at = Math.ceil((at + packet.length) / 8) * 8;
      count++;
    }
    return count;
  }
  nextRetired(out) {
    if (state.closed) throw new Error('the engine is closed');
    const session = state.retired.shift();
    if (session === undefined) return -1;
    fillWithPlaces(out);
    return session;
  }
  nextRecording() {
    return null;
  }
  nextEndedPlayer() {
    return null;
  }
  close() {
    state.calls.push(['close']);
    state.closed = true;
  }
}

for (const name of methods.ENGINE_METHODS) {
  if (Object.hasOwn(NativeEngine.prototype, name)) continue;
  NativeEngine.prototype[name] = (...args) => {
    state.calls.push([name, ...args]);
    return state.errno;
  };
}

class NativeControlSockets {}
for (const name of methods.CONTROL_SOCKETS_METHODS) NativeControlSockets.prototype[name] = () => undefined;

class NativeG722Encoder {
  encode() {}
}
class NativeRecordingStats {
  add() {}
  figures() {}
}
class NativeG722Decoder {
  decode() {}
}

module.exports = {
  ...Object.fromEntries(
    [...methods.SYSTEM_FUNCTIONS, ...methods.G711_FUNCTIONS].map((name) => [name, () => undefined]),
  ),
  state,
  contract: { ...CONTRACT, ...OBJECTS },
  NativeEngine,
  NativeControlSockets,
  NativeG722Encoder,
  NativeG722Decoder,
  NativeRecordingStats,
  sourceAddress: (host) => (host === '192.0.2.1' ? null : '127.0.0.1'),
  setFileLimit: (count) => (count > 1000 ? 1 : 0),
  fileLimit: () => 1000,
  userIds: (name) => (name === 'operator' ? [1000, 100] : null),
  groupId: (name) => (name === 'staff' ? 50 : null),
  setRealtime: () => state.errno,
  openDatagram: () => -state.errno,
  sendDatagram: () => state.errno,
  trimMemory: () => undefined,
};
