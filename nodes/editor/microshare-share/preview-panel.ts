import type { Preview } from '../../microshare-share/preview';
import { json, Panel } from './panel';

/**
 * Shows what the node would write of the last message, with what is set in the dialog.
 * @returns shows it
 */
export function preparePreview(
  node: EditorNode<object>,
  idOf: () => string,
  settings: () => object,
): () => void {
  const panel = new Panel(node, 'preview', idOf);
  const show = ({ noMessage, recType, problem, count, records, warnings }: Preview) => {
    if (noMessage) return panel.say(panel.text('noMessage'), true);
    panel.say(recType ? panel.text('of', { count, recType }) : (problem ?? ''), recType === undefined);
    panel.result.append(
      warnings.map((warning) =>
        $('<p class="microshare-share-note microshare-share-warning">').text(warning),
      ),
      records.map(json),
    );
  };
  const draw = () => {
    if (RED.user.hasPermission('flows.write')) void panel.ask<Preview>('preview', show, settings());
    else panel.say(panel.text('noPermission'), true);
  };
  panel.onClick('again', draw);
  return draw;
}
