import { createSocket } from 'node:dgram';
import { ControlSockets } from '../../../src/addon/control-sockets.ts';

/** Control sockets with a client that sends new commands all the time; resolves when the first was executed. */
export async function startCommands(onCommand: (sockets: ControlSockets) => void = () => {}): Promise<ControlSockets> {
  const sockets = new ControlSockets();
  const client = createSocket('udp4');
  client.unref();
  await new Promise<void>((resolve) => {
    const socket = sockets.open('127.0.0.1', 0, () => {
      resolve();
      onCommand(sockets);
      return 'done\n';
    });
    const port = sockets.port(socket);
    let count = 0;
    const send = () => {
      for (let i = 0; i < 20; i++) client.send(`c${count++} V`, port, '127.0.0.1');
    };
    send();
    setInterval(send, 1).unref();
  });
  return sockets;
}
