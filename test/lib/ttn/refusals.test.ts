import assert from 'node:assert/strict';
import { explainMqttFailure, explainNetworkFailure } from '../../../lib/ttn/refusals';

const server = { url: 'mqtts://lora.example.org:8883', hostname: 'lora.example.org' };

function failure(code: string | number, message = 'the text of the library') {
  return Object.assign(new Error(message), { code });
}

describe('explainNetworkFailure', () => {
  it('names what the user can mend', () => {
    const cases: [Error, string, RegExp][] = [
      [failure('ENOTFOUND'), 'unreachable', /"lora.example.org" is not known.*DNS/],
      [failure('EAI_AGAIN'), 'unreachable', /is not known \(EAI_AGAIN\)/],
      [failure('ETIMEDOUT'), 'unreachable', /lora.example.org:8883 does not answer.*firewall/],
      [failure('EHOSTUNREACH', ''), 'unreachable', /cannot be reached: EHOSTUNREACH/],
      [failure('CERT_HAS_EXPIRED'), 'certificate', /the text of the library.*this machine's date and time/],
      [failure('CERT_NOT_YET_VALID'), 'certificate', /this machine's date and time/],
      [failure('SELF_SIGNED_CERT_IN_CHAIN'), 'certificate', /not trusted: the text of the library/],
      [failure('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'), 'certificate', /TLS .* failed.*TLS 1\.2 or newer/],
      [failure('ERR_TLS_CERT_ALTNAME_INVALID'), 'certificate', /not trusted/],
      [failure('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), 'certificate', /may want a client certificate/],
      [failure('ERR_OSSL_PEM_NO_START_LINE'), 'certificate', /TLS configuration cannot be used/],
      [
        failure('ERR_SSL_WRONG_VERSION_NUMBER'),
        'no_answer',
        /write the host as mqtt:\/\/lora.example.org:8883\. Then the key .* not encrypted/,
      ],
    ];
    for (const [error, code, text] of cases) {
      const explained = explainNetworkFailure(error, server);
      assert.equal(explained.code, code);
      assert.match(explained.message, text);
    }
  });
});

describe('explainNetworkFailure of The Things Stack', () => {
  it('leads nobody away from TLS', () => {
    for (const hostname of ['eu1.cloud.thethings.network', 'acme.nam1.cloud.thethings.industries']) {
      const stack = { url: `mqtts://${hostname}:1883`, hostname };
      const { message } = explainNetworkFailure(failure('ECONNRESET'), stack);
      assert.match(message, /TLS on port 8883: write the host without a port/);
      assert.doesNotMatch(message, /mqtt:/);
    }
  });
});

describe('explainMqttFailure', () => {
  const hints = {
    who: 'the user name "me" or its password',
    credentials: 'Check them.',
    tooManyConnections: 'End others.',
    noAnswer: 'Check host and port.',
    subscription: '',
  };

  it('reads the codes of MQTT 3.1.1 and of MQTT 5 alike', () => {
    const cases: [number[], string, RegExp][] = [
      [[4, 5, 134, 135, 138], 'not_authorized', /refused the user name "me" or its password\. Check them\./],
      [[3, 136, 137, 151, 159], 'too_many_connections', /no more connections\. End others\./],
      [[1, 132], 'connection_refused', /Choose the other version/],
      [[2, 133, 144], 'connection_refused', /refused the connection: the text of the library/],
    ];
    for (const [codes, kind, text] of cases) {
      for (const code of codes) {
        const explained = explainMqttFailure(failure(code), server, hints);
        assert.equal(explained.code, kind);
        assert.match(explained.message, text);
      }
    }
  });
});
