import { decode } from '../../lib/lpp';

/**
 * `decoded_payload` as The Things Stack's CayenneLPP formatter gives it: `temperature_3`, the last of two with
 * the same name. It knows the 12 types of the format; one byte that it cannot read, and nothing is decoded.
 */
export function decodeCayenneLpp(bytes: Buffer): Record<string, unknown> | undefined {
  const { readings, error } = decode(bytes, { dialect: 'lpp' });
  if (error && error.code !== 'empty') return undefined;
  return Object.fromEntries(readings.map(({ name, channel, value }) => [`${name}_${channel}`, value]));
}
