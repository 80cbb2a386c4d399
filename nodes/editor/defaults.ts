import type { TypedSwitch } from '../shared/typed';
import { showSwitch } from './switches';

/**
 * A flow made before a setting existed lacks it: its dialog shows the default, by which the runtime goes, too. Switches
 * are shown as the runtime takes them: call `saveSwitches` when the dialog is confirmed.
 */
export function showDefaults<Properties extends object>(node: EditorNode<Properties>, type: string): void {
  const { category, defaults } = RED.nodes.getType(type) as unknown as NodeDefinition<Properties>;
  const prefix = category === 'config' ? 'node-config-input' : 'node-input';
  for (const [name, property] of Object.entries(defaults)) {
    const { value, type: configType } = property as NodeProperty<Properties, unknown>;
    const stored = node[name as keyof Properties] as unknown;
    const input = $(`#${prefix}-${name}`);
    if (typeof value === 'boolean') showSwitch(input, (stored ?? value) as TypedSwitch);
    else if (!configType && stored === undefined && typeof value !== 'object')
      input.val(value as string | number);
  }
}
