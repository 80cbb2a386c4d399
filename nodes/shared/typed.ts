/** A number in a field of a dialog; empty: the default. */
export type TypedNumber = number | string;
/** A switch; a text where it comes from an environment variable. */
export type TypedSwitch = boolean | string;

/** @param otherwise what it means in flows that lack it */
export function isOn(value: TypedSwitch | undefined, otherwise = false): boolean {
  return String(value ?? otherwise) === 'true';
}

/** Undefined where there is none. */
export function typedNumber(value: TypedNumber | undefined): number | undefined {
  const typed = String(value ?? '').trim();
  return typed === '' || Number.isNaN(Number(typed)) ? undefined : Number(typed);
}
