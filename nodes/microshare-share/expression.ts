import type { Node, NodeAPI } from 'node-red';
import { Turns } from '../shared/turns';
import type { ShareMessage } from './definition';

/**
 * JSONata begins all fields of an object, groups and items of a list at once: a thousand measurements stay below. What
 * calls itself without end takes some 100 MB until there.
 */
const LIMITS = { partsAtOnce: 10_000, ms: 1000 };

type Expression = ReturnType<NodeAPI['util']['prepareJSONataExpression']>;
export type Evaluate = (msg: ShareMessage) => Promise<unknown>;

/**
 * A JSONata expression of a node. It is stopped where it has no end, or nothing else would run in Node-RED any more.
 * Rejects with what JSONata throws, also where the expression cannot be read.
 */
export function jsonataExpression(RED: NodeAPI, node: Node, text: string): Evaluate {
  const turns = new Turns();
  let parts = 0;
  let endsAt = 0;
  const enter = () => {
    if (++parts > LIMITS.partsAtOnce)
      throw new Error(
        `more than ${LIMITS.partsAtOnce} parts of it are under way at once. A function in it may call itself without end, or what it builds has too many fields`,
      );
    if (performance.now() > endsAt)
      throw new Error(
        `it takes longer than ${LIMITS.ms / 1000} s, in which Node-RED does nothing else. A function in it may call itself without end, or there is too much to go through`,
      );
  };
  const prepare = () => {
    const expression = RED.util.prepareJSONataExpression(text, node);
    watch(expression, 'entry', enter);
    watch(expression, 'exit', () => void parts--);
    return expression;
  };
  let expression: Expression | undefined;
  return (msg) =>
    // One after the other: JSONata does not tell whose part it is, and the time is that of one alone.
    turns.take(() => {
      const prepared = (expression ??= prepare());
      parts = 0;
      endsAt = performance.now() + LIMITS.ms;
      return new Promise((resolve, reject) => {
        RED.util.evaluateJSONataExpression(prepared, msg, (error, value: unknown) =>
          error ? reject(error) : resolve(value),
        );
      });
    });
}

/** JSONata calls it for each part of the expression: up to 2.0 by this name, since then by the symbol. */
function watch(expression: Expression, when: 'entry' | 'exit', call: () => void): void {
  const name = `__evaluate_${when}`;
  for (const key of [name, Symbol.for(`jsonata.${name}`)]) expression.assign(key as string, call);
}
