import type { LeftBehindOutbox } from '../../delivery/left-behind';
import type { DeliveryReport, DeviceChoice, ReportedApplication } from '../../delivery/report';
import type { ShareLine } from '../../shared/delivery-board';
import { ask } from '../ask';
import { option } from '../widgets';
import { ApplicationCard } from './application-card';
import { Cards, setText } from './cards';
import { LeftBehindCard } from './left-behind-card';
import { whileSeen } from './poll';
import { ShareCard } from './share-card';
import { text } from './text';

const EVERY_MS = 2_000;
const ORDERS = ['recent', 'silent'] as const satisfies readonly DeviceChoice['order'][];

/** What comes in from The Things Network and goes out to Microshare, as it is now. */
export class DeliveryTab {
  readonly #summary = $('<p role="status">');
  readonly #shares = new Cards<ShareLine>(text('shares'), (line) => new ShareCard(line));
  readonly #leftBehind = new Cards<LeftBehindOutbox>(
    text('leftBehind'),
    (outbox) => new LeftBehindCard(outbox),
  );
  readonly #applications = new Cards<ReportedApplication>(
    text('applications'),
    (line) => new ApplicationCard(line),
  );
  readonly #search = $('<input type="search">').attr({
    placeholder: text('search'),
    'aria-label': text('search'),
  });
  readonly #order = $('<select>')
    .attr('aria-label', text('order'))
    .append(ORDERS.map((order) => option(order, text(`orders.${order}`))));
  readonly #content = $('<div class="ttn-microshare-delivery">');

  constructor() {
    const choice = $('<div class="ttn-microshare-choice">').append(this.#search, this.#order);
    this.#applications.element.append(choice).hide();
    this.#shares.element.add(this.#leftBehind.element).hide();
    this.#content.append(
      this.#summary,
      this.#shares.element,
      this.#leftBehind.element,
      this.#applications.element,
    );
    const draw = whileSeen(this.element, EVERY_MS, () => this.#draw());
    this.#search.on('input', draw);
    this.#order.on('change', draw);
    // What has been opened is filled at once.
    this.element.addEventListener('toggle', draw, true);
  }

  get element(): HTMLElement {
    return this.#content[0]!;
  }

  async #draw(): Promise<void> {
    if (!RED.user.hasPermission('ttn-microshare.read')) return this.#say(text('noPermission'));
    const choice = { search: String(this.#search.val()), order: String(this.#order.val()) };
    try {
      this.#show(await ask<DeliveryReport>(`ttn-microshare/delivery?${String(new URLSearchParams(choice))}`));
    } catch (error) {
      this.#say(text('noAnswer', { reason: (error as Error).message }));
    }
  }

  #show({ now, shares, applications, leftBehind }: DeliveryReport): void {
    this.#shares.update(shares, now);
    this.#leftBehind.update(leftBehind, now);
    this.#applications.update(applications, now);
    this.#say(shares.length + applications.length === 0 ? text('nothing') : '');
  }

  #say(what: string): void {
    setText(this.#summary, what);
  }
}
