export { OutboxError } from './errors';
export { Figures, type OutboxStats } from './figures';
export { DISK_LIMITS, type StoreLimits } from './limits';
export { MemoryStore } from './memory-store';
export { Outbox, type OutboxOptions } from './outbox';
export type { Cause, Deliver, Outcome, OutboxState } from './outcome';
export { prometheus } from './prometheus';
export { RateLimit } from './rate-limit';
export { DELIVERY, type DeliverySettings } from './settings';
export { changedAt, DiskStore, holdsStore, whyMemoryOnly } from './sqlite/disk-store';
export type {
  Added,
  Damage,
  NewRecord,
  RejectedRecord,
  Rejection,
  Store,
  StoredRecord,
  StoreStats,
} from './store';
