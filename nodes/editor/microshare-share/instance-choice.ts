import { instanceLabel, instancesOf, pathText, runningId } from '../instances';
import { option } from '../widgets';

/** In the template of a subflow that is used more than once: of which of its instances the runtime is asked. */
export class InstanceChoice {
  readonly #node: EditorNode<object>;
  readonly #field = $('#microshare-share-instance');
  readonly #isChoice: boolean;

  /** @param onChange asks anew */
  constructor(node: EditorNode<object>, onChange: () => void) {
    this.#node = node;
    const all = instancesOf(node);
    this.#isChoice = all.length > 1;
    this.#field.append(
      all.map((instances) => option(runningId(instances, node.id), pathText(instances.map(instanceLabel)))),
    );
    this.#field.on('change', onChange);
  }

  /** The id of the node as it runs. */
  get id(): string {
    return this.#isChoice ? String(this.#field.val()) : this.#node.id;
  }

  /** @param counts whether anything of the runtime is shown */
  toggle(counts: boolean): void {
    this.#field.parent().toggle(this.#isChoice && counts);
  }
}
