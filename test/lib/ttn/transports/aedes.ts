import type { Aedes, AuthenticateHandler } from 'aedes' with { 'resolution-mode': 'import' };
import { listen, type TcpServer } from './sockets';

export interface Broker extends TcpServer {
  aedes: Aedes;
  url: string;
  publish(topic: string, payload: string, qos?: 0 | 1): Promise<void>;
}

/** A broker of MQTT 3.1.1 that keeps sessions. */
export async function startBroker(authenticate?: AuthenticateHandler): Promise<Broker> {
  const { Aedes } = await import('aedes');
  const aedes = new Aedes(authenticate ? { authenticate } : {});
  await aedes.listen();
  const server = await listen((socket) => void aedes.handle(socket));
  return {
    ...server,
    aedes,
    url: `mqtt://127.0.0.1:${server.port}`,
    publish: (topic, payload, qos = 1) =>
      new Promise((resolve, reject) => {
        const packet = { cmd: 'publish', topic, payload, qos, retain: false, dup: false } as const;
        aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
      }),
    close: async () => {
      await server.close();
      await new Promise<void>((resolve) => aedes.close(resolve));
    },
  };
}
