import { MicroshareError } from './errors';

/** The shortest text worth hiding; shorter ones would black out ordinary words. */
const SHORTEST_SECRET = 6;

/** Removes secrets from a text that people will read. */
export function redact(text: string, secrets: readonly (string | undefined)[]): string {
  let redacted = text;
  for (const secret of secrets) {
    if (secret === undefined || secret.length < SHORTEST_SECRET) continue;
    for (const form of new Set([secret, encodeURIComponent(secret)])) {
      redacted = redacted.replaceAll(form, '[secret]');
    }
  }
  return redacted;
}

/** As much of a server's text as an error shows. */
const SHOWN_CHARACTERS = 500;

/** The server's text as an error shows it: without secrets, and not at length. */
export function shownText(text: string, secrets: readonly (string | undefined)[]): string {
  return redact(text, secrets).trim().slice(0, SHOWN_CHARACTERS);
}

/**
 * Cleans a token as people paste it: blanks and line ends around it, `Bearer ` in front. Else tokens are opaque:
 * hexadecimal on one environment, JWT on another.
 * @throws MicroshareError `bad_configuration`
 */
export function cleanToken(pasted: string): string {
  const token = pasted.trim().replace(/^bearer\s+/i, '');
  if (/\s/.test(token)) {
    throw new MicroshareError(
      'bad_configuration',
      'The token holds white space: probably more than the token was pasted. Paste the value of "access_token" alone.',
    );
  }
  if (/[^!-~]/.test(token)) {
    throw new MicroshareError(
      'bad_configuration',
      'The token holds a character that no token has, such as a dash or quotation mark of a text program. Paste it anew.',
    );
  }
  return token;
}
