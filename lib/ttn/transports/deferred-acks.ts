import type { IPublishPacket, MqttClient } from 'mqtt';
import type { Incoming, Settle } from './transport';

export interface DeferredAcks {
  /** So many messages may wait for their PUBACK; then no more is read from the socket. */
  limit: number;
  /** Seconds */
  keepalive: number;
  /** Whether the connection is still in use; if not, nothing is delivered and nothing acknowledged. */
  isLive: () => boolean;
  deliver: (incoming: Incoming) => void;
  handBack: () => void;
  /** A message of QoS 0 came. */
  onUnkept?: () => void;
}

/**
 * Sends the PUBACK of a QoS 1 message when it is settled, in the order in which the messages came, as MQTT demands.
 * Messages of QoS 0 come without `settle`.
 *
 * mqtt.js sends a PUBACK as soon as `handleMessage` is through, one message after the other. So that many can be
 * under way, it is made to take them for QoS 0, and the PUBACKs are written here. To be called before the first
 * message can come: what mqtt.js receives without it is acknowledged and gone.
 */
export function deferAcks(client: MqttClient, options: DeferredAcks): void {
  const { limit, keepalive, isLive, deliver, handBack, onUnkept } = options;
  const unacknowledged: { messageId: number; isDone: boolean }[] = [];
  let readOn: (() => void) | undefined;
  let pings: NodeJS.Timeout | undefined;

  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'publish') packet.qos = 0;
  });
  client.handleMessage = (packet, next) => {
    if (isLive()) handOn(packet);
    if (unacknowledged.length < limit) next();
    else pause(next);
  };
  client.on('close', () => clearInterval(pings));

  function handOn({ topic, payload, messageId }: IPublishPacket): void {
    const incoming = { topic, payload: payload as Buffer };
    if (messageId === undefined) {
      onUnkept?.();
      return deliver(incoming);
    }
    const message = { messageId, isDone: false };
    unacknowledged.push(message);
    const settle: Settle = (outcome) => {
      if (!isLive()) return;
      if (outcome === 'again') return handBack();
      message.isDone = true;
      acknowledge();
    };
    deliver({ ...incoming, settle });
  }

  function acknowledge(): void {
    const firstOpen = unacknowledged.findIndex(({ isDone }) => !isDone);
    const done = unacknowledged.splice(0, firstOpen < 0 ? unacknowledged.length : firstOpen);
    if (done.length === 0) return;
    client.stream.write(Buffer.concat(done.map(({ messageId }) => puback(messageId))));
    resume();
  }

  function pause(next: () => void): void {
    readOn = next;
    // The server's answers to pings wait behind the messages that are not read.
    pings = setInterval(() => {
      client.sendPing();
      client.reschedulePing(true);
    }, keepalive * 500);
  }

  function resume(): void {
    clearInterval(pings);
    const next = readOn;
    readOn = undefined;
    next?.();
  }
}

/** Of MQTT 3.1.1; MQTT 5 reads it as success. */
function puback(messageId: number): Buffer {
  return Buffer.from([0x40, 2, messageId >> 8, messageId & 0xff]);
}
