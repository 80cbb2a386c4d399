import type { EditorRED, NodeDef } from 'node-red';
import type { Translate } from './translate';

/** What Node-RED 4 and 5 offer and @types/node-red, which describes Node-RED 3, does not know. */
declare global {
  interface NodeProperty<Properties, Value> {
    value: Value;
    required?: boolean;
    /** Type of the config node that this property refers to. */
    type?: string;
    /** Name of the property in messages. */
    label?: string;
    /** A text says what is wrong. */
    validate?: (this: EditorNode<Properties>, value: Value, options?: { label?: string }) => boolean | string;
  }

  type EditorNode<Properties> = Properties & {
    id: string;
    type: string;
    /** The tab, or the subflow, in which it is. */
    z: string;
    /** Translates a key of this node's catalogue. */
    _: Translate;
  };

  /** The settings of a node as its dialog saves them: those that the runtime knows. */
  type Saved<Def extends NodeDef> = { version: number; name: string } & Required<Omit<Def, keyof NodeDef>>;

  interface Tab {
    id: string;
  }

  interface NodeDefinition<Properties> {
    category: string;
    categoryDescription?: string;
    color?: string;
    defaults: { [Name in keyof Properties]: NodeProperty<Properties, Properties[Name]> };
    credentials?: Record<
      string,
      Pick<NodeProperty<Properties, string>, 'validate'> & { type: 'text' | 'password' }
    >;
    inputs?: 0 | 1;
    outputs?: number;
    icon?: string;
    align?: 'left' | 'right';
    paletteLabel?: string;
    label?: (this: EditorNode<Properties>) => string;
    labelStyle?: (this: EditorNode<Properties>) => string;
    outputLabels?: (this: EditorNode<Properties>, index: number) => string;
    oneditprepare?: (this: EditorNode<Properties>) => void;
    oneditsave?: (this: EditorNode<Properties>) => void;
    oneditcancel?: (this: EditorNode<Properties>) => void;
  }

  const RED: Omit<EditorRED, 'nodes' | 'validators' | 'tabs' | 'utils'> & {
    utils: EditorRED['utils'] & {
      /** True, or what is wrong. */
      validateTypedProperty(value: string, type: string): true | string;
    };
    tabs: {
      create(options: { id: string; onchange: (tab: Tab) => void }): {
        addTab(tab: Tab & { label: string }): void;
        activateTab(id: string): void;
        /** Shares the room among the tabs that are not hidden. */
        resize(): void;
      };
    };
    validators: EditorRED['validators'] & {
      typedInput(options: {
        type: string;
      }): (value: string, options?: { label?: string }) => boolean | string;
    };
    nodes: Omit<EditorRED['nodes'], 'registerType'> & {
      registerType<Properties>(type: string, definition: NodeDefinition<Properties>): void;
    };
  };
}
