/** The shortest text worth hiding; shorter ones would black out ordinary words. */
const SHORTEST_SECRET = 6;

/** Removes secrets from a text that people will read. */
export function redact(text: string, secrets: readonly (string | undefined)[]): string {
  let redacted = text;
  for (const secret of secrets) {
    if (secret === undefined || secret.length < SHORTEST_SECRET) continue;
    for (const form of formsOf(secret)) redacted = redacted.replaceAll(form, '[secret]');
  }
  return redacted;
}

/** As it is, in a path, in a form or query, in JSON: servers repeat what they were sent. */
function formsOf(secret: string): Set<string> {
  const inForm = new URLSearchParams({ '': secret }).toString().slice(1);
  const inJson = JSON.stringify(secret).slice(1, -1);
  return new Set([secret, encodeURIComponent(secret), inForm, inJson]);
}

/** As much of a server's text as an error shows. */
const SHOWN_CHARACTERS = 500;

/** The server's text as an error shows it: without secrets, and not at length. */
export function shownText(text: string, secrets: readonly (string | undefined)[]): string {
  return redact(text, secrets).trim().slice(0, SHOWN_CHARACTERS);
}

/** The same as a part of a message: on one line, with one full stop. */
export function sentence(text: string): string {
  return `${text.replace(/\s+/g, ' ').replace(/[.!]+$/, '') || 'no text'}.`;
}

/** A token as people paste it: with blanks and line ends around it, and `Bearer ` in front. */
export function withoutBearer(pasted: string): string {
  return pasted.trim().replace(/^bearer\s+/i, '');
}
