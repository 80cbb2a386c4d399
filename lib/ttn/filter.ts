import { parseFPorts } from '../fports';
import { words } from '../words';
import { TtnError } from './errors';
import { KIND_GROUPS, KINDS, type KindGroup } from './kinds';
import type { Uplink } from './uplink';

export interface FilterConfig {
  /** Names of groups of kinds. Absent or empty: uplinks only. */
  kinds?: readonly string[];
  /**
   * Device ids or DevEUIs (`70B3D57ED0001234`, `70-B3-D5-...`), separated by commas or blanks; a `*` at the end makes a
   * prefix, of a DevEUI with six digits or more. Empty: all.
   */
  devices?: string;
  /** Of uplinks and normalized messages: FPorts and ranges, separated by commas or blanks: `1, 10-20`. Empty: all. */
  fPorts?: string;
  /** Let uplinks through that have no FPort (MAC commands only). Default false. */
  macOnly?: boolean;
}

/**
 * Compiles the filters of a node once, for use on every uplink.
 * @throws CodedError `bad_filter`
 */
export function uplinkFilter(config: FilterConfig): (uplink: Uplink) => boolean {
  const groups = kindGroups(config.kinds);
  const device = deviceFilter(words(config.devices));
  const fPort = fPortFilter(config);
  return (uplink) => groups.has(KINDS[uplink.kind].group) && device(uplink) && fPort(uplink);
}

/**
 * The groups that a user chose; what {@link uplinkFilter} lets through, and what the application must subscribe to.
 * @throws TtnError `bad_filter`
 */
export function kindGroups(names: FilterConfig['kinds'] = []): Set<KindGroup> {
  for (const name of names) {
    if (!KIND_GROUPS.some((group) => group === name)) {
      throw new TtnError(
        'bad_filter',
        `There is no kind of message "${name}". Choose among ${KIND_GROUPS.join(', ')}.`,
      );
    }
  }
  return new Set(names.length > 0 ? (names as KindGroup[]) : ['up']);
}

/** Downlink events have the FPort of a downlink, which is not what the user means. */
function fPortFilter(config: FilterConfig): (uplink: Uplink) => boolean {
  const accepts = parseFPorts(config.fPorts);
  return ({ kind, fPort = NaN }) => {
    if (kind !== 'up' && kind !== 'normalized') return true;
    return fPort === 0 ? config.macOnly === true : accepts(fPort);
  };
}

/** Three bytes at least, which is a maker's number: `a-*` is the beginning of a device id only. */
const DEV_EUI = /^(?:[\da-f]{2}[-:]?){3,8}[\da-f]?\*?$/i;

function deviceFilter(patterns: string[]): (uplink: Uplink) => boolean {
  if (patterns.length === 0) return () => true;
  const isChosen = idFilter(patterns);
  const euis = patterns.filter((pattern) => DEV_EUI.test(pattern));
  const isChosenEui = idFilter(euis.map((eui) => eui.replace(/[-:]/g, '')));
  return ({ deviceId, devEui }) =>
    isChosen(deviceId) || (devEui !== undefined && isChosenEui(devEui.toLowerCase()));
}

/** Ids have `a-z0-9-` (The Things Stack), or `_` too (v2); people write DevEUIs with colons. */
const STRANGE = /[^a-z0-9_\-:*]/;

function idFilter(patterns: string[]): (id: string) => boolean {
  const exact = new Set<string>();
  const prefixes: string[] = [];
  for (const pattern of patterns.map((word) => word.toLowerCase())) {
    const strange = STRANGE.exec(pattern);
    if (strange) {
      throw new TtnError(
        'bad_filter',
        `The device filter "${pattern}" has a "${strange[0]}", which neither device ids nor DevEUIs have. Write the id as the Console shows it.`,
      );
    }
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
  return (id) => exact.has(id) || prefixes.some((prefix) => id.startsWith(prefix));
}
