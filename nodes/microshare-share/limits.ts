import { MicroshareError } from '../../lib/microshare/errors';
import type { DeliverySettings, StoreLimits } from '../../lib/outbox';
import { typedNumber, type TypedNumber } from '../shared/typed';
import type { MicroshareShareDef } from './definition';

const DAY_MS = 86_400_000;

/** The limits that are set in a node; the others are the outbox's own. */
export interface Limits {
  store: Partial<StoreLimits>;
  delivery: Partial<DeliverySettings>;
}

/** @throws MicroshareError `bad_configuration` */
export function limitsOf({ limitMB, limitRecords, limitDays, whenFull }: MicroshareShareDef): Limits {
  const megabytes = positive('Megabytes', limitMB);
  const records = positive('Records', limitRecords);
  const days = positive('Days', limitDays);
  return {
    store: {
      ...(megabytes && { bytes: megabytes * 1e6 }),
      ...(records && { records }),
      ...(whenFull && { whenFull }),
    },
    delivery: days ? { maxAgeMs: days * DAY_MS } : {},
  };
}

function positive(field: string, typed: TypedNumber | undefined): number | undefined {
  const number = typedNumber(typed);
  if (number === undefined || number > 0) return number;
  throw new MicroshareError(
    'bad_configuration',
    `"${field}" of the outbox is ${number}: give a number above 0, or leave it empty.`,
  );
}
