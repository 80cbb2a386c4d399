import { object, text, type Json } from '../json';
import { filledIn } from '../variables';

/** Where a device is, as dashboards group by it: from the building to the room, and from the continent to the city. */
export interface Place {
  device: string[];
  global: string[];
  usecase?: string;
}

/**
 * One line of the table that a person edits. Texts with commas between: `Building 1, 1st Floor, Room`; numbers, where a
 * variable of a tab holds one.
 */
export interface PlaceRow {
  /** Device id or DevEUI, with or without dashes; `*`: what holds for all others. */
  id: string;
  device?: string;
  global?: string;
  usecase?: string;
}

/** Attributes of a device in The Things Stack that say the same as a row. */
const ATTRIBUTES = {
  device: 'microshare-device',
  global: 'microshare-global',
  usecase: 'microshare-usecase',
};

/** Rows by device: its id, or its DevEUI, in lower case and without dashes. */
export type PlaceTable = ReadonlyMap<string, PlaceRow>;

/** A table in use; of two rows for one device the later one counts, and one for none does not. */
export function placeTable(rows: readonly PlaceRow[]): PlaceTable {
  return new Map(rows.filter(({ id }) => id).map((row) => [normal(row.id), row]));
}

/**
 * The place of a device: each part from its row, else from its attributes on TTN, else from the row for all.
 * @param message TTN's message; it carries the attributes since The Things Stack 3.34
 * @throws CodedError `bad_configuration` when a part is taken from a variable that is not set
 */
export function placeOf(
  { deviceId, devEui }: { deviceId: string; devEui?: string },
  message: unknown,
  table: PlaceTable,
): Place {
  const row = table.get(normal(deviceId)) ?? (devEui === undefined ? undefined : table.get(normal(devEui)));
  const attributes = attributesOf(message);
  const part = (name: keyof typeof ATTRIBUTES) =>
    filledIn(row?.[name]) || text(attributes?.[ATTRIBUTES[name]]) || filledIn(table.get('*')?.[name]);
  const usecase = part('usecase');
  return { device: list(part('device')), global: list(part('global')), ...(usecase && { usecase }) };
}

function attributesOf(message: unknown): Json | undefined {
  const sent = object(message);
  // v3 has them in the uplink, v2 beside it.
  const uplink = object(sent?.uplink_message) ?? object(sent?.uplink_normalized) ?? sent;
  return object(uplink?.attributes);
}

/** `70-B3-D5-7E-D0-00-12-34` and `70b3d57ed0001234` are one device; a device id keeps its dashes. */
function normal(id: string): string {
  const lower = String(id).trim().toLowerCase();
  const hex = lower.replace(/[-: ]/g, '');
  return /^[0-9a-f]{16}$/.test(hex) ? hex : lower;
}

function list(names: string | undefined): string[] {
  if (!names) return [];
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
