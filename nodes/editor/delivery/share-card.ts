import type { ShareLine } from '../../shared/delivery-board';
import { ask } from '../ask';
import { numberText } from '../language';
import { RejectedRecords } from '../rejected-records';
import { svg } from '../svg';
import { CardHead, Drawer, FigureList, type Card } from './cards';
import { notifyError, text } from './text';
import { barsPath, SHARE_FIGURES, shareFigures, sum } from './words';

const CHART_HEIGHT = 16;

/** What a microshare-share node does, and what it has rejected. */
export class ShareCard implements Card<ShareLine> {
  readonly element = $('<article>');
  readonly #id: string;
  readonly #head: CardHead;
  readonly #figures = new FigureList(SHARE_FIGURES);
  readonly #chart = $('<div>');
  readonly #resume = $('<button type="button" class="red-ui-button red-ui-button-small">');
  readonly #drawer = new Drawer();
  #records: RejectedRecords | undefined;
  #rejected = 0;

  constructor(line: ShareLine) {
    this.#id = line.id;
    this.#head = new CardHead(line, (id) => {
      RED.view.reveal(id);
      RED.view.select(id);
    });
    this.#resume.text(text('resume')).on('click', () => {
      // What comes of it is seen in the state.
      ask(`microshare-share/${this.#id}/resume`, {})
        .then(() => RED.notify(text('resuming')))
        .catch(notifyError);
    });
    this.#drawer.element.on('toggle', () => this.#showRejected());
    this.element.append(
      this.#head.element,
      this.#chart,
      this.#figures.element,
      this.#resume,
      this.#drawer.element,
    );
  }

  update(line: ShareLine, now: number): void {
    const { figures, state } = line;
    this.#head.update(line);
    this.#figures.update(shareFigures(line, now, text));
    this.#chart.empty().append(...(figures ? [chart(figures.writtenByMinute)] : []));
    const isStopped = ['waiting', 'held', 'refusing'].includes(state.name);
    this.#resume.toggle(isStopped && RED.user.hasPermission('microshare-share.write'));
    const rejected = figures?.rejected ?? 0;
    this.#drawer.update(rejected > 0 || this.#drawer.isOpen ? text('rejected', { count: rejected }) : '');
    if (rejected !== this.#rejected) this.#showRejected();
    this.#rejected = rejected;
  }

  #showRejected(): void {
    if (!this.#drawer.isOpen) return;
    this.#records ??= new RejectedRecords(this.#id, this.#drawer.body);
    void this.#records.show();
  }
}

function chart(counts: readonly number[]): JQuery {
  const drawing = svg('svg', {
    viewBox: `0 0 ${counts.length} ${CHART_HEIGHT}`,
    preserveAspectRatio: 'none',
    role: 'img',
    'aria-label': text('chart', { count: numberText(sum(counts)), most: numberText(Math.max(...counts)) }),
    class: 'ttn-microshare-chart',
  });
  drawing.append(svg('path', { d: barsPath(counts, CHART_HEIGHT) }));
  return $(drawing as unknown as HTMLElement);
}
