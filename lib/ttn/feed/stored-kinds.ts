import type { StoredType } from '../api/storage';
import { KINDS, type KindGroup } from '../kinds';

/** How a kind is called in storage, and how its topics end. */
export interface StoredKind {
  type: StoredType;
  topicEnd: string;
}

/** What storage may keep of these groups, uplinks first. */
export function storedKinds(groups: readonly KindGroup[]): StoredKind[] {
  return Object.values(KINDS).flatMap(({ group, field, v3 }) =>
    field && v3 && groups.includes(group) ? [{ type: field, topicEnd: v3 }] : [],
  );
}
