export type { TtnApiOptions } from './caller';
export { TtnApi } from './client';
export type { Device, DeviceList, DeviceQuery } from './devices';
export { TtnApiError, type TtnApiErrorCode } from './errors';
export { apiBaseUrl, readBaseUrl, storageRetentionMs } from './hosts';
export { TRAFFIC_READ } from './right-names';
export { includesRight, type TrafficRight } from './rights';
export type { StoragePage, StorageQuery, StoredType } from './storage';
export { exchangeV2Key, type V2Key, type V2Token } from './v2-token';
export {
  DIRECT_WEBHOOK,
  planWebhook,
  type WebhookPlan,
  type WebhookSetup,
  type WebhookView,
} from './webhooks';
