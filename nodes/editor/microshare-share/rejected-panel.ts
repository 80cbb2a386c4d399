import { ask } from '../ask';
import { Panel, table } from './panel';

interface Rejected {
  id: number;
  recType: string;
  device?: string;
  record: unknown;
  reason: { code: string; message: string; at: string };
}

const PER_PAGE = 50;

/**
 * Lists what was rejected for good, to be sent again or thrown away.
 * @returns shows it
 */
export function prepareRejected(node: EditorNode<object>): () => void {
  const panel = new Panel(node, 'rejected');
  const url = (route: string) => `microshare-share/${node.id}/${route}`;
  const act = async (action: 'resend' | 'discard' | 'resume', what: object) => {
    try {
      await ask(url(action), what);
      draw();
    } catch (error) {
      panel.say((error as Error).message, true);
    }
  };
  const button = (action: 'resend' | 'discard', icon: string, id: number) =>
    $('<button type="button" class="red-ui-button red-ui-button-small">')
      .attr({ title: panel.text(`${action}One`), 'aria-label': panel.text(`${action}One`) })
      .append($('<i>').addClass(`fa ${icon}`))
      .on('click', () => void act(action, { ids: [id] }));
  const row = ({ id, recType, device, record, reason }: Rejected) => [
    new Date(reason.at).toLocaleString(),
    $('<div>').append(
      $('<div>').text(reason.message),
      $('<code>').text([recType, device].filter(Boolean).join(', ')),
      $('<code>').text(JSON.stringify(record)),
    ),
    $('<div class="microshare-share-actions">').append(
      button('resend', 'fa-repeat', id),
      ' ',
      button('discard', 'fa-trash-o', id),
    ),
  ];
  const show = (records: Rejected[], after = 0) => {
    if (records.length === 0 && after === 0) return panel.say(panel.text('none'));
    const heads = [panel.text('time'), panel.text('why'), ''];
    panel.result.append(table(heads, records.map(row)).addClass('microshare-share-rejected'));
    if (records.length < PER_PAGE) return;
    const last = records.at(-1)!.id;
    const more = $('<button type="button" class="red-ui-button">').text(panel.text('more'));
    more.appendTo(panel.result).on('click', () => {
      more.remove();
      ask<Rejected[]>(url(`rejected?limit=${PER_PAGE}&after=${last}`)).then(
        (next) => show(next, last),
        (error: Error) => panel.say(error.message, true),
      );
    });
  };
  const draw = () => void panel.ask<Rejected[]>(`rejected?limit=${PER_PAGE}`, (records) => show(records));

  panel.onClick('again', draw);
  panel.onClick('resend', () => void act('resend', { all: true }));
  panel.onClick('discard', () => {
    if (confirm(panel.text('discardAll'))) void act('discard', { all: true });
  });
  panel.onClick('resume', () => void act('resume', {}));
  panel.onClick('export', () => window.open(url('export')));
  return draw;
}
