import type { Connection } from './mqtt-frontend';
import type { WebhookDelivery } from './webhooks';

export interface ThingsStackEvents {
  connected: [connection: Connection];
  /** For each filter granted, as the client asked for it; the SUBACK is sent. */
  subscribed: [connection: Connection, filter: string];
  /** A webhook was tried. */
  webhook: [delivery: WebhookDelivery];
}
