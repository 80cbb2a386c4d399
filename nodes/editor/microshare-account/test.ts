import { LastQuestion } from '../ask';
import type { Translate } from '../translate';
import { linesOf, type Report } from './report';

/** The button that tries what is set in the dialog. */
export function prepareTest(node: EditorNode<object>, fields: () => object): void {
  const write = $('#microshare-account-test-write');
  const result = $('#microshare-account-test-result');
  const translate: Translate = (key, values) => node._(`microshare-account.test.${key}`, values);
  write.on('change', () => $('#microshare-account-test-target').toggle(write.is(':checked')));
  const button = $('#microshare-account-test-run');
  const question = new LastQuestion(result, button);
  const clear = () => {
    question.drop();
    result.empty();
  };
  const run = async () => {
    result.removeClass('microshare-account-problem').text(node._('microshare-account.asking'));
    try {
      const report = await question.ask<Report>(`microshare-account/${node.id}/test`, {
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
  button.on('click', () => void run());
  // A field that loses the focus may show a warning, which would move the button away under the mouse.
  button.on('mousedown', (event) => event.preventDefault());
  // The result is of what stood in the fields.
  button.closest('form').on('input', clear).on('change', 'select, :checkbox', clear);
}
