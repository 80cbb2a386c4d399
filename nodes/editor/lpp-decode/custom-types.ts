import { checkCustomTypes, type CustomType } from '../../../lib/lpp/custom';
import { option } from '../widgets';
import { checkedList } from './checked-list';
import { toCustomType, toTypedType, type TypedType } from './rows';

const LINES: (keyof TypedType)[][] = [
  ['id', 'name', 'unit'],
  ['bytes', 'signed', 'divisor', 'fields'],
];

/** @returns reads the types that are typed in */
export function prepareCustomTypes(node: EditorNode<{ customTypes?: CustomType[] }>): () => CustomType[] {
  const labelled = (field: keyof TypedType, typed: TypedType) =>
    $(`<label class="lpp-decode-${field}">`)
      .attr('title', node._(`lpp-decode.customType.${field}Means`))
      .append($('<span>').text(node._(`lpp-decode.customType.${field}`)), input(field, typed[field]));
  return checkedList<CustomType>({
    list: $('#lpp-decode-custom-types'),
    entries: node.customTypes ?? [],
    draw: (row, type = {} as CustomType) => {
      const typed = toTypedType(type);
      for (const fields of LINES) {
        const inputs = fields.map((field) => labelled(field, typed));
        row.append($('<div class="lpp-decode-row">').append(inputs));
      }
    },
    read: (row) => {
      const text = (field: keyof TypedType) => String(row.find(`[name=${field}]`).val()).trim();
      return toCustomType({
        id: text('id'),
        name: text('name'),
        unit: text('unit'),
        bytes: text('bytes'),
        divisor: text('divisor'),
        fields: text('fields'),
        signed: row.find('[name=signed]').is(':checked'),
      });
    },
    check: checkCustomTypes,
  });
}

function input(field: keyof TypedType, value: string | boolean): JQuery {
  if (typeof value === 'boolean') return $(`<input type="checkbox" name="${field}">`).prop('checked', value);
  if (field !== 'bytes') return $(`<input type="text" name="${field}" autocomplete="off">`).val(value);
  const options = [1, 2, 3, 4].map((bytes) => option(bytes));
  return $(`<select name="${field}">`).append(options).val(value);
}
