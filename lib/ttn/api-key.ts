/** The Things Stack's own form of API keys: 39 and 52 characters behind the prefix. */
const FORM = /^NNSXS\.[A-Z0-9]{39}\.[A-Z0-9]{52}$/;

/** What looks wrong about an API key, without showing it; empty: nothing. A warning: other installations may differ. */
export function doubtAboutKey(apiKey: string): string {
  if (FORM.test(apiKey)) return '';
  if (/\s/.test(apiKey)) return 'There is a blank inside this key.';
  if (!apiKey.startsWith('NNSXS.')) {
    const start = apiKey.startsWith('ttn-account-')
      ? 'this one begins with ttn-account-, as those of v2'
      : 'this one does not';
    return `TTN's API keys begin with NNSXS.; ${start}.`;
  }
  return "TTN's API keys have 39 characters, a point and 52 characters behind NNSXS.; this one has not: it may not have been copied whole.";
}
