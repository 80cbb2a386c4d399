/** Items under numbers that grow by one; taken out anywhere, mostly at the front. */
export class Dense<T> {
  #items: (T | undefined)[] = [];
  /** The number of `#items[0]`. */
  #base = 1;
  /** Where the first item stands. */
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  get next(): number {
    return this.#base + this.#items.length;
  }

  push(item: T): void {
    this.#items.push(item);
    this.#size++;
  }

  get(number: number): T | undefined {
    return this.#items[number - this.#base];
  }

  take(number: number): T | undefined {
    const item = this.get(number);
    if (item === undefined) return undefined;
    this.#items[number - this.#base] = undefined;
    this.#size--;
    while (this.#head < this.#items.length && this.#items[this.#head] === undefined) this.#head++;
    if (this.#head > 1000 && this.#head * 2 > this.#items.length) this.#compact();
    return item;
  }

  /** Up to so many items with a number above `after`. */
  page(after: number, limit: number): T[] {
    const page: T[] = [];
    for (
      let at = Math.max(this.#head, after + 1 - this.#base);
      at < this.#items.length && page.length < limit;
      at++
    ) {
      const item = this.#items[at];
      if (item !== undefined) page.push(item);
    }
    return page;
  }

  #compact(): void {
    this.#items = this.#items.slice(this.#head);
    this.#base += this.#head;
    this.#head = 0;
  }
}
