import type { DeliverySettings, StoreLimits } from '../../lib/outbox';
import { typedNumber, type MicroshareShareDef } from './definition';

const DAY_MS = 86_400_000;

/** The limits that are set in the node; the others are the store's own. */
export function limitsOf(def: MicroshareShareDef): Partial<StoreLimits> {
  const [megabytes, records] = [def.limitMB, def.limitRecords].map(typedNumber);
  return {
    ...(megabytes && { bytes: megabytes * 1e6 }),
    ...(records && { records }),
    ...(def.whenFull && { whenFull: def.whenFull }),
  };
}

/** How old a record may become before it is given up. */
export function ageLimitOf({ limitDays }: MicroshareShareDef): Partial<DeliverySettings> {
  const days = typedNumber(limitDays);
  return days ? { maxAgeMs: days * DAY_MS } : {};
}
