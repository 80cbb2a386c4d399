/** The dialog of the nodes of one type. While that of one of them is open, validators are asked of the others, too. */
export class OpenDialog {
  readonly #prefix: string;
  #id: string | undefined;

  /** @param prefix of the ids of its fields */
  constructor(prefix: 'node-input' | 'node-config-input') {
    this.#prefix = prefix;
  }

  opened({ id }: { id: string }): void {
    this.#id = id;
  }

  closed(): void {
    this.#id = undefined;
  }

  /** What stands in a field of the node's dialog; undefined: it is not open. */
  value({ id }: { id: string }, name: string): string | undefined {
    const value = id === this.#id ? $(`#${this.#prefix}-${name}`).val() : undefined;
    return value === undefined ? undefined : String(value);
  }
}
