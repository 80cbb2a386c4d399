import { parseFPorts } from '../../../lib/fports';
import type { InputFormat } from '../../../lib/lpp/bytes';
import type { EncodableOptions } from '../../../lib/lpp/encodable';
import type { LastPayload } from '../../lpp-decode/last-payloads';
import { ask } from '../ask';
import type { Translate } from '../translate';
import { encodeTyped, explain, isNeither, readTyped, typedAs } from './explain';
import { frameView } from './frame-view';

/** What is set on the other tabs. */
export interface TrySettings {
  direction: 'decode' | 'encode';
  format: InputFormat;
  fPorts: string;
  options: EncodableOptions;
}

/**
 * Shows what the node makes of a payload: one that is pasted, or the last that passed.
 * @returns draws all of it anew
 */
export function prepareTryPanel(node: EditorNode<object>, settings: () => TrySettings): () => void {
  const payload = $('#lpp-decode-try-payload');
  const fPort = $('#lpp-decode-try-fport');
  const summary = $('#lpp-decode-try-summary');
  const result = $('#lpp-decode-try-result');
  const translate: Translate = (key, values) => node._(`lpp-decode.try.${key}`, values);

  const show = (text: string, view?: JQuery) => {
    summary.text(text).removeClass('lpp-decode-problem');
    result.empty().append(view ?? '');
  };
  const showProblem = (text: string) => {
    show(text);
    summary.addClass('lpp-decode-problem');
  };

  const explainTyped = (typed: string) => {
    const { direction, format, fPorts, options } = settings();
    const isEncode = direction === 'encode';
    const typedPort = Number(fPort.val()) || undefined;
    const { bytes, fPort: ofMessage } = isEncode
      ? encodeTyped(typed, { ...options, fPort: typedPort })
      : readTyped(typed, format);
    const port = typedPort ?? ofMessage;
    const isLeftOut = !isEncode && port !== undefined && !parseFPorts(fPorts)(port);
    if (isLeftOut) return show(translate('otherFPort', { fPort: port }));
    const stretches = explain(bytes, { ...options, fPort: port });
    show(translate('bytes', { count: bytes.length }), frameView(stretches, translate));
  };
  const draw = () => {
    payload.attr('placeholder', translate(`example.${settings().direction}`));
    const typed = String(payload.val()).trim();
    if (typed === '') return show('');
    if (isNeither(typed)) return showProblem(translate('neither'));
    try {
      explainTyped(typed);
    } catch (error) {
      showProblem((error as Error).message);
    }
  };
  const take = (last: LastPayload | undefined) => {
    if (!last) return show(translate('none'));
    const { direction, format } = settings();
    payload.val(typedAs(last.hex, direction === 'encode' ? 'hex' : format));
    fPort.val(last.fPort ?? '');
    draw();
  };

  payload.add(fPort).on('input', draw);
  $('#lpp-decode-try-last').on('click', () => {
    ask<LastPayload | undefined>(`lpp-decode/${node.id}/last`).then(take, (error: Error) =>
      showProblem(error.message),
    );
  });
  return draw;
}
