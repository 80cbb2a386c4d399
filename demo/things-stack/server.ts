import { EventEmitter, once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, Server as TlsServer } from 'node:tls';
import type { Aedes } from 'aedes' with { 'resolution-mode': 'import' };
import { DEMO_APPLICATION, topicPrefix, type Application, type RegisteredDevice } from './applications';
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from './certificate';
import type { ThingsStackEvents } from './events';
import { HttpApi } from './http/api';
import { joinMessage, uplinkMessage, type EndDevice, type UplinkContent } from './messages';
import { BROKER_OPTIONS, MqttFrontend, type Connection, type Refusal } from './mqtt-frontend';
import { StorageIntegration, type Message } from './storage';
import { v2UplinkMessage } from './v2';
import { Webhooks } from './webhooks';

export interface ThingsStackOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  /** Of the HTTP API; 0, the default, takes a free one. */
  apiPort?: number;
  /** MQTT and HTTP over TLS, with `TEST_CERTIFICATE`. */
  tls?: boolean;
  /** The first one is meant wherever a method names none. */
  applications?: [Application, ...Application[]];
}

const HOST = '127.0.0.1';

/** What an `ApplicationUp` can be about, and what the storage calls it. */
const KINDS = [
  'uplink_message',
  'uplink_normalized',
  'join_accept',
  'downlink_ack',
  'downlink_nack',
  'downlink_sent',
  'downlink_failed',
  'downlink_queued',
  'downlink_queue_invalidated',
  'location_solved',
  'service_data',
];

/**
 * Starts a stand-in for The Things Stack's Application Server: real MQTT and HTTP, with the real server's oddities.
 */
export async function startThingsStack(options: ThingsStackOptions = {}): Promise<ThingsStack> {
  const { Aedes } = await import('aedes');
  const broker = new Aedes(BROKER_OPTIONS);
  const thingsStack = new ThingsStack(broker, options);
  await thingsStack.start();
  await broker.listen();
  await thingsStack.api.listen(options.apiPort ?? 0);
  return thingsStack;
}

export class ThingsStack extends EventEmitter<ThingsStackEvents> {
  readonly applications: readonly [Application, ...Application[]];
  /** 0 as long as it has not been started on a free one. */
  port: number;
  readonly api: HttpApi;
  /** Enabled for every application, until it is disabled. */
  readonly storage: StorageIntegration;
  readonly webhooks = new Webhooks((delivery) => this.emit('webhook', delivery));
  private readonly mqtt: MqttFrontend;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly frameCounters = new Map<string, number>();
  private readonly registry = new Map<Application, Map<string, RegisteredDevice>>();

  constructor(
    private readonly broker: Aedes,
    { port = 0, tls = false, applications = [DEMO_APPLICATION] }: ThingsStackOptions,
  ) {
    super();
    this.port = port;
    this.applications = applications;
    this.mqtt = new MqttFrontend(broker, applications, this);
    this.api = new HttpApi(this, tls);
    this.storage = new StorageIntegration(applications);
    for (const application of applications) {
      const { devices = [] } = application;
      this.registry.set(application, new Map(devices.map((device) => [device.deviceId, device])));
    }
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

  /** Those of the application's list, and all that sent something. */
  devices(application = this.applications[0]): RegisteredDevice[] {
    return [...(this.registry.get(application)?.values() ?? [])];
  }

  /** From now on; without a reason, new connections are welcome again. */
  refuse(reason?: Refusal): void {
    this.mqtt.refusal = reason;
  }

  /** Sends a message as The Things Stack would, and gives it back. Frame counters go up by themselves. */
  publishUplink(uplink: UplinkContent, application = this.applications[0]) {
    return this.publishBatch([uplink], application)[0]!;
  }

  /** Uplinks that the Network Server handed over together: all get the same outer `received_at`. */
  publishBatch(uplinks: UplinkContent[], application = this.applications[0]) {
    const messages = uplinks.map((uplink) => uplinkMessage(application, this.counted(uplink)));
    for (const message of messages) {
      message.received_at = messages.at(-1)?.received_at;
      this.publish(`devices/${message.end_device_ids?.device_id}/up`, message, application);
    }
    return messages;
  }

  /** Sends a message as the stack before did, for an application of that version. */
  publishV2Uplink(uplink: UplinkContent, application = this.applications[0]) {
    const message = v2UplinkMessage(application, this.counted(uplink));
    this.publish(`devices/${uplink.deviceId}/up`, message, application);
    return message;
  }

  publishJoin(device: EndDevice, application = this.applications[0]) {
    const message = joinMessage(application, device);
    this.publish(`devices/${device.deviceId}/join`, message, application);
    return message;
  }

  /**
   * Sends anything on `v3/{app}@{tenant}/`, or `{app}/` in v2, + topicSuffix: text and bytes as they are, all else as
   * JSON. A message of a device goes to storage and webhooks, too, also while MQTT is down.
   */
  publish(topicSuffix: string, message: unknown, application = this.applications[0]): void {
    const isRaw = typeof message === 'string' || Buffer.isBuffer(message);
    const topic = `${topicPrefix(application)}/${topicSuffix}`;
    this.mqtt.deliver(topic, isRaw ? message : JSON.stringify(message));
    if (!isRaw) this.integrate(message as Message, application);
  }

  /** Breaks every connection, as a restart of a server behind a load balancer does. */
  disconnectAll(): void {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    this.mqtt.connections.clear();
  }

  /** MQTT dies: nothing listens on its port any more. What is published meanwhile reaches no client. */
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
    this.webhooks.close();
    await this.stop();
    await this.api.close();
    await new Promise<void>((resolve) => this.broker.close(resolve));
  }

  private counted(uplink: UplinkContent): UplinkContent {
    const fCnt = uplink.fCnt ?? this.frameCounters.get(uplink.deviceId) ?? 0;
    this.frameCounters.set(uplink.deviceId, fCnt + 1);
    return { ...uplink, fCnt };
  }

  private integrate(message: Message, application: Application): void {
    const { device_id: deviceId } = (message.end_device_ids ?? {}) as { device_id?: string };
    const kind = KINDS.find((name) => name in message);
    if (!deviceId || !kind) return;
    const registered = this.registry.get(application);
    if (!registered?.has(deviceId)) registered?.set(deviceId, { deviceId });
    this.storage.store(application, kind, message);
    this.webhooks.deliver(application, kind, message);
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
