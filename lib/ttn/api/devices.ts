import { bigNumber, known, object, objects, text, type Json } from '../../json';
import type { ApiCaller } from './caller';
import { DEVICES_READ } from './right-names';

export interface DeviceQuery {
  /** Part of id, name or DevEUI, in any case. Default: all. */
  search?: string;
  /** Default 100. */
  limit?: number;
}

export interface Device {
  id: string;
  name?: string;
  devEui?: string;
}

export interface DeviceList {
  devices: Device[];
  /** There may be others that fit. */
  more: boolean;
}

const PAGE_SIZE = 500;
/** Nobody scrolls through more; whoever has more devices types more of the name. */
const MAX_PAGES = 20;

/**
 * Devices of the application, by id.
 * @throws TtnApiError `missing_right`, ...; HttpError
 */
export async function listDevices(caller: ApiCaller, query: DeviceQuery = {}): Promise<DeviceList> {
  const { search = '', limit = 100 } = query;
  const devices: Device[] = [];
  let seen = 0;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { json, headers } = await caller.json({
      path: caller.application('/devices'),
      query: { field_mask: 'name', order: 'device_id', limit: PAGE_SIZE, page },
      right: DEVICES_READ,
      identity: true,
    });
    const found = objects(json.end_devices) ?? [];
    seen += found.length;
    devices.push(...found.map(readDevice).filter((device) => fits(device, search)));
    if (devices.length > limit) return { devices: devices.slice(0, limit), more: true };
    const total = bigNumber(headers['x-total-count']);
    if (found.length === 0 || (total !== undefined && seen >= total)) return { devices, more: false };
  }
  return { devices, more: true };
}

function readDevice(device: Json): Device {
  const ids = object(device.ids);
  return known({
    id: text(ids?.device_id) ?? '',
    name: text(device.name),
    devEui: text(ids?.dev_eui),
  });
}

function fits(device: Device, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return Object.values(device).some((field: string) => field.toLowerCase().includes(wanted));
}
