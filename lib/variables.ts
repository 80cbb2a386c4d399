/** The name in `${NAME}`, as which Node-RED leaves a field whose environment variable is not set. */
export function unsetVariable(field: string): string | undefined {
  return /^\$\{(.+)\}$/.exec(field)?.[1];
}
