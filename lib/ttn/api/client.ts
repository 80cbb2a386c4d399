import { ApiCaller, type TtnApiOptions } from './caller';
import { listDevices, type DeviceList, type DeviceQuery } from './devices';
import { storageRetentionMs } from './hosts';
import { canReadTraffic, rightsOf, type TrafficRight } from './rights';
import { readStorage, type StoragePage, type StorageQuery } from './storage';
import { enableStorage } from './storage-integration';
import {
  listWebhooks,
  planWebhook,
  removeWebhook,
  setWebhook,
  type WebhookPlan,
  type WebhookSetup,
  type WebhookView,
} from './webhooks';

/**
 * The Things Stack's HTTP API, as far as this package needs it, for one application with one key. Every method but
 * `canReadTraffic` throws TtnApiError where the server says no, and HttpError where none answers.
 */
export class TtnApi {
  /** How long the Storage Integration keeps messages; undefined where the operator decides. */
  readonly storageRetentionMs: number | undefined;
  readonly #caller: ApiCaller;

  /** @throws TtnError `bad_configuration`: the base URL cannot be read */
  constructor(options: TtnApiOptions) {
    this.#caller = new ApiCaller(options);
    this.storageRetentionMs = storageRetentionMs(this.#caller.baseUrl);
  }

  /** Such as `https://eu1.cloud.thethings.network/api/v3`. */
  get baseUrl(): string {
    return this.#caller.baseUrl;
  }

  /** Such as RIGHT_APPLICATION_TRAFFIC_READ. */
  rights(): Promise<string[]> {
    return rightsOf(this.#caller);
  }

  canReadTraffic(signal?: AbortSignal): Promise<TrafficRight> {
    return canReadTraffic(this.#caller, signal);
  }

  readStorage(query: StorageQuery): Promise<StoragePage> {
    return readStorage(this.#caller, query);
  }

  enableStorage(): Promise<'enabled' | 'was enabled'> {
    return enableStorage(this.#caller);
  }

  devices(query?: DeviceQuery): Promise<DeviceList> {
    return listDevices(this.#caller, query);
  }

  webhooks(): Promise<WebhookView[]> {
    return listWebhooks(this.#caller);
  }

  planWebhook(setup: WebhookSetup): Promise<WebhookPlan> {
    return planWebhook(this.#caller, setup);
  }

  setWebhook(setup: WebhookSetup): Promise<WebhookView> {
    return setWebhook(this.#caller, setup);
  }

  removeWebhook(id: string): Promise<void> {
    return removeWebhook(this.#caller, id);
  }
}
