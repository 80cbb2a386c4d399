import type { DeliverySettings, StoreLimits } from '../../lib/outbox';
import { positiveNumber } from '../shared/typed';
import type { MicroshareShareDef } from './definition';

const DAY_MS = 86_400_000;

/** The limits that are set in a node; the others are the outbox's own. */
export interface Limits {
  store: Partial<StoreLimits>;
  delivery: Partial<DeliverySettings>;
}

/** @throws CodedError `bad_configuration` */
export function limitsOf({ limitMB, limitRecords, limitDays, whenFull }: MicroshareShareDef): Limits {
  const megabytes = positiveNumber('Megabytes', limitMB);
  const records = positiveNumber('Records', limitRecords);
  const days = positiveNumber('Days', limitDays);
  return {
    store: {
      ...(megabytes && { bytes: megabytes * 1e6 }),
      ...(records && { records }),
      ...(whenFull && { whenFull }),
    },
    delivery: days ? { maxAgeMs: days * DAY_MS } : {},
  };
}
