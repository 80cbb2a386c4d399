import { withoutBearer } from '../secrets';
import { MicroshareError } from './errors';

/**
 * Cleans a token as people paste it: blanks and line ends around it, `Bearer ` in front. Else tokens are opaque:
 * hexadecimal on one environment, JWT on another.
 * @throws MicroshareError `bad_configuration`
 */
export function cleanToken(pasted: string): string {
  const token = withoutBearer(pasted);
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

/**
 * What looks like another thing than a token of Microshare's: in published screenshots those have 64 hexadecimal
 * digits, or are longer (JSON Web Tokens on development). Other ones may come, so a doubt is no error.
 */
const TOKEN_DOUBTS: { isOdd: (token: string) => boolean; text: string }[] = [
  { isOdd: (token) => /^[^@]+@[^@]+\.[^@]+$/.test(token), text: 'looks like an e-mail address' },
  {
    isOdd: (token) => /^[\dA-F]{8}(-[\dA-F]{4}){3}-[\dA-F]{12}$/i.test(token),
    text: 'looks like an API key of Microshare\'s: with "Get a pipe token" it becomes a token',
  },
  { isOdd: (token) => /^NNSXS\./.test(token), text: 'looks like an API key of The Things Stack' },
  // RFC 6750, section 2.1.
  {
    isOdd: (token) => !/^[\w.~+/-]+=*$/.test(token),
    text: 'holds a character that tokens do not have, as a password may',
  },
  {
    isOdd: (token) => token.length < 64,
    text: 'is shorter than the tokens of Microshare that are known, of 64 characters or more: it may be a password, or a part of a token',
  },
];

/** Says, without the token, why it may be none. At most one doubt is told. */
export function tokenWarnings(token: string): string[] {
  const doubt = TOKEN_DOUBTS.find(({ isOdd }) => isOdd(token));
  return doubt ? [`The pipe token ${doubt.text}.`] : [];
}
