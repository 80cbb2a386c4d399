import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { CodedError } from '../../../lib/errors';
import { explainNoUplink, parseUplink, type Location, type Uplink } from '../../../lib/ttn';
import { uplinkFilter } from '../../../lib/ttn/filter';
import { KIND_GROUPS, KINDS } from '../../../lib/ttn/kinds';
import { readUplink } from '../../../lib/ttn/message';
import { uplinkPayload } from '../../../lib/ttn/payload';
import { randomNumbers } from '../lpp/random';
import { COMPLETE, eventMessage, EVENTS, V2_ACTIVATION, V2_UPLINK, withUplink } from './messages';

/** In the test command always the same; `npm run fuzz:ttn` tries more, and other messages at each run. */
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 2000);
const SEED = Number(process.env.FUZZ_SEED ?? (process.env.FUZZ_ROUNDS ? Date.now() % 2 ** 32 : 20261122));

const random = randomNumbers(SEED);
const oneOf = <T>(list: readonly T[]): T => list[random(list.length)]!;

type Json = Record<string, unknown>;

const V3_TOPIC = 'v3/my-app@ttn/devices/office-1/up';
const V2_EVENT_TOPIC = 'my-app/devices/my_device/events/activations';

/** Every kind and version, with whatever else a message can hold. */
const MESSAGES: { message: unknown; topic?: string }[] = [
  { message: COMPLETE, topic: V3_TOPIC },
  { message: COMPLETE },
  { message: withUplink({ app_s_key: { key: 'c2VjcmV0' } }) },
  { message: withUplink({ settings: { data_rate: { fsk: { bit_rate: 50000 } }, frequency: '868800000' } }) },
  {
    message: withUplink({
      settings: { data_rate: { lrfhss: { modulation_type: 1, operating_channel_width: 137000 } } },
    }),
  },
  {
    message: withUplink({
      settings: { data_rate: { lora: { spreading_factor: 9, bandwidth: 125000 } }, coding_rate: '4/5' },
    }),
  },
  { message: { result: COMPLETE } },
  { message: { name: 'as.up.data.forward', data: { '@type': 'ApplicationUp', ...COMPLETE } } },
  { message: V2_UPLINK },
  { message: V2_UPLINK, topic: 'my-app/devices/my_device/up' },
  { message: V2_ACTIVATION, topic: V2_EVENT_TOPIC },
  {
    message: { message: { port: 3 }, config: { counter: 123, frequency: 868300000 } },
    topic: 'my-app/devices/my_device/events/down/sent',
  },
  ...(Object.keys(EVENTS) as (keyof typeof EVENTS)[]).map((field) => ({ message: eventMessage(field) })),
];

/** As JSON, so that also what no object of JavaScript can be written as is tried. */
const GARBAGE = [
  'null',
  'true',
  '""',
  '" "',
  '"NaN"',
  '"Infinity"',
  '"0x10"',
  '"1e3"',
  '"12"',
  '"9007199254740993"',
  '"99999999999999999999999999999s"',
  `"${'9'.repeat(400)}s"`,
  '"-5s"',
  '"0001-01-01T00:00:00Z"',
  '"275760-09-14T00:00:00Z"',
  '"SF99BW9999"',
  '"c2VjcmV"',
  '0',
  '-0',
  '1e999',
  '-1e308',
  '4294967296',
  '9007199254740993',
  '0.1',
  '[]',
  '{}',
  '[null]',
  '[[],{},0]',
  '{"__proto__":{"f_port":1,"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}},"toString":1,"hasOwnProperty":null}',
  '{"value":1e999,"latitude":"NaN","longitude":5,"frm_payload":"*"}',
  `${'['.repeat(5000)}${']'.repeat(5000)}`,
  `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
];

const NAMES = [
  '__proto__',
  'constructor',
  'toJSON',
  'length',
  'f_port',
  'uplink_message',
  'data',
  'result',
  '',
];

/** A copy with one to four faults anywhere in it, read from JSON as TTN's messages are. */
function mutated(message: unknown): unknown {
  let copy: unknown = structuredClone(message);
  const placeholders: string[] = [];
  for (let faults = 1 + random(4); faults > 0; faults--) {
    const { parent, name } = oneOf(places({ root: copy }));
    const garbage = `\u0001${placeholders.push(oneOf(GARBAGE)) - 1}\u0001`;
    const fault = random(6);
    if (fault === 0) delete parent[name];
    else if (fault === 1 && !Array.isArray(parent)) put(parent, oneOf(NAMES), garbage);
    else if (fault === 2 && typeof parent[name] === 'number')
      put(parent, name, parent[name] * oneOf([-1, 1e-9, 1e300, 0.5]));
    else if (name === 'root') copy = garbage;
    else put(parent, name, garbage);
  }
  const text = JSON.stringify(copy).replace(
    /"\\u0001(\d+)\\u0001"/g,
    (_, index) => placeholders[Number(index)]!,
  );
  return JSON.parse(text);
}

/** Also `__proto__`, which an assignment would not make a field. */
function put(parent: Json, name: string, value: unknown) {
  Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Every place in a message where a fault can be. */
function places(parent: Json, found: { parent: Json; name: string }[] = []) {
  for (const name of Object.keys(parent)) {
    found.push({ parent, name });
    if (typeof parent[name] === 'object' && parent[name] !== null) places(parent[name] as Json, found);
  }
  return found;
}

describe(`messages of TTN with faults, seed ${SEED}, ${ROUNDS} rounds`, () => {
  it('are read, or refused with a reason; no number is another than the one that was sent', () => {
    let read = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const { message, topic } = oneOf(MESSAGES);
      const fault = mutated(message);
      const uplink = parseUplink(fault, { topic });
      if (!uplink) {
        assert.match(explainNoUplink(fault, { topic }), /^its? .{5}/);
        continue;
      }
      read++;
      checkNumbers(uplink, fault, topic);
      checkUse(uplink);
      assert.deepEqual(parseUplink(fault, { topic })?.key, uplink.key);
      assert.equal(({} as Json).polluted, undefined);
    }
    assert.ok(read > ROUNDS / 3 && read < ROUNDS, `${read} of ${ROUNDS} were read`);
  });

  it('are read, or refused with an error of this package, when their text is damaged', () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { message, topic = '' } = oneOf(MESSAGES);
      const payload = Buffer.from(JSON.stringify(message));
      for (let faults = random(3); faults >= 0; faults--) {
        payload[random(payload.length)] = oneOf([random(256), ...Buffer.from('0159"{}[],:-e')]);
      }
      try {
        const { uplink, message: sent } = readUplink(topic, payload);
        checkNumbers(uplink, sent, topic);
      } catch (error) {
        assert.ok(error instanceof CodedError, String(error));
      }
    }
  });
});

/** What the nodes do with an uplink ends in a value or in an error of this package. */
function checkUse(uplink: Uplink) {
  assert.match(uplink.key, /^[\w-]{22}$/);
  uplinkFilter({ kinds: KIND_GROUPS, devices: 'office-*', fPorts: '1-3' })(uplink);
  for (const choice of ['bytes', 'decoded', 'normalized'] as const) {
    try {
      uplinkPayload(uplink, choice);
    } catch (error) {
      assert.ok(error instanceof CodedError, String(error));
    }
  }
  const { event: _event, decoded: _decoded, normalized: _normalized, ...own } = uplink;
  assert.ok(!/secret|c2VjcmV0|AAAAAAAAAAAAAAAAAAAAAA/.test(JSON.stringify(own)));
  assert.ok(!uplink.event || !('app_s_key' in uplink.event));
}

/** Compares each number of an uplink with the one at its place in the message. */
function checkNumbers(uplink: Uplink, message: unknown, topic: string | undefined) {
  if (topic?.includes('/events/')) {
    same(uplink.fPort, at(message, 'message', 'port'));
    same(uplink.fCnt, at(message, 'config', 'counter'));
    return;
  }
  const isMessage = (part: unknown) =>
    ['end_device_ids', 'app_id', 'dev_id'].some((name) => name in (plain(part) ?? {}));
  const inner = [message, at(message, 'result'), at(message, 'data')].find(isMessage) as Json;
  if ('end_device_ids' in inner) checkV3(uplink, inner);
  else checkV2(uplink, inner);
}

function checkV3(uplink: Uplink, envelope: Json) {
  const { kind, frequency, airtime, battery, dataRate, locations = {} } = uplink;
  const part = envelope[KINDS[kind].field!];
  const frame = kind === 'failed' ? at(part, 'downlink') : part;
  const hasFrame = !['join', 'invalidated', 'location', 'service'].includes(kind) && plain(frame);
  same(uplink.fPort, hasFrame ? at(frame, 'f_port') : null, 'or zero');
  same(uplink.fCnt, hasFrame ? at(frame, 'f_cnt') : null, 'or zero');
  sameBytes(uplink.bytes, hasFrame ? at(frame, 'frm_payload') : undefined);
  same(battery, at(part, 'last_battery_percentage', 'value'));
  if (frequency !== undefined) {
    const sent = String(at(part, 'settings', 'frequency'));
    assert.match(sent, /^-?\d+$/);
    assert.equal(BigInt(frequency), BigInt(sent));
  }
  if (airtime !== undefined) {
    assert.ok(Number.isFinite(airtime));
    assert.equal(airtime, parseFloat(at(part, 'consumed_airtime') as string));
  }
  const rate = at(part, 'settings', 'data_rate', dataRate?.modulation ?? '');
  if (dataRate?.modulation === 'lora') {
    same(dataRate.spreadingFactor, at(rate, 'spreading_factor'));
    same(dataRate.bandwidth, at(rate, 'bandwidth'));
  } else if (dataRate?.modulation === 'fsk') {
    same(dataRate.bitRate, at(rate, 'bit_rate'));
  } else if (dataRate) {
    same(dataRate.modulationType, at(rate, 'modulation_type'), 'or zero');
    same(dataRate.operatingChannelWidth, at(rate, 'operating_channel_width'));
  }
  for (const [origin, place] of Object.entries(locations)) {
    samePlace(place, at(part, 'locations', origin), 'accuracy');
  }
  const unmeasured = (entry: Json) => [
    ...(dataRate && dataRate.modulation !== 'lora' ? ['snr'] : []),
    ...(plain(entry.packet_broker) ? ['channel_index'] : []),
  ];
  const fields = ['rssi', 'snr', 'channel_index', 'antenna_index'];
  sameGateways(uplink, at(part, 'rx_metadata'), fields, unmeasured);
}

function checkV2({ frequency, airtime, dataRate, locations, ...uplink }: Uplink, sent: Json) {
  const { metadata } = sent;
  same(uplink.fPort, sent.port);
  same(uplink.fCnt, sent.counter);
  sameBytes(uplink.bytes, sent.payload_raw);
  if (frequency !== undefined) {
    const hertz = (at(metadata, 'frequency') as number) * 1e6;
    assert.ok(Math.abs(frequency - hertz) <= 0.5, `${frequency} instead of ${hertz}`);
  }
  if (airtime !== undefined) assert.equal(airtime, (at(metadata, 'airtime') as number) / 1e9);
  if (dataRate?.modulation === 'fsk') same(dataRate.bitRate, at(metadata, 'bit_rate'));
  else if (dataRate?.modulation === 'lora') {
    const { spreadingFactor, bandwidth } = dataRate;
    assert.equal(`SF${spreadingFactor}BW${bandwidth / 1000}`, at(metadata, 'data_rate'));
  }
  if (locations) samePlace(locations.user!, metadata, 'location_accuracy');
  sameGateways(uplink, at(metadata, 'gateways'), ['rssi', 'snr', 'channel', 'antenna']);
}

function plain(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function at(value: unknown, ...names: string[]): unknown {
  return names.reduce((inner, name) => {
    const parent = plain(inner);
    return parent && Object.hasOwn(parent, name) ? parent[name] : undefined;
  }, value);
}

/** A number that was sent is there; what was not, or cannot be read, is absent, or the zero that was left out. */
function same(value: number | undefined, sent: unknown, restored?: 'or zero') {
  const expected = Number.isFinite(sent) ? sent : undefined;
  assert.ok(
    value === (sent === undefined && restored ? 0 : expected),
    `${value} instead of ${inspect(sent, { depth: 1 })}`,
  );
}

function sameBytes(bytes: Buffer, sent: unknown) {
  assert.equal(bytes.toString('base64'), sent ?? '');
}

function samePlace(
  { latitude, longitude, altitude, accuracy }: Location,
  sent: unknown,
  accuracyField: string,
) {
  same(latitude, at(sent, 'latitude'), 'or zero');
  same(longitude, at(sent, 'longitude'), 'or zero');
  same(altitude, at(sent, 'altitude'));
  same(accuracy, at(sent, accuracyField));
}

/**
 * They come in another order than they were sent in.
 * @param unmeasured the fields of a gateway that are unknown, not 0, where they are not there
 */
function sameGateways(
  uplink: Pick<Uplink, 'gateways' | 'rssi' | 'snr'>,
  sent: unknown,
  fields: string[],
  unmeasured: (entry: Json) => string[] = () => [],
) {
  const entries = (Array.isArray(sent) ? sent : []).map(plain).filter((entry) => entry !== undefined);
  const wanted = entries.map((entry) =>
    fields.map((field) => {
      const value = at(entry, field);
      if (value === undefined) return unmeasured(entry).includes(field) ? undefined : 0;
      return Number.isFinite(value) ? value : undefined;
    }),
  );
  const got = uplink.gateways.map(({ rssi, snr, channel, antenna }) => [rssi, snr, channel, antenna]);
  const sorted = (lists: unknown[][]) => lists.map((list) => JSON.stringify(list)).sort();
  assert.deepEqual(sorted(got), sorted(wanted));
  const [best] = uplink.gateways;
  assert.deepEqual([uplink.rssi, uplink.snr], [best?.rssi, best?.snr]);
}
