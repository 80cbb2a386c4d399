import type { NodeDef } from 'node-red';
import type { CustomType, Dialect, InputFormat, OutputShape } from '../../lib/lpp';
import type { TypedNumber, TypedSwitch } from '../shared/typed';

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
  encodeAs?: 'buffer' | 'hex' | 'base64';
}
