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
      const { message } = (responseJSON ?? {}) as { message?: string };
      reject(new Error(message ?? `${status}`));
    });
  });
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
