import { CodedError } from './errors';

/** The name in `${NAME}`, as which Node-RED leaves a field whose environment variable is not set. */
export function unsetVariable(field: string): string | undefined {
  return /^\$\{(.+)\}$/.exec(field)?.[1];
}

/** Short, of capitals alone or of small letters alone: passwords and API keys have dashes, too. */
const DASHED = /^([A-Z_-]{1,20}|[a-z_-]{1,20})$/;

/**
 * Whether a variable may be called so; else it may be a secret that was pasted over the name, such as the hexadecimal
 * digits of a token. An API key of TTN and a JWT have dots, too, but longer parts behind them than a name.
 */
export function isVariableName(text: string): boolean {
  const isName = /^(\$parent\.)*[A-Z_][\w-]*(\.[\w-]{1,32})*$/i.test(text);
  const isHex = /(^|\.)[\dA-F]{32,}$/i.test(text);
  return isName && !isHex && text.split('.').every((part) => !part.includes('-') || DASHED.test(part));
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
  const text = isVariableName(variable)
    ? `The environment variable ${variable} is not set.`
    : 'An environment variable is not set. Its name is not repeated here, as it may be a secret that was pasted over it: set the variable, or type the secret into its field in the dialog.';
  return new CodedError('bad_configuration', text);
}
