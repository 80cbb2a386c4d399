import { CodedError } from './errors';

/** The name in `${NAME}`, as which Node-RED leaves a field whose environment variable is not set. */
export function unsetVariable(field: string): string | undefined {
  return /^\$\{(.+)\}$/.exec(field)?.[1];
}

/**
 * A field as Node-RED has filled it in, without blanks around; empty where there is none.
 * @throws CodedError `bad_configuration` when the variable in it is not set
 */
export function filledIn(field: string | number | undefined): string {
  const given = String(field ?? '').trim();
  const variable = unsetVariable(given);
  if (variable !== undefined) throw notSet(variable);
  return given;
}

export function notSet(variable: string): CodedError {
  return new CodedError('bad_configuration', `The environment variable ${variable} is not set.`);
}
