import { chart } from './chart';
import { Panel, table } from './panel';
import { deviceOf, seriesOf, type ReadRecord, type Series } from './series';

interface Newest {
  recType: string;
  records: ReadRecord[];
  /** Why there are none. */
  problem?: string;
}

const SHOWN = 10;

/**
 * Shows the newest records of the node's recType, and how their values went.
 * @returns shows them
 */
export function prepareVerify(node: EditorNode<object>): () => void {
  const panel = new Panel(node, 'verify');
  const show = ({ recType, records, problem }: Newest) => {
    if (problem) return panel.say(problem, true);
    panel.say(panel.text(records.length > 0 ? 'of' : 'none', { count: records.length, recType }));
    const series = seriesOf(records).filter(({ points }) => points.length > 1);
    if (series.length > 0) panel.result.append(charts(series, panel.text('field')));
    if (records.length > 0) panel.result.append(list(records.slice(0, SHOWN), panel));
  };
  const draw = () => void panel.ask<Newest>('newest', show);
  panel.onClick('again', draw);
  return draw;
}

function charts(series: Series[], label: string): JQuery {
  const options = series.map(({ name }, index) => $('<option>').val(index).text(name));
  const field = $('<select>').attr('aria-label', label).append(options);
  const shown = $('<div>');
  const draw = () => shown.empty().append(chart(series[Number(field.val())]!) as unknown as JQuery);
  field.on('change', draw);
  draw();
  return $('<div>').append(field, shown);
}

function list(records: ReadRecord[], panel: Panel): JQuery {
  const heads = [panel.text('time'), panel.text('device'), panel.text('record')];
  const rows = records.map(({ createdAt, data, id }) => [
    createdAt ? new Date(createdAt).toLocaleString() : '',
    deviceOf(data) ?? '',
    $('<code>').attr('title', id).text(JSON.stringify(data)),
  ]);
  return table(heads, rows);
}
