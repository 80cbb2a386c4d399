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
  return token;
}
