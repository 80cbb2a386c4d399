import { LastQuestion } from '../ask';

/** The part of a tab that shows what the runtime answers. */
export class Panel {
  readonly #name: string;
  readonly #node: EditorNode<object>;
  readonly #idOf: () => string;
  readonly #summary: JQuery;
  readonly #question: LastQuestion;
  readonly result: JQuery;

  /** @param idOf the id of the node as it runs */
  constructor(node: EditorNode<object>, name: 'preview' | 'verify', idOf: () => string) {
    this.#node = node;
    this.#idOf = idOf;
    this.#name = name;
    this.#summary = $(`#microshare-share-${name}-summary`);
    this.#question = new LastQuestion(this.#summary);
    this.result = $(`#microshare-share-${name}-result`);
  }

  /** A text of this panel. */
  text(key: string, values?: Record<string, string | number>): string {
    return this.#node._(`microshare-share.${this.#name}.${key}`, values);
  }

  /** @param button the part of its id behind the panel's name */
  onClick(button: string, act: () => void): void {
    $(`#microshare-share-${this.#name}-${button}`).on('click', act);
  }

  say(text: string, isProblem = false): void {
    this.#summary.text(text).toggleClass('microshare-share-problem', isProblem);
  }

  /** Empties the panel, asks a route of the node, and shows the answer or why there is none. */
  async ask<Answer>(route: string, show: (answer: Answer) => void, body?: object): Promise<void> {
    this.say(this.#node._('microshare-share.asking'));
    try {
      const answer = await this.#question.ask<Answer>(`microshare-share/${this.#idOf()}/${route}`, body);
      this.say('');
      this.result.empty();
      show(answer);
    } catch (error) {
      this.result.empty();
      this.say((error as Error).message, true);
    }
  }
}

export function json(value: unknown): JQuery {
  return $('<pre class="microshare-share-json">').text(JSON.stringify(value, null, 2));
}
