import type { LeftBehindOutbox } from '../../delivery/left-behind';
import type { ShareLine } from '../../shared/delivery-board';
import { ask } from '../ask';
import { saveFile } from '../save-file';
import { labelOf, type Card } from './cards';
import { text } from './text';
import { countText } from './words';

/** Records of a node that was deleted, or has another account now. */
export class LeftBehindCard implements Card<LeftBehindOutbox> {
  readonly #route: (name: string) => string;
  readonly #writers: () => readonly ShareLine[];
  readonly #summary = $('<p>');
  readonly #recType = $('<code>');
  readonly #heir = $('<select>').attr('aria-label', text('heir'));
  /** Its entries. */
  #heirs = '';
  /** What is of use only where a node could have them. */
  #handOver = $();
  readonly element = $('<article>').append(this.#summary, $('<p>').append(this.#recType));

  /** @param writers the nodes of which one can have the records */
  constructor({ id }: LeftBehindOutbox, writers: () => readonly ShareLine[]) {
    this.#route = (name) => `ttn-microshare/left-behind/${encodeURIComponent(id)}/${name}`;
    this.#writers = writers;
    const may = (right: 'read' | 'write') => RED.user.hasPermission(`microshare-share.${right}`);
    if (may('write')) this.#handOver = this.#heir.add(button(text('handOver'), () => this.#hand()));
    const tools = $('<div class="ttn-microshare-choice">').append(this.#handOver);
    if (may('read')) tools.append(button(text('export'), () => this.#export()));
    if (may('write')) tools.append(button(text('discard'), () => this.#discard()));
    this.element.append(tools);
  }

  update({ records, rejected, recType = '' }: LeftBehindOutbox): void {
    this.#summary.text(text('abandoned', { records: countText(records), rejected: countText(rejected) }));
    this.#recType.text(recType);
    const writers = this.#writers();
    this.#handOver.toggle(writers.length > 0);
    // Only what has changed: somebody may be choosing.
    const heirs = JSON.stringify(writers.map((line) => [line.id, labelOf(line)]));
    if (heirs === this.#heirs) return;
    this.#heirs = heirs;
    const chosen = this.#heir.val();
    this.#heir.empty().append(writers.map((line) => $('<option>').val(line.id).text(labelOf(line))));
    if (writers.some(({ id }) => id === chosen)) this.#heir.val(chosen!);
  }

  async #export(): Promise<void> {
    saveFile('left-behind-records.json', await ask<unknown[]>(this.#route('export')));
  }

  async #discard(): Promise<void> {
    if (confirm(text('discardAll'))) await ask(this.#route('discard'), {});
  }

  async #hand(): Promise<void> {
    const { handedOver } = await ask<{ handedOver: number }>(this.#route('hand-over'), {
      to: this.#heir.val(),
    });
    RED.notify(text('handedOver', { count: handedOver }));
  }
}

function button(label: string, act: () => Promise<void>): JQuery {
  return $('<button type="button" class="red-ui-button red-ui-button-small">')
    .text(label)
    .on('click', () => {
      act().catch((error: Error) => RED.notify(error.message, 'error'));
    });
}
