import { LppInputError } from './errors';

/**
 * The choice that an option names.
 * @throws LppInputError `bad_option`: there is no such choice; the message lists those that exist
 */
export function choose<T>(option: string, choices: Readonly<Record<string, T>>, name: string): T {
  if (Object.hasOwn(choices, name)) return choices[name]!;
  const list = Object.keys(choices).join(', ');
  throw new LppInputError('bad_option', `There is no ${option} "${name}": choose one of ${list}.`);
}
