import type { ShareRecord } from '../../../lib/microshare/read';
import type { Newest } from '../../microshare-share/newest';
import { dateText, numberText } from '../language';
import { option, table } from '../widgets';
import { chart } from './chart';
import { Panel } from './panel';
import { deviceOf, numbersOf, seriesOf, type Series } from './series';

/**
 * Shows the newest records of the node's recType, and how their values went.
 * @returns shows them
 */
export function prepareVerify(node: EditorNode<object>, idOf: () => string): () => void {
  const panel = new Panel(node, 'verify', idOf);
  const show = ({ recType, records, cannotRead }: Newest) => {
    if (cannotRead) return panel.say(panel.text('cannotRead'), true);
    panel.say(panel.text(records.length > 0 ? 'of' : 'none', { count: records.length, recType }));
    const series = seriesOf(records).filter(({ points }) => points.length > 1);
    if (series.length > 0) panel.result.append(charts(series, panel.text('field')));
    if (records.length > 0) panel.result.append(list(records, panel));
  };
  const draw = () => void panel.ask<Newest>('newest', show);
  panel.onClick('again', draw);
  return draw;
}

function charts(series: Series[], label: string): JQuery {
  const options = series.map(({ name }, index) => option(index, name));
  const field = $('<select>').attr('aria-label', label).append(options);
  const shown = $('<div>');
  const draw = () => shown.empty().append(chart(series[Number(field.val())]!) as unknown as JQuery);
  field.on('change', draw);
  draw();
  return $('<div>').append(field, shown);
}

function list(records: ShareRecord[], panel: Panel): JQuery {
  const heads = [panel.text('time'), panel.text('device'), panel.text('record')];
  const rows = records.map((record) => [
    record.createdAt ? dateText(record.createdAt) : '',
    deviceOf(record.data) ?? '',
    content(record),
  ]);
  return table(heads, rows);
}

/** What was measured, and behind it the whole record. */
function content({ id, data }: ShareRecord): JQuery {
  const whole = $('<code>').attr('title', id).text(JSON.stringify(data));
  const values = numbersOf(data).map(([field, value]) => `${field} ${numberText(value)}`);
  if (values.length === 0) return whole;
  return $('<details>').append($('<summary>').text(values.join(', ')), whole);
}
