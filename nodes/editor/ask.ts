import { parseObject, text } from '../../lib/json';
import { text as translated } from './delivery/text';

/**
 * Asks an admin route: by GET, or by POST with a body.
 * @throws Error with what the route says
 */
export function ask<Answer>(url: string, body?: object): Promise<Answer> {
  const settings = body && {
    method: 'POST',
    contentType: 'application/json',
    data: JSON.stringify(body),
  };
  return new Promise((resolve, reject) => {
    $.ajax({ url, dataType: 'json', ...settings }).then(resolve, ({ responseJSON, status }: JQuery.jqXHR) => {
      reject(refusal(status, responseJSON as Refusal | undefined));
    });
  });
}

/**
 * What a route answers by GET, as it came: nothing of it is read, however large it is.
 * @throws Error with what the route says
 */
export async function askForFile(url: string): Promise<Blob> {
  const request = new XMLHttpRequest();
  try {
    // Node-RED puts the user's login into it.
    await $.ajax({ url, dataType: 'binary', xhr: () => request, xhrFields: { responseType: 'blob' } });
  } catch {
    const answer = (await (request.response as Blob | null)?.text()) ?? '';
    throw refusal(request.status, parseObject(answer));
  }
  return request.response as Blob;
}

interface Refusal {
  message?: unknown;
}

function refusal(status: number, { message }: Refusal = {}): Error {
  return new Error(text(message) ?? unsaid(status));
}

function unsaid(status: number): string {
  // Also where an answer was cut off.
  if (status === 0) return RED._('editor:deploy.errors.noResponse');
  return status === 401 || status === 403 ? translated('notAllowed') : `${status}`;
}

/** Of several questions only the last one is answered, and none when the place of the answer is gone. */
export class LastQuestion {
  readonly #place: JQuery;
  #number = 0;

  /** @param place where the answer is shown */
  constructor(place: JQuery) {
    this.#place = place;
  }

  /** Settles only if it is still wanted then: see {@link ask}. */
  ask<Answer>(url: string, body?: object): Promise<Answer> {
    const number = ++this.#number;
    const isWanted = () => number === this.#number && this.#place[0]?.isConnected;
    return new Promise((resolve, reject) => {
      ask<Answer>(url, body).then(
        (answer) => isWanted() && resolve(answer),
        (error: Error) => isWanted() && reject(error),
      );
    });
  }

  /** It is of no interest any more. */
  drop(): void {
    this.#number++;
  }
}
