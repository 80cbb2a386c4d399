import { isVariableName, unsetVariable } from '../../lib/variables';

// Not of all that the editor offers: tests without an editor read secrets, too.
declare const RED: { nodes: { originalFlow(): { id: string }[] | undefined } };

export interface WithCredentials {
  changed?: boolean;
  credentials?: Record<string, string | boolean | undefined>;
}

/** What the editor shows in place of a stored secret. */
export const STORED_SECRET = '__PWRD__';

// @types/node-red does not list Node-RED's type for passwords.
const CREDENTIAL = 'cred' as never;

/**
 * A secret that is typed in, or taken from the environment variable that is named: shows the two as the types of one
 * field. The input holds the credential; the name of the variable is a property of the node.
 */
export function prepareSecret(input: JQuery, variable: string): void {
  const isEmpty = () => input.typedInput('value') === '';
  const isVariable = () => input.typedInput('type') === 'env';
  const keep = (secret: string) => void input.data('secret', secret);
  keep(input.val() === STORED_SECRET ? STORED_SECRET : '');
  input.data('variable', variable);
  input.typedInput({ types: [CREDENTIAL, 'env'] });
  if (variable) {
    input.typedInput('type', 'env');
    input.typedInput('value', variable);
  }
  input.on('change', () => {
    const value = input.typedInput('value');
    if (value === STORED_SECRET) keep(value);
    if (!isVariable() || !isSecret(input, value)) return;
    if (value === STORED_SECRET) input.typedInput('value', '');
    // Who pastes a secret over a name means the secret, which must not stand in the flow.
    else input.typedInput('type', CREDENTIAL);
  });
  // Who has only looked at the other type has not removed the secret.
  input.on('typedinputtypechange', () => {
    const value = input.typedInput('value');
    if (isVariable() && isSecret(input, value)) {
      keep(value);
      input.typedInput('value', '');
    } else if (!isVariable() && isEmpty() && input.data('secret')) {
      input.typedInput('value', input.data('secret') as string);
    }
  });
}

/** Reads the field back: returns the name of the variable, empty when the secret itself was typed in. */
export function saveSecret(input: JQuery): string {
  if (input.typedInput('type') !== 'env') return '';
  const typed = input.typedInput('value').trim();
  const variable = isSecret(input, typed) ? '' : nameIn(typed);
  // What stays in the input is stored as the credential: the secret is not lost before a variable has its place.
  input.val(variable ? '' : typed || (input.data('secret') as string));
  return variable;
}

/** Node-RED would put the secret in its place, which would then be told as the name of a variable that is not set. */
function nameIn(typed: string): string {
  return unsetVariable(typed) ?? typed;
}

/** What stood in the field as the name when the dialog was opened is none: Node-RED allows any name. */
function isSecret(input: JQuery, typed: string): boolean {
  const text = typed.trim();
  if (text === STORED_SECRET) return true;
  return text !== '' && text !== input.data('variable') && !isVariableName(nameIn(text));
}

/**
 * Whether a secret is known to be missing. The editor learns of stored ones when the dialog is opened first; a node
 * that was imported, and is not deployed yet, has none.
 */
export function lacksSecret(node: { id: string }, name: string): boolean {
  const { credentials, changed } = node as WithCredentials;
  if (!credentials) return changed === true && !isDeployed(node.id);
  return !credentials[name] && !credentials[`has_${name}`];
}

function isDeployed(id: string): boolean {
  return (RED.nodes.originalFlow() ?? []).some((deployed) => deployed.id === id);
}
