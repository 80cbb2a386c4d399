import type { NodeAPI } from 'node-red';
import { parseFPorts } from '../../lib/fports';
import {
  checkChannelNames,
  checkCustomTypes,
  decode,
  DEFAULT_DIALECT,
  encode,
  readPayload,
  shape,
  toEncodable,
  toHex,
  type Decoded,
  type LppOptions,
  type ShapeContext,
} from '../../lib/lpp';
import { choose } from '../../lib/lpp/choose';
import { withChannelNames } from '../../lib/lpp/shapes/context';
import type { Send } from '../shared/input';
import { readProperty } from '../shared/property';
import { isOn } from '../shared/typed';
import type { LppDecodeDef } from './definition';
import type { LastPayload } from './last-payloads';
import { lppResult, partOf, type LppMessage } from './message';

const ENCODINGS = {
  buffer: (bytes: Buffer) => bytes,
  hex: (bytes: Buffer) => bytes.toString('hex'),
  base64: (bytes: Buffer) => bytes.toString('base64'),
};

/** A status: its look, and its text with what is put into it. */
export type Shown = [fill: 'green' | 'yellow' | 'red' | 'grey', key: string, values?: Record<string, number>];
/** Sends what it makes of a message, and gives the status. */
export type Handler = (msg: LppMessage, send: Send) => Shown;

/**
 * What a node with these settings does with messages.
 * @param keepLast is given each payload
 * @throws CodedError when the settings cannot be right
 */
export function messageHandler(
  RED: NodeAPI,
  def: LppDecodeDef,
  keepLast: (payload: LastPayload) => void,
): Handler {
  const accepts = parseFPorts(def.fPorts);
  const property = def.property || 'payload';
  const dialect = def.dialect || DEFAULT_DIALECT;
  const options: LppOptions = {
    dialect,
    signedVoltageCurrent: isOn(def.signedVoltageCurrent),
    twoByteHumidity: isOn(def.twoByteHumidity),
    packedBase: String(def.packedBase) === '1' ? 1 : 0,
    customTypes: checkCustomTypes(def.customTypes ?? []),
  };
  const channelNames = checkChannelNames(def.channelNames ?? {});
  const look: ShapeContext = { channelNames, booleans: isOn(def.booleans), isoTime: isOn(def.isoTime) };

  const decodeNamed = (bytes: Uint8Array, framed: LppOptions): Decoded => {
    const decoded = decode(bytes, framed);
    return { ...decoded, readings: withChannelNames(decoded.readings, look) };
  };

  const decodeMessage: Handler = (msg, send) => {
    const payload = readPayload(readProperty(RED, msg, property), def.format || undefined);
    const fPort = msg.uplink?.fPort ?? payload.fPort;
    if (fPort !== undefined && !accepts(fPort)) return ['grey', 'otherFPort', { fPort }];

    const hex = toHex(payload.bytes);
    keepLast({ hex, fPort });
    const decoded = decodeNamed(payload.bytes, { ...options, fPort });
    const { readings, error } = decoded;
    // Split into no messages at all, the fault would be seen by nobody.
    const nothingToSend = isOn(def.split) && readings.length === 0;
    if (error && (def.fault !== 'keep' || nothingToSend)) throw error;
    const context: ShapeContext = {
      ...look,
      deviceId: msg.uplink?.deviceId ?? payload.deviceId,
      time: msg.uplink?.receivedAt ?? payload.receivedAt,
    };
    const lpp = lppResult(hex, dialect, decoded);
    const shown: Shown = error ? ['yellow', error.code] : ['green', 'readings', { count: readings.length }];

    if (!isOn(def.split)) {
      const output = shape(readings, def.output || undefined, context);
      msg.lpp = lpp;
      RED.util.setMessageProperty(msg, property, output);
      send(msg);
      return shown;
    }
    const part = partOf(msg, property, readings.length);
    const messages = readings.map((reading, index) => {
      const own: LppMessage = index === 0 ? msg : RED.util.cloneMessage(msg);
      own.lpp = { ...lpp, readings: [reading] };
      own.parts = part(index);
      const [only = reading] = shape([reading], 'readings', context);
      const shaped = (def.output || 'readings') === 'readings' ? only : shape([reading], def.output, context);
      RED.util.setMessageProperty(own, property, shaped);
      return own;
    });
    send([messages] as never);
    return shown;
  };

  const encodeMessage: Handler = (msg, send) => {
    const framed = { ...options, fPort: msg.uplink?.fPort };
    const given = toEncodable(readProperty(RED, msg, property), { ...framed, channelNames });
    const bytes = encode(given, framed);
    const output = choose('encoding', ENCODINGS, def.encodeAs || 'buffer')(bytes);
    const hex = toHex(bytes);
    keepLast({ hex, fPort: framed.fPort });
    // What the receiver will read: the values are rounded.
    msg.lpp = lppResult(hex, dialect, decodeNamed(bytes, framed));
    RED.util.setMessageProperty(msg, property, output);
    send(msg);
    return ['green', 'readings', { count: given.length }];
  };

  const directions = { decode: decodeMessage, encode: encodeMessage };
  return choose('direction', directions, def.direction || 'decode');
}
