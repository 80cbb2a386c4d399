/** By then every browser has taken the file. */
const TAKEN_MS = 60_000;

/** Lets the browser save a file. A link to the route would not carry the user's login. */
export function saveFile(name: string, file: Blob): void {
  const href = URL.createObjectURL(file);
  $('<a>').attr({ href, download: name })[0]!.click();
  // Safari reads it later.
  setTimeout(() => URL.revokeObjectURL(href), TAKEN_MS);
}
