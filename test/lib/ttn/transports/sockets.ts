import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

const HOST = '127.0.0.1';

export interface TcpServer {
  port: number;
  /** Those that are open now. */
  sockets: Set<Socket>;
  close(): Promise<void>;
}

/** A server that does with its sockets what the test wants. */
export async function listen(accept: (socket: Socket) => void): Promise<TcpServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    accept(socket);
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Passes everything on to another port, until the network fails without a word. */
export async function listenBefore(port: number): Promise<TcpServer & { freeze(): void }> {
  let isFrozen = false;
  const server = await listen((near) => {
    const far = connect(port, HOST);
    far.on('error', () => undefined);
    far.on('data', (data) => isFrozen || near.write(data));
    near.on('data', (data) => isFrozen || far.write(data));
    near.on('close', () => far.destroy());
    far.on('close', () => isFrozen || near.destroy());
  });
  return { ...server, freeze: () => (isFrozen = true) };
}
