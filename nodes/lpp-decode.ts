import type { Node, NodeAPI, NodeDef } from 'node-red';
import { CodedError } from '../lib/errors';
import { parseFPorts } from '../lib/fports';
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
  type Dialect,
  type CustomType,
  type Decoded,
  type InputFormat,
  type LppOptions,
  type OutputShape,
  type ShapeContext,
} from '../lib/lpp';
import { choose } from '../lib/lpp/choose';
import { withChannelNames } from '../lib/lpp/shapes/context';
import { LastPayloads } from './lpp-decode/last-payloads';
import { faultInfo, lppResult, partOf, type LppMessage } from './lpp-decode/message';
import { CalmStatus } from './lpp-decode/calm-status';
import { onInput, type Send } from './shared/input';
import { readProperty } from './shared/property';
import { isOn, type TypedNumber, type TypedSwitch } from './shared/typed';
import { warnIfNewer } from './shared/version';

export interface LppDecodeDef extends NodeDef {
  direction?: 'decode' | 'encode';
  /** The property of the message that holds the payload and gets the readings; in Encode the other way round. */
  property?: string;
  format?: InputFormat;
  /** Only uplinks on these FPorts are decoded; others go no further. */
  fPorts?: string;
  dialect?: Dialect;
  signedVoltageCurrent?: TypedSwitch;
  twoByteHumidity?: TypedSwitch;
  /** LPP 2.0 packed frames: the number of their first channel. */
  packedBase?: TypedNumber;
  /** Types that add to those of the dialect, or take their place. */
  customTypes?: CustomType[];
  output?: OutputShape;
  /** One message for each reading. */
  split?: TypedSwitch;
  booleans?: TypedSwitch;
  isoTime?: TypedSwitch;
  /** Names by channel: `{ "3": "boiler" }`. */
  channelNames?: Record<string, string>;
  /** What becomes of what cannot be decoded to its end, or encoded. */
  fault?: 'error' | 'keep' | 'output';
  encodeAs?: keyof typeof ENCODINGS;
}

const ENCODINGS = {
  buffer: (bytes: Buffer) => bytes,
  hex: (bytes: Buffer) => bytes.toString('hex'),
  base64: (bytes: Buffer) => bytes.toString('base64'),
};

/** A status: its look, and its text with what is put into it. */
type Shown = [fill: 'green' | 'yellow' | 'red' | 'grey', key: string, values?: Record<string, number>];

/** Turns a Cayenne LPP payload into readings, or readings into a payload. */
export default function (RED: NodeAPI): void {
  const lastPayloads = new LastPayloads(RED);

  function LppDecode(this: Node, def: LppDecodeDef): void {
    RED.nodes.createNode(this, def);
    warnIfNewer(this, def);
    const property = def.property || 'payload';
    const dialect = def.dialect || DEFAULT_DIALECT;
    const keepLast = lastPayloads.keeperOf(this);
    const status = new CalmStatus(this);
    const show = (...[fill, key, values]: Shown) =>
      status.show(() => ({
        fill,
        shape: fill === 'green' ? 'dot' : 'ring',
        text: RED._(`lpp-decode.status.${key}`, values),
      }));

    const decodeNamed = (bytes: Uint8Array, framed: LppOptions): Decoded => {
      const decoded = decode(bytes, framed);
      return { ...decoded, readings: withChannelNames(decoded.readings, look) };
    };

    const decodeMessage = (msg: LppMessage, send: Send): Shown => {
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
        const shaped =
          (def.output || 'readings') === 'readings' ? only : shape([reading], def.output, context);
        RED.util.setMessageProperty(own, property, shaped);
        return own;
      });
      send([messages] as never);
      return shown;
    };

    const encodeMessage = (msg: LppMessage, send: Send): Shown => {
      const framed = { ...options, fPort: msg.uplink?.fPort };
      const { channelNames } = look;
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

    let accepts: (fPort: number) => boolean;
    let look: ShapeContext;
    let options: LppOptions;
    let handle: typeof decodeMessage;
    try {
      accepts = parseFPorts(def.fPorts);
      options = {
        dialect,
        signedVoltageCurrent: isOn(def.signedVoltageCurrent),
        twoByteHumidity: isOn(def.twoByteHumidity),
        packedBase: String(def.packedBase) === '1' ? 1 : 0,
        customTypes: checkCustomTypes(def.customTypes ?? []),
      };
      const channelNames = checkChannelNames(def.channelNames ?? {});
      look = { channelNames, booleans: isOn(def.booleans), isoTime: isOn(def.isoTime) };
      const directions = { decode: decodeMessage, encode: encodeMessage };
      handle = choose('direction', directions, def.direction || 'decode');
    } catch (error) {
      show('red', (error as CodedError).code);
      onInput(this, () => {
        throw error;
      });
      return this.error(error, {});
    }

    this.status({});

    onInput(this, (msg: LppMessage, send) => {
      try {
        show(...handle(msg, send));
      } catch (error) {
        show('red', error instanceof CodedError ? error.code : 'error');
        if (def.fault !== 'output' || !(error instanceof CodedError)) throw error;
        send([null, { ...msg, error: faultInfo(error) }]);
      }
    });
  }

  RED.nodes.registerType('lpp-decode', LppDecode);
}
