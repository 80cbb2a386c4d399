/** What a broker takes off a filter before it matches topics: MQTT 5's shared subscriptions, and EMQX's own. */
const PREFIX = /^\$(share\/[^/]+|queue|exclusive)\//;

/** Whether a topic matches one of these MQTT filters. */
export function topicFilter(filters: readonly string[]): (topic: string) => boolean {
  const patterns = filters.map((filter) => filter.replace(PREFIX, '').split('/'));
  return (topic) => {
    const levels = topic.split('/');
    return patterns.some((pattern) => matches(pattern, levels));
  };
}

function matches(pattern: string[], levels: string[]): boolean {
  const open = pattern.at(-1) === '#';
  // `a/#` matches `a`, too.
  const fixed = open ? pattern.slice(0, -1) : pattern;
  if (open ? levels.length < fixed.length : levels.length !== fixed.length) return false;
  return fixed.every((level, i) => level === '+' || level === levels[i]);
}
