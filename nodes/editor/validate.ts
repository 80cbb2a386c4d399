import { isPositive, type TypedNumber } from '../shared/typed';

/**
 * A validator that applies a check of lib/: what that throws is the reason. Node-RED takes a reason only from a
 * function that has two parameters.
 */
export function passes<Properties, Value = string>(
  check: (value: Value | '', node: EditorNode<Properties>) => unknown,
) {
  return function (this: EditorNode<Properties>, value: Value, _options?: unknown): boolean | string {
    try {
      check(value ?? '', this);
      return true;
    } catch (error) {
      return shown((error as Error).message);
    }
  };
}

/** Whether a check of lib/ lets pass what another one depends on. */
export function holds(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

/** Node-RED makes HTML of it in one place, and the value in it may come from a flow of somebody else. */
function shown(message: string): string {
  return message.replaceAll('<', '‹').replaceAll('>', '›');
}

/** @param key of the text that says what is wrong */
export function positive<Properties>(key: string) {
  return passes<Properties, TypedNumber>((value, node) => {
    if (value !== '' && !isPositive(Number(value))) throw new Error(node._(key, { value }));
  });
}
