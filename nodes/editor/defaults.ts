/** A flow made before a setting existed lacks it: its dialog shows the default, by which the runtime goes, too. */
export function showDefaults<Properties extends object>(node: EditorNode<Properties>, type: string): void {
  const { category, defaults } = RED.nodes.getType(type) as unknown as NodeDefinition<Properties>;
  const prefix = category === 'config' ? 'node-config-input' : 'node-input';
  for (const [name, property] of Object.entries(defaults)) {
    const { value, type: configType } = property as NodeProperty<Properties, unknown>;
    if (configType || node[name as keyof Properties] !== undefined) continue;
    const input = $(`#${prefix}-${name}`);
    if (typeof value === 'boolean') input.prop('checked', value);
    else if (typeof value !== 'object') input.val(value as string | number);
  }
}
