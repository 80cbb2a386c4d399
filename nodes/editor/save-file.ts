/** Lets the browser save records as a file. A link to the route would not carry the user's login. */
export function saveFile(name: string, records: readonly unknown[]): void {
  const href = URL.createObjectURL(new Blob([JSON.stringify(records, null, 2)]));
  $('<a>').attr({ href, download: name })[0]!.click();
  URL.revokeObjectURL(href);
}
