import { ask } from '../ask';
import { typedFields } from './fields';
import type { Tried } from '../../ttn-application/trial';
import { triedLines, type Translate } from './tried';

/** The buttons that ask the runtime, and what it answers, until something is changed. */
export function prepareButtons(node: EditorNode<object>): void {
  const translate: Translate = (key, values) => node._(`ttn-application.${key}`, values);
  const onClick = (
    name: string,
    route: string,
    show: (answer: never) => string | JQuery[],
    more: () => object = () => ({}),
  ) => {
    const result = $(`#${resultOf(name)}`);
    /** Only the answer to the last question counts. */
    let asked = 0;
    const tell = (told: string | JQuery[], isProblem = false) => {
      if (typeof told === 'string') result.text(told);
      else result.empty().append(told);
      result.toggleClass('ttn-application-problem', isProblem)[0]?.scrollIntoView({ block: 'nearest' });
    };
    $(`#ttn-application-${name}`).on('click', () => {
      const question = ++asked;
      const answered = (...told: Parameters<typeof tell>) => question === asked && tell(...told);
      tell(translate('asking'));
      ask<never>(`ttn-application/${node.id}/${route}`, { ...typedFields(), ...more() }).then(
        (answer) => answered(show(answer)),
        (error: Error) => answered(error.message, true),
      );
    });
    $('#ttn-application-dialog').on('input change', () => {
      asked++;
      result.empty();
    });
  };

  onClick('test', 'test', ({ tried }: { tried: Tried[] }) =>
    triedLines(tried, translate).map(({ text, isMinor }) =>
      $('<div>').text(text).toggleClass('ttn-application-minor', isMinor),
    ),
  );
  onClick('storage', 'enable-storage', ({ storage }: { storage: string }) => translate(`storage.${storage}`));

  const setup = () => {
    const value = (name: string) => String($(`#ttn-application-direct-${name}`).val());
    return { id: value('id'), apiUrl: value('apiUrl'), recType: value('recType'), token: value('token') };
  };
  const direct = (action: string, show: (answer: never) => string) =>
    onClick(`direct-${action}`, 'direct-webhook', show, () => ({ action, setup: setup() }));
  const send = $('#ttn-application-direct-set');
  // What is sent has been shown.
  $('#ttn-application-tab-direct').on('input', 'input', () => send.prop('disabled', true));
  direct('plan', ({ webhook }: { webhook: object }) => {
    send.prop('disabled', false);
    return `${translate('direct.planned')}\n${JSON.stringify(webhook, null, 2)}`;
  });
  direct('set', ({ webhook }: { webhook: object }) => {
    return `${translate('direct.sent')}\n${JSON.stringify(webhook, null, 2)}`;
  });
  direct('remove', ({ removed }: { removed: string }) => translate('direct.removed', { id: removed }));
  direct('list', ({ webhooks }: { webhooks: object[] }) =>
    webhooks.length > 0 ? JSON.stringify(webhooks, null, 2) : translate('direct.none'),
  );
}

function resultOf(button: string): string {
  return `ttn-application-${button.replace(/^direct-.*/, 'direct')}-result`;
}
