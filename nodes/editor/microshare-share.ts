import type { NameRow } from '../../lib/measurements';
import {
  allowedRecTypes,
  checkRecType,
  checkRecTypeTemplate,
  recTypeWarnings,
} from '../../lib/microshare/rectype';
import type { PlaceRow } from '../../lib/microshare/places';
import { joinTags } from '../../lib/microshare/tags';
import type { MicroshareShareDef } from '../microshare-share/definition';
import { VERSION } from '../shared/version';
import { nameWidgets } from './accessible';
import { showDefaults } from './defaults';
import { InstanceChoice } from './microshare-share/instance-choice';
import { preparePreview } from './microshare-share/preview-panel';
import { editableTable } from './microshare-share/editable-table';
import { prepareVerify } from './microshare-share/verify-panel';
import { saveSwitches, switchValue } from './switches';
import { prepareTabs } from './tabs';
import { OpenDialog } from './open-dialog';
import { RejectedRecords } from './rejected-records';
import { passes, positive } from './validate';

type MicroshareShare = Saved<MicroshareShareDef>;

const TABS = ['main', 'names', 'advanced', 'preview', 'verify', 'rejected'] as const;
/** Records that are built from an uplink and its values. */
const BUILT = ['unpacked', 'per-reading'];

const dialog = new OpenDialog('node-input');
/** Read what is typed into the two tables of the dialog that is open. */
let typedNames: () => NameRow[];
let typedPlaces: () => PlaceRow[];

RED.nodes.registerType<MicroshareShare>('microshare-share', {
  category: 'LoRaWAN',
  color: '#E2B07A',
  defaults: {
    version: { value: VERSION },
    name: { value: '' },
    account: { value: '', type: 'microshare-account', required: true },
    operation: { value: 'write' },
    recType: { value: '', validate: passes(checkTyped) },
    recTypeType: { value: 'str' },
    allowed: { value: '', validate: passes((list) => allowedRecTypes(list)) },
    tags: { value: '', validate: passes((tags) => joinTags(tags)) },
    record: { value: 'received' },
    property: { value: 'payload' },
    expression: { value: 'payload', validate: passes(checkExpression) },
    valuesFrom: { value: 'readings' },
    names: { value: [], validate: passes<MicroshareShare, NameRow[]>(checkNames) },
    places: { value: [], validate: passes<MicroshareShare, PlaceRow[]>(checkPlaces) },
    usecase: { value: '' },
    notAnObject: { value: 'refuse' },
    withOrigin: { value: false },
    placeTags: { value: false },
    doneWhen: { value: 'stored' },
    limitMB: { value: '', validate: positive('microshare-share.notANumber') },
    limitRecords: { value: '', validate: positive('microshare-share.notANumber') },
    limitDays: { value: '', validate: positive('microshare-share.notANumber') },
    whenFull: { value: 'refuse' },
    lookUp: { value: false },
    readBy: { value: 'list' },
    recordId: { value: '' },
    sort: { value: '' },
    perPage: { value: '', validate: positive('microshare-share.notANumber') },
    maxRecords: { value: '', validate: positive('microshare-share.notANumber') },
    messages: { value: 'one' },
  },
  inputs: 1,
  outputs: 2,
  icon: 'microshare-share.svg',
  align: 'right',
  paletteLabel: 'microshare share',
  label() {
    return this.name || (this.recTypeType === 'str' && this.recType) || this._('microshare-share.label');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  outputLabels(index) {
    const first = this.operation === 'read' ? 'readRecords' : 'written';
    return this._(index === 0 ? `microshare-share.${first}` : 'microshare-share.rejectedForGood');
  },
  oneditprepare() {
    dialog.opened(this);
    showDefaults(this, 'microshare-share');
    const recType = $('#node-input-recType').typedInput({
      default: 'str',
      types: ['str', 'msg', 'flow', 'global', 'env', 'jsonata'],
      typeField: '#node-input-recTypeType',
    });
    $('#node-input-property').typedInput({ default: 'msg', types: ['msg'] });
    $('#node-input-expression').typedInput({ default: 'jsonata', types: ['jsonata'] });
    typedNames = editableTable<NameRow>(
      this,
      $('#microshare-share-names'),
      this.names ?? [],
      [{ field: 'field' }, { field: 'name' }, { field: 'unit' }, { field: 'health', kind: 'check' }],
      'microshare-share.nameRow',
    );
    typedPlaces = editableTable<PlaceRow>(
      this,
      $('#microshare-share-places'),
      this.places ?? [],
      [{ field: 'id' }, { field: 'device' }, { field: 'global' }, { field: 'usecase' }],
      'microshare-share.placeRow',
    );

    recType.on('change', () => {
      const typed = recType.typedInput('type') === 'str' ? String(recType.val()) : undefined;
      $('#microshare-share-recType-warnings').text(typed ? recTypeWarnings(typed).join(' ') : '');
      $('#microshare-share-recType-empty').toggle(typed === '');
    });
    $('#node-input-allowed').on('change', () => recType.trigger('change'));
    const choices = $('#node-input-operation, #node-input-record, #node-input-readBy');
    choices.on('change', showWhatCounts);
    showWhatCounts();
    recType.trigger('change');
    preparePages(this);
    nameWidgets();
  },
  oneditsave() {
    dialog.closed();
    saveSwitches();
    this.names = typedNames();
    this.places = typedPlaces();
  },
  oneditcancel() {
    dialog.closed();
  },
});

/** Only what counts for what is chosen. */
function showWhatCounts(): void {
  const operation = $('#node-input-operation').val();
  const record = String($('#node-input-record').val());
  const readBy = $('#node-input-readBy').val();
  const isWrite = operation !== 'read';
  const isBuilt = BUILT.includes(record);
  $('.microshare-share-write').toggle(isWrite);
  $('.microshare-share-read').toggle(!isWrite);
  $('#microshare-share-recordId').toggle(!isWrite && readBy === 'id');
  $('#microshare-share-tags').toggle(isWrite || readBy === 'tags' || readBy === 'latest');
  $('#microshare-share-property').toggle(isWrite && record === 'received');
  $('#microshare-share-expression').toggle(isWrite && record === 'jsonata');
  $('#microshare-share-valuesFrom').toggle(isWrite && isBuilt);
  $('#microshare-share-notAnObject').toggle(isWrite && !isBuilt && record !== 'ttn');
  $('#microshare-share-names-unused').toggle(!(isWrite && isBuilt));
}

function preparePages(node: EditorNode<MicroshareShare>): void {
  let shown: (typeof TABS)[number];
  const instance = new InstanceChoice(node, () => draw[shown]?.());
  const idOf = () => instance.id;
  const draw: Partial<Record<typeof shown, () => void>> = {
    preview: preparePreview(node, idOf, typedSettings),
    verify: prepareVerify(node, idOf),
    rejected: () => showRejected(idOf()),
  };
  prepareTabs(node, 'microshare-share', TABS, (name) => {
    shown = name;
    instance.toggle(name in draw);
    draw[name]?.();
  });
}

/** Made anew: what another instance has rejected must not be there to be acted on. */
function showRejected(id: string): void {
  const rejected = new RejectedRecords(id, $('#microshare-share-tab-rejected').empty());
  rejected.offerResume();
  void rejected.show();
}

/** What the record is made of, as it stands in the dialog. */
function typedSettings(): object {
  const value = (name: string) => String($(`#node-input-${name}`).val());
  const isOn = (name: string) => switchValue($(`#node-input-${name}`));
  const texts = [
    'recType',
    'recTypeType',
    'allowed',
    'record',
    'property',
    'expression',
    'valuesFrom',
    'usecase',
    'notAnObject',
  ];
  return {
    ...Object.fromEntries(texts.map((name) => [name, value(name)])),
    withOrigin: isOn('withOrigin'),
    placeTags: isOn('placeTags'),
    names: typedNames(),
    places: typedPlaces(),
  };
}

/** The recType that is typed in; of what is worked out later, that there is something to work it out from. */
function checkTyped(value: string, node: EditorNode<MicroshareShare>): void {
  const type = dialog.value(node, 'recTypeType') ?? node.recTypeType ?? 'str';
  if (type !== 'str') return value === '' ? void checkRecType(undefined) : checkSyntax(value, type);
  if (value !== '') checkFixed(checkRecTypeTemplate(value), node);
}

/** That the node's own list allows it to be written to, where it is no template. */
function checkFixed(recType: string, node: EditorNode<MicroshareShare>): void {
  if ((dialog.value(node, 'operation') ?? node.operation) === 'read') return;
  const allowed = dialog.value(node, 'allowed') ?? node.allowed ?? '';
  if (!recType.includes('{{')) allowedRecTypes(allowed)(recType);
}

function checkExpression(value: string, node: EditorNode<MicroshareShare>): void {
  const record = dialog.value(node, 'record') ?? node.record;
  if (record !== 'jsonata') return;
  if (value.trim() === '') throw new Error(node._('microshare-share.noExpression'));
  checkSyntax(value, 'jsonata');
}

/** As Node-RED checks what is typed: without it our own check would say that all is well. */
function checkSyntax(value: string, type: string): void {
  const fault = RED.utils.validateTypedProperty(value, type);
  if (fault !== true) throw new Error(fault);
}

function checkNames(rows: NameRow[] | '', node: EditorNode<MicroshareShare>): void {
  if (lacks(rows, 'field')) throw emptyCell(node, 'nameRow.field');
}

function checkPlaces(rows: PlaceRow[] | '', node: EditorNode<MicroshareShare>): void {
  if (lacks(rows, 'id')) throw emptyCell(node, 'placeRow.id');
}

/** Flows made before a table existed lack it. */
function lacks<Row extends object>(rows: Row[] | '', cell: keyof Row): boolean {
  return rows !== '' && rows.some((row) => !row[cell]);
}

function emptyCell(node: EditorNode<MicroshareShare>, cell: string): Error {
  return new Error(node._('microshare-share.emptyCell', { cell: node._(`microshare-share.${cell}`) }));
}
