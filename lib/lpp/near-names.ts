const NEAR = 0.6;
const MOST = 3;

/** What a mistyped or shortened name may stand for, the likeliest first, three at most. */
export function nearNames(name: string, names: readonly string[]): string[] {
  return names
    .map((other) => ({ other, likeness: likeness(name, other) }))
    .filter(({ likeness }) => likeness >= NEAR)
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, MOST)
    .map(({ other }) => other);
}

/** Which part of the shorter name's pairs of letters stands in the other, too: 0 to 1. */
function likeness(name: string, other: string): number {
  const [pairs, others] = [pairsOf(name), pairsOf(other)];
  const shared = Array.from(pairs).filter((pair) => others.has(pair));
  return shared.length / Math.min(pairs.size, others.size);
}

function pairsOf(name: string): Set<string> {
  const letters = name.toLowerCase();
  return new Set(Array.from({ length: letters.length - 1 }, (_, index) => letters.slice(index, index + 2)));
}
