import type { ReportedApplication } from '../../delivery/report';
import { table } from '../microshare-share/panel';
import { CardHead, Drawer, FigureList, type Card } from './cards';
import { text } from './text';
import { ageText, APPLICATION_FIGURES, applicationFigures } from './words';

/** How an application is connected, and which devices it has heard. */
export class ApplicationCard implements Card<ReportedApplication> {
  readonly element = $('<article>');
  readonly #head: CardHead;
  readonly #figures = new FigureList(APPLICATION_FIGURES);
  readonly #drawer = new Drawer();

  constructor(line: ReportedApplication) {
    this.#head = new CardHead(line, (id) => RED.view.reveal(id));
    this.element.append(this.#head.element, this.#figures.element, this.#drawer.element);
  }

  update(line: ReportedApplication, now: number): void {
    const { state } = line;
    // The word that an outbox has for it would be wrong here.
    this.#head.update(state.name === 'waiting' ? { ...line, state: { ...state, name: 'offline' } } : line);
    this.#figures.update(applicationFigures(line, now, text));
    this.#drawer.update(line.heard > 0 ? text('devices', { count: line.heard }) : '');
    this.#drawer.body.empty().append(this.#drawer.isOpen ? deviceList(line, now) : []);
  }
}

function deviceList({ devices, found }: ReportedApplication, now: number): JQuery[] {
  if (found === 0) return [$('<p>').text(text('noDevice'))];
  const rows = devices.map(({ deviceId, at, fCnt }) => [
    deviceId,
    fCnt === undefined ? '' : String(fCnt),
    text('ago', { age: ageText(now - at) }),
  ]);
  const list = table([text('device'), text('fCnt'), text('silentFor')], rows).addClass(
    'ttn-microshare-devices',
  );
  const isPart = found > devices.length;
  return [list, ...(isPart ? [$('<p>').text(text('shown', { shown: devices.length, found }))] : [])];
}
