import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { CodedError } from '../lib/errors';
import {
  decode,
  DEFAULT_DIALECT,
  shape,
  toBytes,
  toHex,
  type Dialect,
  type InputFormat,
  type OutputShape,
  type Reading,
} from '../lib/lpp';
import { onInput } from './shared/input';
import { readProperty } from './shared/property';

interface LppDecodeDef extends NodeDef {
  /** The property of the message that holds the payload, and gets the readings. */
  property: string;
  format: InputFormat;
  dialect: Dialect;
  /** A text where it comes from an environment variable. */
  signedVoltageCurrent: boolean | string;
  output: OutputShape;
}

interface LppMessage extends NodeMessageInFlow {
  lpp?: { hex: string; dialect: Dialect; readings: Reading[] };
}

/** Turns a Cayenne LPP payload into readings; a message that cannot be decoded stays as it came. */
export default function (RED: NodeAPI): void {
  function LppDecode(this: Node, def: LppDecodeDef): void {
    RED.nodes.createNode(this, def);
    const property = def.property || 'payload';
    const dialect = def.dialect || DEFAULT_DIALECT;
    const options = { dialect, signedVoltageCurrent: String(def.signedVoltageCurrent) === 'true' };

    const decodeMessage = (msg: LppMessage) => {
      const bytes = toBytes(readProperty(RED, msg, property), def.format || undefined);
      const { readings, error } = decode(bytes, options);
      if (error) throw error;
      const output = shape(readings, def.output || undefined);
      msg.lpp = { hex: toHex(bytes), dialect, readings };
      RED.util.setMessageProperty(msg, property, output);
      return readings.length;
    };

    onInput(this, (msg, send) => {
      try {
        const count = decodeMessage(msg);
        this.status({ fill: 'green', shape: 'dot', text: RED._('lpp-decode.status.readings', { count }) });
      } catch (error) {
        const code = error instanceof CodedError ? error.code : 'error';
        this.status({ fill: 'red', shape: 'ring', text: RED._(`lpp-decode.status.${code}`) });
        throw error;
      }
      send(msg);
    });
  }

  RED.nodes.registerType('lpp-decode', LppDecode);
}
