/** Messages of TTN as tests need them: made from its definitions, ids invented. */

const END_DEVICE_IDS = {
  device_id: 'office-1',
  application_ids: { application_id: 'my-app' },
  dev_eui: '70B3D5FFFE000001',
  join_eui: '0000000000000000',
  dev_addr: '260B0001',
};

const ENVELOPE = {
  end_device_ids: END_DEVICE_IDS,
  correlation_ids: ['gs:uplink:01HERTJC5PZZ2EEDJ9TXJ78WK7'],
  received_at: '2026-04-16T11:54:13.995136483Z',
};

/** A v3 uplink with every field that an `Uplink` has. */
export const COMPLETE = {
  ...ENVELOPE,
  uplink_message: {
    session_key_id: 'AXPoziFRvbcEguvZQoCCZw==',
    f_port: 1,
    f_cnt: 14,
    frm_payload: 'A2cBEAVnAP8=',
    decoded_payload: { temperature_3: 27.2 },
    decoded_payload_warnings: ['old firmware'],
    normalized_payload: [{ air: { temperature: 27.2 } }],
    rx_metadata: [
      { gateway_ids: { gateway_id: 'far', eui: '58A0CBFFFE000002' }, rssi: -110, snr: -7, channel_index: 3 },
      {
        gateway_ids: { gateway_id: 'near', eui: '58A0CBFFFE000001' },
        time: '2026-04-16T11:54:13.697237014Z',
        timestamp: 1276394164,
        fine_timestamp: '697237014',
        frequency_offset: '-2414',
        rssi: -31,
        channel_rssi: -31,
        snr: 9.5,
        location: { latitude: 51.5, longitude: -0.1, altitude: 12, source: 'SOURCE_REGISTRY' },
        uplink_token: 'c2VjcmV0',
      },
    ],
    settings: {
      data_rate: { lora: { bandwidth: 125000, spreading_factor: 7, coding_rate: '4/5' } },
      frequency: '867700000',
    },
    received_at: '2026-04-16T11:54:13.787593298Z',
    confirmed: true,
    consumed_airtime: '0.061696s',
    locations: { user: { latitude: 51.5, longitude: -0.1 } },
    network_ids: { net_id: '000013', tenant_id: 'ttn', cluster_id: 'eu1' },
    last_battery_percentage: { f_cnt: 3, value: 90.118576, received_at: '2026-04-16T00:00:00Z' },
    attributes: { floor: '2' },
  },
};

/** A copy of the complete message with other fields in its uplink. */
export function withUplink(fields: object, envelope: object = {}) {
  return { ...COMPLETE, ...envelope, uplink_message: { ...COMPLETE.uplink_message, ...fields } };
}

const DOWNLINK = {
  session_key_id: 'AXPoziFRvbcEguvZQoCCZw==',
  f_port: 15,
  frm_payload: 'aGk=',
  confirmed: true,
  priority: 'NORMAL',
  correlation_ids: ['as:downlink:01HERTJC5PZZ2EEDJ9TXJ78WK8'],
  confirmed_retry: { attempt: 2, max_attempts: 8 },
};

const {
  decoded_payload: _decoded,
  decoded_payload_warnings: _warnings,
  last_battery_percentage: _battery,
  ...NORMALIZED
} = COMPLETE.uplink_message;

/** A message of each kind of v3 but `up`, by the field that makes it one. */
export const EVENTS = {
  uplink_normalized: { ...NORMALIZED, normalized_payload: { air: { temperature: 27.2 } } },
  join_accept: {
    session_key_id: 'AXPoziFRvbcEguvZQoCCZw==',
    app_s_key: { key: 'AAAAAAAAAAAAAAAAAAAAAA==' },
    received_at: '2026-04-16T11:54:12.187593298Z',
  },
  downlink_queued: DOWNLINK,
  downlink_sent: { ...DOWNLINK, f_cnt: 7 },
  downlink_ack: { ...DOWNLINK, f_cnt: 7 },
  downlink_nack: { ...DOWNLINK, f_cnt: 7 },
  downlink_failed: {
    downlink: { ...DOWNLINK, f_cnt: 7 },
    error: { namespace: 'pkg/networkserver', name: 'downlink_expired', code: 9 },
  },
  downlink_queue_invalidated: { downlinks: [DOWNLINK], last_f_cnt_down: 6, session_key_id: 'AXPoziFRvbc=' },
  location_solved: {
    service: 'frm-payload',
    location: { longitude: -0.1, accuracy: 20, source: 'SOURCE_GPS' },
    attributes: { origin: 'gps' },
  },
  service_data: { service: 'lora-cloud-device-management-v1', data: { count: 0 } },
};

/** The v3 message with this part. */
export function eventMessage(field: keyof typeof EVENTS) {
  return { ...ENVELOPE, [field]: EVENTS[field] };
}

/** A v2 uplink, as the HTTP integration sends it. */
export const V2_UPLINK = {
  app_id: 'my-app',
  dev_id: 'my_device',
  hardware_serial: '70B3D5FFFE000002',
  port: 1,
  counter: 0,
  is_retry: false,
  confirmed: false,
  payload_raw: 'A2cBEA==',
  payload_fields: { temperature_3: 27.2 },
  attributes: { floor: '2' },
  metadata: {
    time: '2019-03-05T10:11:12.12345678Z',
    frequency: 868.1,
    modulation: 'LORA',
    data_rate: 'SF7BW125',
    airtime: 46336000,
    coding_rate: '4/5',
    latitude: 52.37,
    longitude: 4.88,
    location_source: 'registry',
    gateways: [
      { gtw_id: 'far', time: '', timestamp: 5, channel: 2, rssi: -120, snr: -3, rf_chain: 0 },
      {
        gtw_id: 'eui-58a0cbfffe000001',
        gtw_trusted: true,
        time: '2019-03-05T10:11:12.1Z',
        antenna: 1,
        channel: 0,
        rssi: -0,
        snr: 9.25,
        latitude: 52.3,
        longitude: 4.8,
        altitude: 7,
        location_source: 'registry',
      },
    ],
  },
  downlink_url: 'https://example.org/downlink?key=ttn-account-v2.secret',
};

export const V2_ACTIVATION = {
  app_eui: '70B3D57ED0000001',
  dev_eui: '70B3D5FFFE000002',
  dev_addr: '26011234',
  metadata: { time: '2019-03-05T10:11:12.5Z', frequency: 868100000, gateways: [{ eui: '58A0CBFFFE000001' }] },
};
