import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer, Server as TlsServer } from 'node:tls';
import type { Aedes } from 'aedes' with { 'resolution-mode': 'import' };
import { applicationUid, DEMO_APPLICATION, type Application } from './applications';
import { joinMessage, uplinkMessage, type EndDevice, type UplinkContent } from './messages';
import {
  BROKER_OPTIONS,
  MqttFrontend,
  type Connection,
  type MqttEvents,
  type Refusal,
} from './mqtt-frontend';

export interface ThingsStackOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  /** MQTT over TLS, with `TEST_CERTIFICATE`. */
  tls?: boolean;
  /** The first one is meant wherever a method names none. */
  applications?: [Application, ...Application[]];
}

const HOST = '127.0.0.1';

/** PEM. It is its own authority: who trusts it can connect over TLS. */
export const TEST_CERTIFICATE = readFileSync(join(__dirname, 'test-certificate.pem'), 'utf8');
const TEST_CERTIFICATE_KEY = readFileSync(join(__dirname, 'test-certificate-key.pem'), 'utf8');

/** Starts a stand-in for The Things Stack's Application Server: real MQTT, with the real server's oddities. */
export async function startThingsStack(options: ThingsStackOptions = {}): Promise<ThingsStack> {
  const { Aedes } = await import('aedes');
  const broker = new Aedes(BROKER_OPTIONS);
  const thingsStack = new ThingsStack(broker, options);
  await thingsStack.start();
  await broker.listen();
  return thingsStack;
}

export class ThingsStack extends EventEmitter<MqttEvents> {
  readonly applications: readonly [Application, ...Application[]];
  /** 0 as long as it has not been started on a free one. */
  port: number;
  private readonly mqtt: MqttFrontend;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly frameCounters = new Map<string, number>();

  constructor(
    private readonly broker: Aedes,
    { port = 0, tls = false, applications = [DEMO_APPLICATION] }: ThingsStackOptions,
  ) {
    super();
    this.port = port;
    this.applications = applications;
    this.mqtt = new MqttFrontend(broker, applications, this);
    this.server = tls
      ? createTlsServer({ cert: TEST_CERTIFICATE, key: TEST_CERTIFICATE_KEY })
      : createServer();
    this.server.on('connection', (socket: Socket) => this.accept(socket));
    this.server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => broker.handle(socket));
  }

  /** `mqtt://127.0.0.1:1883` or `mqtts://...` */
  get url(): string {
    return `${this.server instanceof TlsServer ? 'mqtts' : 'mqtt'}://${HOST}:${this.port}`;
  }

  get connections(): Connection[] {
    return [...this.mqtt.connections.values()];
  }

  /** From now on; without a reason, new connections are welcome again. */
  refuse(reason?: Refusal): void {
    this.mqtt.refusal = reason;
  }

  /** Sends a message as The Things Stack would, and gives it back. Frame counters go up by themselves. */
  publishUplink(uplink: UplinkContent, application = this.applications[0]) {
    const fCnt = uplink.fCnt ?? this.frameCounters.get(uplink.deviceId) ?? 0;
    this.frameCounters.set(uplink.deviceId, fCnt + 1);
    const message = uplinkMessage(application, { ...uplink, fCnt });
    this.publish(`devices/${uplink.deviceId}/up`, message, application);
    return message;
  }

  publishJoin(device: EndDevice, application = this.applications[0]) {
    const message = joinMessage(application, device);
    this.publish(`devices/${device.deviceId}/join`, message, application);
    return message;
  }

  /** Sends anything on `v3/{app}@{tenant}/` + topicSuffix: text and bytes as they are, all else as JSON. */
  publish(topicSuffix: string, message: unknown, application = this.applications[0]): void {
    const isRaw = typeof message === 'string' || Buffer.isBuffer(message);
    const topic = `v3/${applicationUid(application)}/${topicSuffix}`;
    this.mqtt.deliver(topic, isRaw ? message : JSON.stringify(message));
  }

  /** Breaks every connection, as a restart of a server behind a load balancer does. */
  disconnectAll(): void {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    this.mqtt.connections.clear();
  }

  /** Dies: nothing listens on the port any more. What is published meanwhile reaches nobody. */
  async stop(): Promise<void> {
    this.disconnectAll();
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, 'close');
  }

  /** Comes back on the same port. */
  async start(): Promise<void> {
    this.server.listen(this.port, HOST);
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Ends for good. */
  async close(): Promise<void> {
    await this.stop();
    await new Promise<void>((resolve) => this.broker.close(resolve));
  }

  private accept(socket: Socket): void {
    if (this.mqtt.refusal === 'rate-limit') {
      socket.destroy();
      return;
    }
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
  }
}
