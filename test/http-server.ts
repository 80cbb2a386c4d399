import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** Lets a server listen; resolves to its address. */
export async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Ends it with all its connections. */
export async function close(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve).closeAllConnections());
}

/** A proxy, and where it was asked to lead, with whose login. */
export function createProxy(): { proxy: Server; tunnels: { to: string; user: string }[] } {
  const tunnels: { to: string; user: string }[] = [];
  const proxy = createServer().on('connect', ({ url = '', headers }, socket: Socket) => {
    tunnels.push({ to: url, user: headers['proxy-authorization'] ?? '' });
    const [host, port] = url.split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => undefined).on('close', () => socket.destroy());
    socket.on('error', () => undefined).on('close', () => onward.destroy());
  });
  return { proxy, tunnels };
}
