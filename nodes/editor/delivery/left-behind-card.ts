import type { LeftBehindOutbox } from '../../delivery/left-behind';
import { ask, askForFile } from '../ask';
import { saveFile } from '../save-file';
import { labelOf } from '../instances';
import { numberText } from '../language';
import type { Card } from './cards';
import { notifyError, text } from './text';

/** Records of a node that is not in the flow any more, is disabled, or writes for another account. */
export class LeftBehindCard implements Card<LeftBehindOutbox> {
  readonly #summary = $('<p>');
  readonly #recType = $('<code>');
  #discard: JQuery | undefined;
  readonly element = $('<article>').append(this.#summary, $('<p>').append(this.#recType));

  constructor({ id }: LeftBehindOutbox) {
    const route = (name: string) => `ttn-microshare/left-behind/${encodeURIComponent(id)}/${name}`;
    if (RED.user.hasPermission('microshare-share.read')) {
      this.#button(text('export'), async () =>
        saveFile('left-behind-records.json', await askForFile(route('export'))),
      );
    }
    if (RED.user.hasPermission('microshare-share.write')) {
      this.#discard = this.#button(text('discard'), async () => {
        if (confirm(text('discardAll'))) await ask(route('discard'), {});
      });
    }
  }

  update({ node = '', account = '', disabled, records, rejected, recType = '' }: LeftBehindOutbox): void {
    const counts = { records: numberText(records), rejected: numberText(rejected) };
    const key = disabled ? 'disabled' : node ? 'otherAccount' : 'noNode';
    this.#summary.text(text(key, { ...counts, node: labelOf(node), account: labelOf(account) }));
    // The node may be enabled again.
    this.#discard?.toggle(!disabled);
    this.#recType.text(recType);
  }

  #button(label: string, act: () => Promise<void>): JQuery {
    return $('<button type="button" class="red-ui-button red-ui-button-small">')
      .text(label)
      .on('click', () => {
        act().catch(notifyError);
      })
      .appendTo(this.element);
  }
}
