import { TtnError } from './errors';
import type { Uplink } from './uplink';

export interface FilterConfig {
  /** Device ids or DevEUIs, separated by commas or blanks; a `*` at the end makes a prefix. Empty: all. */
  devices?: string;
  /** FPorts and ranges, separated by commas or blanks: `1, 10-20`. Empty: all. */
  fPorts?: string;
  /** Let uplinks through that have no FPort (MAC commands only). Default false. */
  macOnly?: boolean;
}

/**
 * Compiles the filters of a node once, for use on every uplink.
 * @throws TtnError `bad_filter`
 */
export function uplinkFilter(config: FilterConfig): (uplink: Uplink) => boolean {
  const device = deviceFilter(words(config.devices));
  const fPort = fPortFilter(words(config.fPorts));
  return (uplink) => device(uplink) && (uplink.fPort === 0 ? config.macOnly === true : fPort(uplink.fPort));
}

function words(list: string | undefined): string[] {
  return (list ?? '').split(/[\s,;]+/).filter((word) => word !== '');
}

function deviceFilter(patterns: string[]): (uplink: Uplink) => boolean {
  if (patterns.length === 0) return () => true;
  const exact = new Set<string>();
  const prefixes: string[] = [];
  for (const pattern of patterns.map((word) => word.toLowerCase())) {
    const star = pattern.indexOf('*');
    if (star === -1) exact.add(pattern);
    else if (star === pattern.length - 1) prefixes.push(pattern.slice(0, -1));
    else {
      throw new TtnError(
        'bad_filter',
        `The device filter "${pattern}" has a * that is not at its end. Write a whole device id or DevEUI, or the beginning of one followed by *.`,
      );
    }
  }
  return ({ deviceId, devEui }) =>
    [deviceId, devEui?.toLowerCase()].some(
      (id) => id !== undefined && (exact.has(id) || prefixes.some((prefix) => id.startsWith(prefix))),
    );
}

function fPortFilter(ranges: string[]): (fPort: number) => boolean {
  if (ranges.length === 0) return () => true;
  const bounds = ranges.map((range) => {
    const [, from, to = from] = range.match(/^(\d+)(?:-(\d+))?$/) ?? [];
    const [low, high] = [Number(from), Number(to)];
    // LoRaWAN: 1 to 223 are the application's, 224 is for tests, TTN passes on up to 255.
    if (!(low >= 1 && low <= high && high <= 255)) {
      throw new TtnError(
        'bad_filter',
        `The FPort filter "${range}" cannot be read. Write numbers from 1 to 255 or ranges such as 10-20, separated by commas.`,
      );
    }
    return { low, high };
  });
  return (fPort) => bounds.some(({ low, high }) => fPort >= low && fPort <= high);
}
