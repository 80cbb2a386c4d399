import { ageIn } from '../shared/age';

// Not of all that the editor offers: tests without an editor read texts, too.
declare const RED: { i18n: { lang(): string } };

/** The editor's language, as it is written where the browser is: `en-GB` where both speak English. */
export function locale(): string {
  const language = RED.i18n.lang();
  return navigator.languages.find((one) => baseOf(one) === baseOf(language)) ?? language;
}

function baseOf(language: string): string {
  return language.split('-')[0]!;
}

/** @param time in ms, or as ISO 8601 */
export function dateText(time: number | string): string {
  return new Date(time).toLocaleString(locale());
}

export function numberText(number: number): string {
  return number.toLocaleString(locale());
}

/** Those of the catalogues. */
const TRANSLATED = ['en', 'de', 'fr'];

/** `3 min`, in the language of the text around it. */
export function ageText(ms: number): string {
  const { count, unit } = ageIn(ms);
  const language = TRANSLATED.includes(baseOf(locale())) ? locale() : 'en';
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(count);
}
