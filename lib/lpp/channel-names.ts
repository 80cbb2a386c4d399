import { describe } from '../describe';
import { LppInputError } from './errors';

/**
 * Checks names of channels as a person typed them: `{ 3: 'boiler' }`. Two channels never share a name, and
 * none has the number of another, since their values would stand under one key.
 * @throws LppInputError `bad_option`, naming the channel
 */
export function checkChannelNames(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw bad(`The names of channels must be an object such as {"3": "boiler"}, not ${describe(value)}.`);
  }
  const names = new Map<number, string>();
  const channels = new Map<string, number>();
  for (const [key, typed] of Object.entries(value)) {
    const channel = channelNumber(key);
    const name = typeof typed === 'string' ? typed.trim() : '';
    if (name === '') throw bad(`Channel ${channel} has no name: give it one, or remove its line.`);
    if (/^\d+$/.test(name)) {
      throw bad(
        `Channel ${channel} is named "${name}", which could be another channel: give it a name with a letter.`,
      );
    }
    const before = names.get(channel);
    if (before) throw bad(`Channel ${channel} has two names, "${before}" and "${name}": remove one.`);
    const other = channels.get(name);
    if (other !== undefined) {
      throw bad(`Channels ${other} and ${channel} have the same name "${name}": give one of them another.`);
    }
    names.set(channel, name);
    channels.set(name, channel);
  }
  return Object.fromEntries(names);
}

function channelNumber(key: string): number {
  if (/^\d+$/.test(key) && Number(key) <= 255) return Number(key);
  throw bad(`There is no channel "${key}": channels are numbered from 0 to 255.`);
}

function bad(message: string): LppInputError {
  return new LppInputError('bad_option', message);
}
