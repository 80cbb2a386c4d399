/** Names without a dot, those that no public name server knows, and the addresses of private networks. */
const OWN_NETWORK = [
  /^[^.:]+$/,
  /\.(local|localhost|lan|home|internal|intranet|home\.arpa)$/,
  /^(127|10)(\.\d+){3}$/,
  /^(192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))(\.\d+){2}$/,
  /^\[(::1\]|f[cd]|fe[89ab])/,
];

/** What a person should know of an address to which secrets go unencrypted, out of an own network. */
export function clearTextWarning(url: string): string | undefined {
  const { protocol, hostname } = new URL(url);
  if (/s:$/.test(protocol) || OWN_NETWORK.some((own) => own.test(hostname))) return undefined;
  return `What goes to ${hostname} is not encrypted, its key, token or password neither: others can read them on the way. Use ${protocol.slice(0, -1)}s:// instead of ${protocol}//.`;
}
