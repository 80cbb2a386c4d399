import type { ApplicationLine, HeardDevice, ShareLine } from '../shared/delivery-board';
import { deliveryBoard } from '../shared/delivery-board';
import type { LeftBehind, LeftBehindOutbox } from './left-behind';

/** Of an application. */
const MOST_DEVICES_SHOWN = 50;

/** Of the devices that are shown, in each application. */
export interface DeviceChoice {
  /** A part of the device's id. */
  search: string;
  /** Which come first. */
  order: 'recent' | 'silent';
}

/** An application with a part of its devices. */
export interface ReportedApplication extends ApplicationLine {
  /** How many devices were heard. */
  heard: number;
  /** How many of them fit the search. */
  found: number;
}

/** What the sidebar tab shows. Times are Unix times in ms of the clock that also says `now`. */
export interface DeliveryReport {
  now: number;
  shares: ShareLine[];
  applications: ReportedApplication[];
  leftBehind: LeftBehindOutbox[];
}

export async function deliveryReport(
  choice: DeviceChoice,
  leftBehind: Pick<LeftBehind, 'list'>,
): Promise<DeliveryReport> {
  const applications = deliveryBoard.applications.all().map((line) => withFewDevices(line(), choice));
  const shares = await Promise.all(deliveryBoard.shares.all().map((line) => line()));
  return { now: Date.now(), shares, applications, leftBehind: await leftBehind.list() };
}

function withFewDevices(line: ApplicationLine, { search, order }: DeviceChoice): ReportedApplication {
  const wanted = search.trim().toLowerCase();
  const found = line.devices.filter(({ deviceId }) => deviceId.toLowerCase().includes(wanted));
  const later = (a: HeardDevice, b: HeardDevice) => b.at - a.at;
  found.sort(order === 'silent' ? (a, b) => later(b, a) : later);
  return {
    ...line,
    heard: line.devices.length,
    found: found.length,
    devices: found.slice(0, MOST_DEVICES_SHOWN),
  };
}
