import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { CodedError } from '../lib/errors';
import { parseFPorts } from '../lib/fports';
import {
  checkChannelNames,
  checkCustomTypes,
  decode,
  DEFAULT_DIALECT,
  LppError,
  LppInputError,
  readPayload,
  shape,
  toHex,
  type Dialect,
  type CustomType,
  type InputFormat,
  type LppOptions,
  type LppWarning,
  type OutputShape,
  type Reading,
  type ShapeContext,
} from '../lib/lpp';
import type { Uplink } from '../lib/ttn/uplink';
import { onInput, type Send } from './shared/input';
import { readProperty } from './shared/property';

interface LppDecodeDef extends NodeDef {
  /** The property of the message that holds the payload, and gets the readings. */
  property?: string;
  format?: InputFormat;
  /** Only uplinks on these FPorts are decoded; others go no further. */
  fPorts?: string;
  dialect?: Dialect;
  /** A text where it comes from an environment variable, as all switches. */
  signedVoltageCurrent?: boolean | string;
  twoByteHumidity?: boolean | string;
  /** LPP 2.0 packed frames: the number of their first channel. */
  packedBase?: number | string;
  /** A list in JSON: types that add to those of the dialect, or take their place. */
  customTypes?: string;
  output?: OutputShape;
  /** One message for each reading. */
  split?: boolean | string;
  booleans?: boolean | string;
  isoTime?: boolean | string;
  /** Names by channel: `{ "3": "boiler" }`. */
  channelNames?: Record<string, string>;
  /** What a payload makes that cannot be read to its end. */
  fault?: 'error' | 'keep' | 'output';
}

interface LppMessage extends NodeMessageInFlow {
  uplink?: Partial<Uplink>;
  lpp?: {
    hex: string;
    dialect: Dialect;
    readings: Reading[];
    /** What is doubtful but legal. */
    warnings?: LppWarning[];
    error?: FaultInfo;
  };
}

/** What `msg.lpp.error` and `msg.error` of the second output tell of a fault. */
interface FaultInfo {
  code: string;
  message: string;
  offset?: number;
  channel?: number;
  type?: number;
  /** The bytes from the fault on, in hexadecimal. */
  rest?: string;
}

const isOn = (value: boolean | string | undefined) => String(value) === 'true';

/** Turns a Cayenne LPP payload into readings. */
export default function (RED: NodeAPI): void {
  function LppDecode(this: Node, def: LppDecodeDef): void {
    RED.nodes.createNode(this, def);
    const property = def.property || 'payload';
    const dialect = def.dialect || DEFAULT_DIALECT;
    const show = (fill: 'green' | 'yellow' | 'red' | 'grey', key: string, values?: Record<string, number>) =>
      this.status({
        fill,
        shape: fill === 'green' ? 'dot' : 'ring',
        text: RED._(`lpp-decode.status.${key}`, values),
      });

    let accepts: (fPort: number) => boolean;
    let look: ShapeContext;
    let options: LppOptions;
    try {
      accepts = parseFPorts(def.fPorts);
      options = {
        dialect,
        signedVoltageCurrent: isOn(def.signedVoltageCurrent),
        twoByteHumidity: isOn(def.twoByteHumidity),
        packedBase: String(def.packedBase) === '0' ? 0 : 1,
        customTypes: parseCustomTypes(def.customTypes),
      };
      const channelNames = checkChannelNames(def.channelNames ?? {});
      look = { channelNames, booleans: isOn(def.booleans), isoTime: isOn(def.isoTime) };
    } catch (error) {
      show('red', (error as CodedError).code);
      onInput(this, () => {
        throw error;
      });
      return this.error(error, {});
    }

    this.status({});

    const decodeMessage = (msg: LppMessage, send: Send) => {
      const payload = readPayload(readProperty(RED, msg, property), def.format || undefined);
      const fPort = msg.uplink?.fPort ?? payload.fPort;
      if (fPort !== undefined && !accepts(fPort)) return show('grey', 'otherFPort', { fPort });

      const { readings, warnings, error } = decode(payload.bytes, { ...options, fPort });
      if (error && def.fault !== 'keep') throw error;
      const context: ShapeContext = {
        ...look,
        deviceId: msg.uplink?.deviceId ?? payload.deviceId,
        time: msg.uplink?.receivedAt ?? payload.receivedAt,
      };
      const lpp = {
        hex: toHex(payload.bytes),
        dialect,
        readings,
        ...(warnings.length > 0 && { warnings }),
        ...(error && { error: faultInfo(error) }),
      };
      if (error) show('yellow', error.code);
      else show('green', 'readings', { count: readings.length });

      if (!isOn(def.split)) {
        const output = shape(readings, def.output || undefined, context);
        msg.lpp = lpp;
        RED.util.setMessageProperty(msg, property, output);
        return send(msg);
      }
      const messages = readings.map((reading, index) => {
        const part: LppMessage = index === 0 ? msg : RED.util.cloneMessage(msg);
        part.lpp = { ...lpp, readings: [reading] };
        part.parts = partOf(msg, index, readings.length);
        const [only = reading] = shape([reading], 'readings', context);
        const shaped =
          (def.output || 'readings') === 'readings' ? only : shape([reading], def.output, context);
        RED.util.setMessageProperty(part, property, shaped);
        return part;
      });
      send([messages] as never);
    };

    onInput(this, (msg: LppMessage, send) => {
      try {
        decodeMessage(msg, send);
      } catch (error) {
        show('red', error instanceof CodedError ? error.code : 'error');
        if (def.fault !== 'output' || !(error instanceof CodedError)) throw error;
        send([null, { ...msg, error: faultInfo(error) }]);
      }
    });
  }

  RED.nodes.registerType('lpp-decode', LppDecode);
}

/** @throws LppInputError `bad_option` */
function parseCustomTypes(json: string | undefined): CustomType[] | undefined {
  if (!json?.trim()) return undefined;
  try {
    return checkCustomTypes(JSON.parse(json));
  } catch (cause) {
    if (cause instanceof LppInputError) throw cause;
    throw new LppInputError('bad_option', `The custom types are no JSON: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

/** What Node-RED's join node puts a list together from; its types lack `type`. */
function partOf(msg: LppMessage, index: number, count: number): LppMessage['parts'] {
  return { id: msg._msgid, index, count, type: 'array' } as LppMessage['parts'];
}

function faultInfo(error: CodedError): FaultInfo {
  const { code, message } = error;
  if (!(error instanceof LppError)) return { code, message };
  const { offset, channel, type, rest } = error;
  return { code, message, offset, channel, type, rest: toHex(rest) };
}
