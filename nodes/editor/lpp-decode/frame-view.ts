import { toHex } from '../../../lib/lpp/bytes';
import type { Reading } from '../../../lib/lpp/reading';
import type { Translate } from '../translate';
import { valueText, type Stretch } from './explain';

/** How many colours there are for the records of a frame. */
const HUES = 6;
const COLUMNS = ['channel', 'type', 'name', 'value', 'unit'];

/** The bytes of a frame and what they mean; what is pointed at in one shows in the other. */
export function frameView(stretches: readonly Stretch[], translate: Translate): JQuery {
  const heads = COLUMNS.map((column) => $('<th scope="col">').text(translate(column)));
  const bodyRows = stretches.flatMap((stretch, index) =>
    rowsOf(stretch, translate).map((one) => mark(one.attr('tabindex', 0), stretch, index)),
  );
  const view = $('<div class="lpp-decode-frame">').append(
    $('<div class="lpp-decode-hex">').append(stretches.map(bytesOf)),
    $('<table>').append($('<thead>').append(row(heads)), $('<tbody>').append(bodyRows)),
  );

  const point = (index?: string) =>
    view.find('[data-stretch]').each((_, element) => {
      $(element).toggleClass('lpp-decode-pointed', element.dataset.stretch === index);
    });
  return view
    .on('mouseover focusin', '[data-stretch]', ({ currentTarget }) =>
      point((currentTarget as HTMLElement).dataset.stretch),
    )
    .on('mouseout focusout', () => point());
}

function bytesOf(stretch: Stretch, index: number): JQuery {
  const hex = toHex(stretch.bytes).replace(/..(?=.)/g, '$& ');
  return mark($('<span>').text(hex), stretch, index);
}

/** What a stretch means, and below it what is to be said about it. */
function rowsOf({ reading, warnings, error }: Stretch, translate: Translate): JQuery[] {
  return [
    ...(reading ? [row(cellsOf(reading, translate))] : []),
    ...warnings.map((text) => note(text, 'exclamation-triangle').addClass('lpp-decode-warning')),
    ...(error === undefined ? [] : [note(error, 'times-circle').addClass('lpp-decode-problem')]),
  ];
}

function cellsOf({ channel, type, name, value, unit = '', delta }: Reading, translate: Translate): JQuery[] {
  const id = `${type} (0x${toHex(Uint8Array.of(type))})`;
  const age = delta === undefined ? '' : ` (${translate('age', { seconds: delta })})`;
  return [channel, id, name, valueText(value) + age, unit].map((text) => $('<td>').text(text));
}

function note(text: string, icon: string): JQuery {
  const cell = $('<td>').attr('colspan', COLUMNS.length).text(` ${text}`);
  return row([cell.prepend($(`<i class="fa fa-${icon}">`))]);
}

function row(cells: JQuery[]): JQuery {
  return $('<tr>').append(cells);
}

function mark(element: JQuery, { error }: Stretch, index: number): JQuery {
  return element
    .attr('data-stretch', index)
    .addClass(error === undefined ? `lpp-decode-hue-${index % HUES}` : 'lpp-decode-fault');
}
