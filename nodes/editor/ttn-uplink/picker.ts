import type { Device, DeviceList } from '../../../lib/ttn/api/devices';
import { unsetVariable } from '../../../lib/variables';
import { words } from '../../../lib/words';
import { LastQuestion } from '../ask';
import { chosenConfigNode, tickBox } from '../widgets';
import { toggled } from './toggled';

const PAUSE_MS = 300;

/** A list of the application's devices, with search; what is ticked is in the filter. */
export function preparePicker(node: EditorNode<object>): void {
  const filter = $('#node-input-devices');
  const search = $('#ttn-uplink-pick-search').attr('aria-label', node._('ttn-uplink.pick.search'));
  const list = $('#ttn-uplink-pick-list');
  const button = $('#ttn-uplink-pick');
  const summary = $('#ttn-uplink-pick-summary');
  const say = (key: string) => summary.text(key && node._(`ttn-uplink.pick.${key}`));
  const question = new LastQuestion(list);

  const line = ({ id, name, devEui }: Device) => {
    const box = tickBox(words(String(filter.val())).includes(id));
    box.on('change', () =>
      filter.val(toggled(String(filter.val()), id, box.is(':checked'))).trigger('change'),
    );
    const text = [id, name, devEui].filter(Boolean).join(' · ');
    return $('<li>').append($('<label style="width: 100%">').append(box, $('<span>').text(text)));
  };
  const load = () => {
    question.drop();
    const application = chosenConfigNode($('#node-input-application'));
    list.empty();
    if (!application) return say('noApplication');
    if (unsetVariable(application) !== undefined) return say('variable');
    // The runtime would go by what was deployed before.
    const { changed } = (RED.nodes.node(application) ?? {}) as { changed?: boolean };
    if (changed) return say('deployFirst');
    say('loading');
    const query = $.param({ search: String(search.val()) });
    question.ask<DeviceList>(`ttn-application/${application}/devices?${query}`).then(
      ({ devices, more }) => {
        say(devices.length === 0 ? 'none' : more ? 'more' : '');
        list.append(devices.map(line));
      },
      (error: Error) => summary.text(error.message),
    );
  };

  let timer: ReturnType<typeof setTimeout> | undefined;
  search.on('input', () => {
    clearTimeout(timer);
    timer = setTimeout(load, PAUSE_MS);
  });
  $('#node-input-application').on('change', () => {
    if ($('#ttn-uplink-picker').is(':visible')) load();
  });
  button.on('click', () => {
    const picker = $('#ttn-uplink-picker').toggle();
    button.attr('aria-expanded', String(picker.is(':visible')));
    if (picker.is(':visible')) load();
  });
}
