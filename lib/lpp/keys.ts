import type { LppValue, Reading } from './reading';

/** A key of flat fields, made once: joining two texts takes longer than decoding. */
interface Key {
  text: string;
  /** The last call that used it. */
  call: number;
}

interface Named {
  name: string;
  byChannel: Key[];
}

const byName = new Map<string, Named>();
/** As a rule a type has one name; looking that up by its id is quicker. */
const byType: Named[] = [];
let calls = 0;

/**
 * `{ temperature_3: 27.2 }`: values by name and channel.
 * @returns undefined where a name comes twice on a channel
 */
export function flatFields(readings: readonly Reading[]): Record<string, LppValue> | undefined {
  const fields: Record<string, LppValue> = {};
  const call = ++calls;
  for (const reading of readings) {
    const key = keyOf(reading);
    if (key.call === call) return undefined;
    key.call = call;
    fields[key.text] = reading.value;
  }
  return fields;
}

function keyOf({ type, name, channel }: Reading): Key {
  let named = byType[type];
  if (named?.name !== name) named = byType[type] = namedKeys(name);
  return (named.byChannel[channel] ??= { text: `${name}_${channel}`, call: 0 });
}

function namedKeys(name: string): Named {
  const known = byName.get(name) ?? { name, byChannel: [] };
  byName.set(name, known);
  return known;
}
