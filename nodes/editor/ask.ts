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
  code?: unknown;
  message?: unknown;
}

function refusal(status: number, { code, message }: Refusal = {}): Error {
  // What everybody meets is said in the editor's language.
  if (code === 'not_running') return new Error(translated('notRunning'));
  return new Error(text(message) ?? unsaid(status));
}

function unsaid(status: number): string {
  // Also where an answer was cut off.
  if (status === 0) return RED._('editor:deploy.errors.noResponse');
  return status === 401 || status === 403 ? translated('notAllowed') : `${status}`;
}

const IS_THERE = 'isThere';
const LOOK_AGAIN_MS = 200;

/** Of several questions only the last one is answered, and none when the place of the answer is gone. */
export class LastQuestion {
  readonly #place: JQuery;
  readonly #button: JQuery | undefined;
  #number = 0;

  /**
   * @param place where the answer is shown
   * @param button what is pressed to ask; while it is asked, it cannot be pressed again
   */
  constructor(place: JQuery, button?: JQuery) {
    // jQuery forgets it where the place is removed, not where a dialog is put in front of it.
    this.#place = place.data(IS_THERE, true);
    this.#button = button;
  }

  /** Settles only if it is still wanted then: see {@link ask}. */
  ask<Answer>(url: string, body?: object): Promise<Answer> {
    const number = ++this.#number;
    this.#button?.prop('disabled', true);
    return new Promise((resolve, reject) => {
      const answered = (tell: () => void) => {
        if (number !== this.#number) return;
        const isShown = this.#place[0]?.isConnected === true;
        if (!isShown && this.#place.data(IS_THERE)) return void setTimeout(answered, LOOK_AGAIN_MS, tell);
        this.drop();
        if (isShown) tell();
      };
      ask<Answer>(url, body).then(
        (answer) => answered(() => resolve(answer)),
        (error: Error) => answered(() => reject(error)),
      );
    });
  }

  /** It is of no interest any more. */
  drop(): void {
    this.#number++;
    this.#button?.prop('disabled', false);
  }
}
