import { CodedError } from './errors';
import { words } from './words';

/**
 * Compiles a list of FPorts and ranges, separated by commas or blanks, once for use on every uplink:
 * `1, 10-20`. An empty list takes every FPort.
 * @throws CodedError `bad_filter`
 */
export function parseFPorts(list: string | undefined): (fPort: number) => boolean {
  const bounds = words(list).map((range) => {
    const [, from, to = from] = range.match(/^(\d+)(?:-(\d+))?$/) ?? [];
    const [low, high] = [Number(from), Number(to)];
    // LoRaWAN: 1 to 223 are the application's, 224 is for tests, TTN passes on up to 255.
    if (!(low >= 1 && low <= high && high <= 255)) {
      throw new CodedError(
        'bad_filter',
        `The FPort filter "${range}" cannot be read. Write numbers from 1 to 255 or ranges such as 10-20, separated by commas.`,
      );
    }
    return { low, high };
  });
  return (fPort) => bounds.length === 0 || bounds.some(({ low, high }) => fPort >= low && fPort <= high);
}
