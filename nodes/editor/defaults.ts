import type { TypedSwitch } from '../shared/typed';
import type { WithCredentials } from './secret-field';
import { showSwitch } from './switches';

/**
 * A flow made before a setting existed lacks it: its dialog shows the default, by which the runtime goes, too. Switches
 * are shown as the runtime takes them: call `saveSwitches` when the dialog is confirmed.
 */
export function showDefaults<Properties extends object>(node: EditorNode<Properties>, type: string): void {
  const definition = RED.nodes.getType(type) as unknown as NodeDefinition<Properties>;
  const prefix = definition.category === 'config' ? 'node-config-input' : 'node-input';
  for (const [name, property] of Object.entries(definition.defaults)) {
    const { value, type: configType } = property as NodeProperty<Properties, unknown>;
    const stored = node[name as keyof Properties] as unknown;
    const input = $(`#${prefix}-${name}`);
    if (typeof value === 'boolean') showSwitch(input, (stored ?? value) as TypedSwitch);
    else if (!configType && stored === undefined && typeof value !== 'object')
      input.val(value as string | number);
  }
  // Node-RED takes a credential that was never stored for one that was removed, and the node for a changed one.
  const { credentials = {} } = node as WithCredentials;
  for (const [name, { type }] of Object.entries(definition.credentials ?? {})) {
    if (type === 'password') credentials[`has_${name}`] ??= false;
    else credentials[name] ??= '';
  }
}
