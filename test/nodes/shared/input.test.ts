import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Node } from 'node-red';
import { onInput } from '../../../nodes/shared/input';

describe('onInput', () => {
  /** What a node tells of a message whose handler throws this, or rejects with it. */
  async function told(handle: () => Promise<void>, done: (error?: Error) => void = () => undefined) {
    const warnings: string[] = [];
    const errors: unknown[] = [];
    const node = Object.assign(new EventEmitter(), { warn: (text: string) => void warnings.push(text) });
    onInput(node as unknown as Node, handle);
    node.emit(
      'input',
      {},
      () => undefined,
      (error?: Error) => {
        errors.push(error?.message);
        done(error);
      },
    );
    await new Promise(setImmediate);
    return { errors, warnings };
  }

  it('is done once, with the text of whatever is thrown, also of what has none', async () => {
    for (const [thrown, text] of [
      [new Error('no'), 'no'],
      ['no', 'no'],
      [undefined, 'undefined'],
      [Object.create(null), 'what was thrown has no text'],
    ] as const) {
      const { errors } = await told(() => Promise.reject(thrown as Error));
      assert.deepEqual(errors, [text]);
      const thrownAtOnce = await told(() => {
        throw thrown;
      });
      assert.deepEqual(thrownAtOnce.errors, [text]);
    }
  });

  it('warns of what a Catch node did not hear of', async () => {
    const fails = () => {
      throw Object.create(null);
    };
    const { errors, warnings } = await told(() => Promise.reject(new Error('too deep')), fails);
    assert.deepEqual(errors, ['too deep']);
    assert.match(warnings.join(), /^A Complete or Catch node failed: .*no text.* to hear of: too deep$/);
  });
});
