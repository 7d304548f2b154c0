// Sends each datagram back to where it came from, until the process that started it is gone.
import { createSocket } from 'node:dgram';

const socket = createSocket('udp4');
socket.on('message', (bytes, { port, address }) => socket.send(bytes, port, address));
// What the relay has closed meanwhile refuses a datagram or another one; there is nothing to do about it.
socket.on('error', () => {});
socket.bind(0, '127.0.0.1', () => process.send(socket.address().port));
process.once('disconnect', () => process.exit(0));
