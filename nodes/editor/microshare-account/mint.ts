import { ask, LastQuestion } from '../ask';
import { STORED_SECRET } from '../secret-field';

/** A pipe token that the runtime has fetched, and keeps until the dialog is confirmed. */
let ticket: string | undefined;

/** The ticket of the token that was fetched in this dialog, unless another one was typed since. */
export function fetchedTicket(): string | undefined {
  return isUnknown() ? ticket : undefined;
}

/**
 * The button that gets a pipe token with user, password and API key, which are forgotten then.
 * @param fields of the dialog, which say where to
 */
export function prepareMint(node: EditorNode<object>, fields: () => object): void {
  ticket = undefined;
  const form = $('#microshare-account-mint');
  const opener = $('#microshare-account-mint-open');
  const typed = (name: string) => $(`#microshare-account-mint-${name}`);
  const say = (text: string, isProblem = false) =>
    typed('result').text(text).toggleClass('microshare-account-problem', isProblem);
  opener.on('click', () => {
    form.toggle();
    opener.attr('aria-expanded', String(form.is(':visible')));
  });

  const question = new LastQuestion(typed('result'));
  const get = async () => {
    say(node._('microshare-account.asking'));
    const secrets = ['username', 'password', 'apiKey'].map((name) => [name, String(typed(name).val())]);
    const identity = String(typed('identity').val());
    try {
      const answer = await question.ask<{ ticket: string }>(`microshare-account/${node.id}/pipe-token`, {
        ...fields(),
        identity,
        credentials: Object.fromEntries(secrets) as object,
      });
      ticket = answer.ticket;
      form.find('input').val('');
      form.hide();
      opener.attr('aria-expanded', 'false');
      say('');
      token.typedInput('type', 'cred');
      token.typedInput('value', STORED_SECRET);
      token.trigger('input').trigger('change');
      const fetched = new Date().toISOString();
      $('#node-config-input-tokenFetched').val(fetched);
      showFetched(node, fetched);
    } catch (error) {
      say((error as Error).message, true);
    }
  };
  typed('get').on('click', () => void get());

  const token = $('#node-config-input-token');
  token.on('change', () => {
    if (isUnknown() || token.typedInput('type') === 'env') return;
    // Another one was typed.
    $('#node-config-input-tokenFetched').val('');
    showFetched(node, '');
  });
}

/** Says when the token in the field was fetched. */
export function showFetched(node: EditorNode<object>, fetched: string | undefined): void {
  const time = fetched ? new Date(fetched).toLocaleString() : '';
  const key = ticket ? 'microshare-account.mint.fetched' : 'microshare-account.mint.stored';
  $('#microshare-account-token-fetched').text(time && node._(key, { time }));
}

/** The token in the field is one that the editor does not know. */
function isUnknown(): boolean {
  return $('#node-config-input-token').typedInput('value') === STORED_SECRET;
}

/** The dialog was confirmed: the token becomes the node's credential. */
export function keepFetched(node: EditorNode<{ credentials?: { token?: unknown } }>): void {
  const ticket = fetchedTicket();
  if (!ticket) return;
  // One that was typed before would be deployed in its place.
  delete node.credentials?.token;
  ask(`microshare-account/${node.id}/keep-token`, { ticket }).catch((error: Error) =>
    RED.notify(error.message, 'error'),
  );
}
