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
