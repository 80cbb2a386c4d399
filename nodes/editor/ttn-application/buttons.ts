import { DIRECT_WEBHOOK } from '../../../lib/ttn/api/webhooks';
import type { Tried } from '../../ttn-application/trial';
import { LastQuestion } from '../ask';
import type { Translate } from '../translate';
import { typedFields } from './fields';
import { triedLines } from './tried';

/** Where what the runtime answers is shown, until something is changed. */
class Result {
  readonly #result: JQuery;
  readonly #question: LastQuestion;

  constructor(id: string) {
    this.#result = $(`#${id}`);
    this.#question = new LastQuestion(this.#result);
    $('#ttn-application-dialog').on('input change', () => {
      this.#question.drop();
      this.#result.empty();
    });
  }

  ask(
    node: EditorNode<object>,
    route: string,
    body: object,
    show: (answer: never) => string | JQuery[],
  ): void {
    this.#tell(node._('ttn-application.asking'));
    this.#question.ask<never>(`ttn-application/${node.id}/${route}`, { ...typedFields(), ...body }).then(
      (answer) => this.#tell(show(answer)),
      (error: Error) => this.#tell(error.message, true),
    );
  }

  #tell(told: string | JQuery[], isProblem = false): void {
    if (typeof told === 'string') this.#result.text(told);
    else this.#result.empty().append(told);
    const { 0: element } = this.#result.toggleClass('ttn-application-problem', isProblem);
    element?.scrollIntoView({ block: 'nearest' });
  }
}

/** The buttons that ask the runtime. */
export function prepareButtons(node: EditorNode<object>): void {
  const translate: Translate = (key, values) => node._(`ttn-application.${key}`, values);
  const onClick = (name: string, act: () => void) => $(`#ttn-application-${name}`).on('click', act);

  const tests = new Result('ttn-application-test-result');
  onClick('test', () =>
    tests.ask(node, 'test', {}, ({ tried }: { tried: Tried[] }) =>
      triedLines(tried, translate).map(({ text, isMinor }) =>
        $('<div>').text(text).toggleClass('ttn-application-minor', isMinor),
      ),
    ),
  );
  const storages = new Result('ttn-application-storage-result');
  onClick('storage', () =>
    storages.ask(node, 'enable-storage', {}, ({ storage }: { storage: string }) =>
      translate(`storage.${storage}`),
    ),
  );

  const setup = () => {
    const value = (name: string) => String($(`#ttn-application-direct-${name}`).val());
    return { id: value('id'), apiUrl: value('apiUrl'), recType: value('recType'), token: value('token') };
  };
  const webhooks = new Result('ttn-application-direct-result');
  const direct = (action: string, show: (answer: never) => string, isMeant = () => true) =>
    onClick(`direct-${action}`, () => {
      if (isMeant()) webhooks.ask(node, 'direct-webhook', { action, setup: setup() }, show);
    });
  const send = $('#ttn-application-direct-set');
  // What is sent has been shown.
  $('#ttn-application-dialog').on('input change', () => send.prop('disabled', true));
  direct('plan', ({ webhook, warnings }: { webhook: object; warnings: string[] }) => {
    send.prop('disabled', false);
    return [...warnings, translate('direct.planned'), JSON.stringify(webhook, null, 2)].join('\n');
  });
  direct('set', ({ webhook }: { webhook: object }) => {
    return `${translate('direct.sent')}\n${JSON.stringify(webhook, null, 2)}`;
  });
  direct(
    'remove',
    ({ removed }: { removed: string }) => translate('direct.removed', { id: removed }),
    () => confirm(translate('direct.removeThis', { id: setup().id || DIRECT_WEBHOOK })),
  );
  direct('list', ({ webhooks }: { webhooks: object[] }) =>
    webhooks.length > 0 ? JSON.stringify(webhooks, null, 2) : translate('direct.none'),
  );
}
