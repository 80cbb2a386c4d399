/**
 * The topic filter that the server subscribes to in place of the one asked for; undefined: refused with
 * SUBACK 0x80 (topic layout `v3` in The Things Stack's source).
 */
export function acceptedFilter(filter: string, applicationUid: string): string | undefined {
  const [version, uid, ...rest] = filter.split('/');
  if (version === '#' || (version === 'v3' && uid === '#')) return `v3/${applicationUid}/#`;
  if (version !== 'v3' || (uid !== '+' && uid !== applicationUid)) return undefined;
  return ['v3', applicationUid, ...rest].join('/');
}

/**
 * Whether a topic fits a filter, as The Things Stack's MQTT library sees it: it walks along the topic, so a
 * filter with more levels never fits, and `a/#` does not cover `a` (MQTT says that it does).
 */
export function matches(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [i, level] of levels.entries()) {
    if (wanted[i] === '#') return true;
    if (wanted[i] !== '+' && wanted[i] !== level) return false;
  }
  return wanted.length === levels.length;
}
