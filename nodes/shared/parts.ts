import { number, object } from '../../lib/json';

/** Which message this one is of those that were made of a list. */
export interface Level {
  index: unknown;
  /** How many there are; not known where the list has no end. */
  count?: number;
}

/** In the list, the list in the list, ...: what *split* and lpp-decode count in `msg.parts`, the outermost first. */
export function levelsOf(parts: unknown): Level[] {
  const { parts: outer, index, count } = object(parts) ?? {};
  const own = index === undefined ? [] : [{ index, count: number(count) }];
  return outer === undefined ? own : [...levelsOf(outer), ...own];
}

/** Those parts of one message that have come. */
export class Parts {
  readonly #begun = new Map<unknown, Parts>();
  readonly #complete = new Set<unknown>();

  /** @returns whether all are there */
  add([level, ...inner]: Level[]): boolean {
    if (!level) return true;
    const { index, count = 1 } = level;
    const part = this.#begun.get(index) ?? new Parts();
    this.#begun.set(index, part);
    if (part.add(inner)) this.#complete.add(index);
    return this.#complete.size >= count;
  }
}
