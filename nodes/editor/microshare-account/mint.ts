import { LOGIN } from '../../microshare-account/dialog-fields';
import { LastQuestion } from '../ask';
import { dateText } from '../language';
import { STORED_SECRET } from '../secret-field';

/** The pipe token that was fetched in this dialog. */
let fetched: string | undefined;

/**
 * The button that gets a pipe token with user, password and API key, which are forgotten then.
 * @param fields of the dialog, which say where to
 */
export function prepareMint(node: EditorNode<object>, fields: () => object): void {
  fetched = undefined;
  const form = $('#microshare-account-mint');
  const opener = $('#microshare-account-mint-open');
  const typed = (name: string) => $(`#microshare-account-mint-${name}`);
  const say = (text: string, isProblem = false) =>
    typed('result').text(text).toggleClass('microshare-account-problem', isProblem);
  opener.on('click', () => {
    form.toggle();
    opener.attr('aria-expanded', String(form.is(':visible')));
  });

  const token = $('#node-config-input-token');
  const note = (time: string) => {
    $('#node-config-input-tokenFetched').val(time);
    showFetched(node, time);
  };
  const question = new LastQuestion(typed('result'), typed('get'));
  const get = async () => {
    say(node._('microshare-account.asking'));
    const secrets = LOGIN.map((name) => [name, String(typed(name).val())]);
    const identity = String(typed('identity').val());
    try {
      const answer = await question.ask<{ token: string }>(`microshare-account/${node.id}/pipe-token`, {
        ...fields(),
        identity,
        credentials: Object.fromEntries(secrets) as object,
      });
      fetched = answer.token;
      form.find('input').val('');
      form.hide();
      opener.attr('aria-expanded', 'false');
      say('');
      token.typedInput('type', 'cred');
      token.typedInput('value', fetched);
      token.trigger('input').trigger('change');
      note(new Date().toISOString());
    } catch (error) {
      say((error as Error).message, true);
    }
  };
  typed('get').on('click', () => void get());

  token.on('change', () => {
    const value = token.typedInput('value');
    const isTyped = value !== STORED_SECRET && value !== fetched && token.typedInput('type') !== 'env';
    if (isTyped) note('');
  });
}

/** Says when the token in the field was fetched. */
export function showFetched(node: EditorNode<object>, at: string | undefined): void {
  const time = at ? dateText(at) : '';
  const key = fetched ? 'microshare-account.mint.fetched' : 'microshare-account.mint.stored';
  $('#microshare-account-token-fetched').text(time && node._(key, { time }));
}
