/**
 * The topic filter that the server subscribes to in place of the one asked for; undefined: refused with
 * SUBACK 0x80 (topic layout `v3` in The Things Stack's source).
 * @param prefix `v3/app@tenant`, or `app` in v2
 */
export function acceptedFilter(filter: string, prefix: string): string | undefined {
  const own = prefix.split('/');
  const levels = filter.split('/');
  for (const [i, level] of own.entries()) {
    if (levels[i] === '#') return `${prefix}/#`;
    const isVersion = i < own.length - 1;
    if (levels[i] !== level && (isVersion || levels[i] !== '+')) return undefined;
  }
  return [...own, ...levels.slice(own.length)].join('/');
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
