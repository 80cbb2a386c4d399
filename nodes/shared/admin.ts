import type { NodeAPI } from 'node-red';
import { CodedError } from '../../lib/errors';
import { object } from '../../lib/json';

type Handler = Parameters<NodeAPI['httpAdmin']['get']>[1];
export type Request = Parameters<Extract<Handler, (...given: never[]) => unknown>>[0];
export type Response = Parameters<Extract<Handler, (...given: never[]) => unknown>>[1];

/** Who asks for what is not there. */
export class NotFound extends CodedError {
  constructor(message: string, code = 'not_found') {
    super(code, message);
  }
}

/**
 * A route of the editor: what `handle` returns is the answer, as JSON; undefined: it has answered itself. An error
 * becomes `{ code, message }` with the status 422.
 */
export function route(handle: (request: Request, response: Response) => unknown) {
  return (request: Request, response: Response): void => {
    Promise.resolve()
      .then(() => handle(request, response))
      .then((answer) => answer !== undefined && response.json(answer))
      .catch((error: unknown) => {
        if (response.headersSent) return response.destroy();
        const { code = 'error', message = 'unknown error' } = (error ?? {}) as Partial<CodedError>;
        return response.status(error instanceof NotFound ? 404 : 422).json({ code, message });
      })
      .catch(() => response.destroy());
  };
}

/** The fields of a POST. Only as JSON: a page of another site cannot send that without being asked first. */
export function bodyOf(request: Request): Record<string, unknown> {
  const body = object(request.body);
  if (body && request.is('json')) return body;
  throw new CodedError('bad_request', 'The request must be a JSON object.');
}
