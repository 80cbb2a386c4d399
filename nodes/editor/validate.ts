/**
 * A validator that applies a check of lib/: what that throws is the reason. Node-RED takes a reason only from a
 * function that has two parameters.
 */
export function passes<Properties>(check: (value: string, node: EditorNode<Properties>) => unknown) {
  return function (this: EditorNode<Properties>, value: string, _options?: unknown): boolean | string {
    try {
      check(value ?? '', this);
      return true;
    } catch (error) {
      return (error as Error).message;
    }
  };
}
