import { ask } from '../ask';
import { linesOf, type Report, type Translate } from './report';

/** The button that tries what is set in the dialog. */
export function prepareTest(node: EditorNode<object>, fields: () => object): void {
  const write = $('#microshare-account-test-write');
  const result = $('#microshare-account-test-result');
  const translate: Translate = (key, values) => node._(`microshare-account.test.${key}`, values);
  write.on('change', () => $('#microshare-account-test-target').toggle(write.is(':checked')));
  const run = async () => {
    result.removeClass('microshare-account-problem').text(node._('microshare-account.asking'));
    try {
      const report = await ask<Report>(`microshare-account/${node.id}/test`, {
        ...fields(),
        write: write.is(':checked'),
        recType: String($('#microshare-account-test-recType').val()).trim() || undefined,
      });
      const lines = linesOf(report, translate).map(({ text, tone }) =>
        $('<li>')
          .text(text)
          .addClass(tone ? `microshare-account-${tone}` : ''),
      );
      result.empty().append($('<ul>').append(lines));
    } catch (error) {
      result.addClass('microshare-account-problem').text((error as Error).message);
    }
  };
  $('#microshare-account-test-run').on('click', () => void run());
}
