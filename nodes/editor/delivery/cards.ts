import type { Line } from '../../shared/delivery-board';
import { instanceLabel, instancesOf, labelOf, pathText, runningId, type Placed } from '../instances';
import { text } from './text';
import { toneOf, type Figures } from './words';

export interface Card<Of> {
  element: JQuery;
  update(line: Of, now: number): void;
}

/** A heading with a card for each line. Cards stay as long as their lines do, with what is open in them. */
export class Cards<Of extends { id: string }> {
  readonly element = $('<section class="ttn-microshare-cards">');
  readonly #make: (line: Of) => Card<Of>;
  #cards = new Map<string, Card<Of>>();

  constructor(heading: string, make: (line: Of) => Card<Of>) {
    this.element.append($('<h3>').text(heading));
    this.#make = make;
  }

  update(lines: readonly Of[], now: number): void {
    const cards = new Map(lines.map((line) => [line.id, this.#cards.get(line.id) ?? this.#make(line)]));
    for (const [id, { element }] of this.#cards) if (!cards.has(id)) element.remove();
    for (const [id, { element }] of cards) if (!this.#cards.has(id)) this.element.append(element);
    this.#cards = cards;
    for (const line of lines) cards.get(line.id)!.update(line, now);
    this.element.toggle(lines.length > 0);
  }
}

/** The top of a card: which node it is, in the editor a click away, and how it fares. */
export class CardHead {
  readonly #tone = $('<i class="ttn-microshare-tone fa fa-circle" aria-hidden="true">');
  readonly #name = $('<button type="button" class="ttn-microshare-name">');
  readonly #state = $('<span class="ttn-microshare-state">');
  readonly #detail = $('<p class="ttn-microshare-detail">');
  readonly element = $('<div>').append($('<h4>').append(this.#tone, this.#name, this.#state), this.#detail);

  constructor(line: Line, show: (id: string) => void) {
    const { id, alias = id } = line;
    this.#name.attr('title', text('show')).on('click', () => show(instancesIn(line)[0] ?? alias));
  }

  update(line: Line): void {
    const { id, alias = id, name, state } = line;
    setText(this.#name, pathText([...instancesIn(line).map(instanceLabel), name || labelOf(alias)]));
    this.#tone.attr('data-tone', toneOf(state.name));
    setText(this.#state, text(`states.${state.name}`));
    setText(this.#detail, state.detail ?? '');
    this.#detail.toggle(state.detail !== undefined);
  }
}

/** Names with values. */
export class FigureList<Name extends string> {
  readonly element = $('<dl class="ttn-microshare-figures">');
  readonly #figures: { name: Name; row: JQuery; value: JQuery }[];

  constructor(names: readonly Name[]) {
    this.#figures = names.map((name) => {
      const value = $('<dd>');
      const row = $('<div>')
        .attr('data-figure', name)
        .append($('<dt>').text(text(`figures.${name}`)), value);
      return { name, row: row.appendTo(this.element), value };
    });
  }

  update(figures: Figures<Name>): void {
    for (const { name, row, value } of this.#figures) {
      setText(value, figures[name] ?? '');
      row.toggle(figures[name] !== undefined);
    }
  }
}

/** A part of a card that opens. */
export class Drawer {
  readonly #summary = $('<summary>');
  readonly body = $('<div>');
  readonly element = $('<details>').append(this.#summary, this.body);

  get isOpen(): boolean {
    return this.element.prop('open') === true;
  }

  /** @param title empty: it is not there */
  update(title: string): void {
    setText(this.#summary, title);
    this.element.toggle(title !== '');
  }
}

/** The instances of subflows in which the node of a line runs, outermost first. */
function instancesIn({ id, alias }: Line): string[] {
  const node = alias === undefined ? null : (RED.nodes.node(alias) as Placed | null);
  const all = node ? instancesOf(node) : [];
  return all.find((instances) => runningId(instances, alias!) === id) ?? [];
}

/** Only what has changed: a selection of text survives, and screen readers stay calm. */
export function setText(element: JQuery, value: string): void {
  if (element.text() !== value) element.text(value);
}
