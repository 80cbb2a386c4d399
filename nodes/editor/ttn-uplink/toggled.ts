import { words } from '../../../lib/words';

/** A device filter with the device in it, or without. */
export function toggled(filter: string, id: string, isOn: boolean): string {
  const others = words(filter).filter((word) => word !== id);
  return (isOn ? [...others, id] : others).join(', ');
}
