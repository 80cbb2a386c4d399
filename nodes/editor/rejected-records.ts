import { needsChange } from '../../lib/microshare/policy';
import type { OutboxStats } from '../../lib/outbox';
import type { ShownRecord } from '../microshare-share/rejection';
import { ask, askForFile, LastQuestion } from './ask';
import { ageText, dateText } from './language';
import { saveFile } from './save-file';

type Rejected = ShownRecord & { reason: NonNullable<ShownRecord['reason']> };
type RejectedAction = 'resend' | 'discard' | 'resume';

const PER_PAGE = 50;
const ICONS = {
  again: 'fa-refresh',
  resend: 'fa-repeat',
  discard: 'fa-trash-o',
  export: 'fa-download',
  resume: 'fa-play',
};

/** Lists what a node has rejected for good, to be sent again, exported or thrown away. */
export class RejectedRecords {
  readonly #nodeId: string;
  readonly #tools = $('<div class="microshare-share-buttons">');
  readonly #summary = $('<p role="status">');
  readonly #result = $('<ul class="microshare-share-records">');
  readonly #more = $('<div>');
  #showsWaiting = false;
  readonly #canWrite = RED.user.hasPermission('microshare-share.write');

  constructor(nodeId: string, place: JQuery) {
    this.#nodeId = nodeId;
    place.append(this.#tools, this.#summary, this.#result, this.#more);
    this.#tool('again', () => void this.show());
    if (this.#canWrite) {
      this.#tool('resend', () => void this.#act('resend', { all: true }));
      this.#tool('discard', () => {
        if (confirm(text('discardAll'))) void this.#act('discard', { all: true });
      });
    }
    this.#tool('export', () => void this.#export());
    if (!this.#canWrite)
      $('<p class="microshare-share-note">').text(text('readOnly')).insertAfter(this.#tools);
  }

  /** Also says what only waits, and offers to try it at once. */
  offerResume(): void {
    this.#showsWaiting = true;
    if (this.#canWrite) this.#tool('resume', () => void this.#act('resume', {}));
  }

  show(): Promise<void> {
    return this.#try(() => this.#show());
  }

  async #show(): Promise<void> {
    const [records, stats] = await Promise.all([
      ask<Rejected[]>(this.#page(0)),
      ask<OutboxStats>(this.#url('stats')),
    ]);
    const waiting = this.#showsWaiting ? waitingText(stats, Date.now()) : '';
    this.#result.empty();
    this.#say([records.length === 0 ? text('none') : '', waiting].filter(Boolean).join(' '));
    this.#list(records);
  }

  /** It may take seconds, in which nothing else is asked for; a part of it may be done when it fails. */
  async #act(action: RejectedAction, what: object): Promise<void> {
    const buttons = this.#tools.find('button').add(this.#result.find('button'));
    buttons.prop('disabled', true);
    await this.#try(async () => {
      await ask(this.#url(action), what).finally(() => this.#show());
    });
    buttons.prop('disabled', false);
  }

  #export(): Promise<void> {
    return this.#try(async () => {
      saveFile('rejected-records.json', await askForFile(this.#url('export')));
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#say((error as Error).message, true);
    }
  }

  #say(what: string, isProblem = false): void {
    this.#summary.text(what).toggleClass('microshare-share-problem', isProblem);
  }

  /** @param records what {@link #page} answers */
  #list(records: Rejected[]): void {
    const shown = records.slice(0, PER_PAGE);
    this.#result.append(shown.map((record) => this.#item(record)));
    this.#more.empty();
    if (shown.length === records.length) return;
    const next = this.#page(shown.at(-1)!.id);
    const more = $('<button type="button" class="red-ui-button">').text(text('more')).appendTo(this.#more);
    // Its place is gone when all is shown anew meanwhile.
    const question = new LastQuestion(more, more);
    more.on('click', () => void this.#try(async () => this.#list(await question.ask<Rejected[]>(next))));
  }

  #item({ id, recType, device, record, message, reason }: Rejected): JQuery {
    const act = (action: 'resend' | 'discard') => void this.#act(action, { ids: [id] });
    const actions = [
      button('resendOne', 'resend', () => act('resend')),
      button('discardOne', 'discard', () => {
        if (confirm(text('discardThis'))) act('discard');
      }),
    ];
    return $('<li>').append(
      $('<div class="microshare-share-record">').append(
        $('<time>').text(dateText(reason.at)),
        this.#canWrite ? actions : [],
      ),
      $('<div>').text(reason.message),
      $('<code>').text([recType, device].filter(Boolean).join(', ')),
      $('<code>').text(JSON.stringify(record ?? message)),
    );
  }

  /** The route of a page, and of one record more where it is not the last. */
  #page(after: number): string {
    return this.#url(`rejected?limit=${PER_PAGE + 1}&after=${after}`);
  }

  #url(route: string): string {
    return `microshare-share/${this.#nodeId}/${route}`;
  }

  #tool(name: keyof typeof ICONS, act: () => void): void {
    $('<button type="button" class="red-ui-button">')
      .append($('<i>').addClass(`fa ${ICONS[name]}`), ' ', $('<span>').text(text(name)))
      .on('click', act)
      .appendTo(this.#tools);
  }
}

/** What waits, why, and until when. */
function waitingText({ state, store }: OutboxStats, now: number): string {
  if (store.records === 0) return '';
  const count = text('waiting', { count: store.records });
  if (!('until' in state)) return count;
  const { code, message, until } = state;
  const isTried = until > now && !needsChange(code);
  return [count, message, isTried ? text('nextTry', { age: ageText(until - now) }) : '']
    .filter(Boolean)
    .join(' ');
}

function button(label: string, icon: keyof typeof ICONS, act: () => void): JQuery {
  return $('<button type="button" class="red-ui-button red-ui-button-small">')
    .attr({ title: text(label), 'aria-label': text(label) })
    .append($('<i>').addClass(`fa ${ICONS[icon]}`))
    .on('click', act);
}

/** Of the node's catalogue. */
function text(key: string, values?: Record<string, string | number>): string {
  return RED._(`@ttn-microshare/node-red/microshare-share:microshare-share.rejected.${key}`, values);
}
