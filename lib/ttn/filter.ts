import { parseFPorts } from '../fports';
import { words } from '../words';
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
 * @throws CodedError `bad_filter`
 */
export function uplinkFilter(config: FilterConfig): (uplink: Uplink) => boolean {
  const device = deviceFilter(words(config.devices));
  const fPort = parseFPorts(config.fPorts);
  return (uplink) => device(uplink) && (uplink.fPort === 0 ? config.macOnly === true : fPort(uplink.fPort));
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
