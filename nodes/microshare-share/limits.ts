import type { StoreLimits } from '../../lib/outbox';
import { typedNumber, type MicroshareShareDef } from './definition';

const DAY_MS = 86_400_000;

/** The limits that are set in the node; the others are the store's own. */
export function limitsOf(def: MicroshareShareDef): Partial<StoreLimits> {
  const [megabytes, records, days] = [def.limitMB, def.limitRecords, def.limitDays].map(typedNumber);
  return {
    ...(megabytes && { bytes: megabytes * 1e6 }),
    ...(records && { records }),
    ...(days && { ageMs: days * DAY_MS }),
    ...(def.whenFull && { whenFull: def.whenFull }),
  };
}
