// A child process: sets up and deletes calls at a steady pace over udp, and prints how long each reply took,
// milliseconds. Arguments: port, seconds.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const HOST = '127.0.0.1';
/** Commands a second. */
const RATE = 300;
/** Milliseconds that the last replies may take. */
const LAST_MS = 500;

const [port = 0, seconds = 0] = process.argv.slice(2).map(Number);
const socket = createSocket('udp4');
const sent = new Map<string, number>();
const times: number[] = [];

socket.on('message', (reply) => {
  const cookie = reply.toString('latin1').split(' ', 1)[0] ?? '';
  const start = sent.get(cookie);
  if (start === undefined) return;
  sent.delete(cookie);
  times.push(performance.now() - start);
});
socket.connect(port, HOST);
await once(socket, 'connect');

/** U, L and D of one call after the other. */
function commandOf(number: number): string {
  const call = `paced-${Math.floor(number / 3)}`;
  const kinds = [`U ${call} ${HOST} 9 from`, `L ${call} ${HOST} 9 from to`, `D ${call} from to`];
  return kinds[number % 3] ?? '';
}

console.log('ready');
const start = performance.now();
let number = 0;
const timer = setInterval(() => {
  const due = Math.min(seconds * RATE, ((performance.now() - start) / 1000) * RATE);
  for (; number < due; number++) {
    const cookie = `${process.pid}_${number}`;
    sent.set(cookie, performance.now());
    socket.send(`${cookie} ${commandOf(number)}`);
  }
}, 1);
await new Promise((resolve) => setTimeout(resolve, seconds * 1000 + LAST_MS));
clearInterval(timer);
socket.close();
console.log(JSON.stringify({ times, unanswered: sent.size }));
