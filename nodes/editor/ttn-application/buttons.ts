import { ask } from '../ask';
import { typedFields } from './fields';
import { triedText, type Translate, type Tried } from './tried';

/** The buttons that ask the runtime, and what it answers. */
export function prepareButtons(node: EditorNode<object>): void {
  const translate: Translate = (key, values) => node._(`ttn-application.${key}`, values);
  const onClick = (
    name: string,
    route: string,
    show: (answer: never) => string,
    more: () => object = () => ({}),
  ) => {
    const result = $(`#${resultOf(name)}`);
    $(`#ttn-application-${name}`).on('click', () => {
      result.removeClass('ttn-application-problem').text(translate('asking'));
      ask<never>(`ttn-application/${node.id}/${route}`, { ...typedFields(), ...more() }).then(
        (answer) => result.text(show(answer)),
        (error: Error) => result.addClass('ttn-application-problem').text(error.message),
      );
    });
  };

  onClick('test', 'test', ({ tried }: { tried: Tried[] }) => triedText(tried, translate));
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
