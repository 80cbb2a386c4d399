import type { ReportedApplication } from '../../delivery/report';
import { CardHead, Drawer, FigureList, type Card } from './cards';
import { DeviceList } from './device-list';
import { text } from './text';
import { APPLICATION_FIGURES, applicationFigures } from './words';

/** How an application is connected, and which devices it has heard. */
export class ApplicationCard implements Card<ReportedApplication> {
  readonly element = $('<article>');
  readonly #head: CardHead;
  readonly #figures = new FigureList(APPLICATION_FIGURES);
  readonly #drawer = new Drawer();
  readonly #devices = new DeviceList();

  constructor(line: ReportedApplication) {
    this.#head = new CardHead(line, (id) => RED.view.reveal(id));
    this.#drawer.body.append(this.#devices.element);
    this.element.append(this.#head.element, this.#figures.element, this.#drawer.element);
  }

  update(line: ReportedApplication, now: number): void {
    const { state } = line;
    // The word that an outbox has for it would be wrong here.
    this.#head.update(state.name === 'waiting' ? { ...line, state: { ...state, name: 'offline' } } : line);
    this.#figures.update(applicationFigures(line, now, text));
    this.#drawer.update(line.heard > 0 ? text('devices', { count: line.heard }) : '');
    if (this.#drawer.isOpen) this.#devices.update(line, now);
  }
}
