import { unsetVariable } from '../../lib/variables';

interface WithCredentials {
  changed?: boolean;
  credentials?: Record<string, string | boolean | undefined>;
}

/** What the editor shows in place of a stored secret. */
export const STORED_SECRET = '__PWRD__';

/**
 * A secret that is typed in, or taken from the environment variable that is named: shows the two as the types of one
 * field. The input holds the credential; the name of the variable is a property of the node.
 */
export function prepareSecret(input: JQuery, variable: string): void {
  input.data('isStored', input.val() === STORED_SECRET);
  // @types/node-red does not list Node-RED's type for passwords.
  input.typedInput({ types: ['cred' as never, 'env'] });
  if (variable) {
    input.typedInput('type', 'env');
    input.typedInput('value', variable);
  }
  input.on('change', () => {
    // What the editor shows in place of a stored secret is no name of a variable.
    const isPlaceholder = input.typedInput('value') === STORED_SECRET;
    if (isPlaceholder) input.data('isStored', true);
    if (isPlaceholder && input.typedInput('type') === 'env') input.typedInput('value', '');
  });
  // Who has only looked at the other type has not removed the secret.
  input.on('typedinputtypechange', () => {
    const isEmpty = input.typedInput('value') === '';
    if (input.data('isStored') && isEmpty && input.typedInput('type') === ('cred' as never))
      input.typedInput('value', STORED_SECRET);
  });
}

/** Reads the field back: returns the name of the variable, empty when the secret itself was typed in. */
export function saveSecret(input: JQuery): string {
  if (input.typedInput('type') !== 'env') return '';
  const variable = input.typedInput('value').trim();
  // What stays in the input is stored as the credential: the secret is not lost before a variable has its place.
  input.val(variable === '' && input.data('isStored') ? STORED_SECRET : '');
  // Node-RED would put the secret in its place, which would then be told as the name of a variable that is not set.
  return unsetVariable(variable) ?? variable;
}

/**
 * Whether a secret is known to be missing. The editor learns of stored ones when the dialog is opened first; a node
 * that was imported, and is not deployed yet, has none.
 */
export function lacksSecret(node: object, name: string): boolean {
  const { credentials, changed } = node as WithCredentials;
  if (!credentials) return changed === true;
  return !credentials[name] && !credentials[`has_${name}`];
}
