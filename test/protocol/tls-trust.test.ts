import test from 'ava';
import { ALERTS, type AlertName, formatAlert, parseOpensslAlert, refusesCertificate } from '#src/protocol/tls/alert.js';
import { judgeAlpn } from '#src/protocol/tls/alpn.js';
import { REMEMBERED, TrustMemory } from '#src/protocol/tls/trust-memory.js';

const PLACE = { client: '192.168.1.7', host: 'smartapi.vesync.com' };
const reason = (memory: TrustMemory) => memory.opaqueReason(PLACE.client, PLACE.host);

test('alerts are written as fatal plaintext records', (t) => {
  t.is(Buffer.from(formatAlert('no_application_protocol')).toString('hex'), '15030300020278');
});

test('a device’s alert is read out of OpenSSL’s code, for every alert there is, and our own errors are none', (t) => {
  t.is(parseOpensslAlert('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'), 'unknown_ca');
  t.is(parseOpensslAlert('ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN'), 'certificate_unknown');
  t.is(parseOpensslAlert('ERR_SSL_TLSV1_ALERT_USER_CANCELLED'), 'user_canceled');
  for (const code of ['ERR_SSL_NO_SHARED_CIPHER', 'ECONNRESET', 'ERR_SSL_TLSV1_ALERT_CONSTRUCTOR', undefined])
    t.is(parseOpensslAlert(code), undefined);
  const refusing = (Object.keys(ALERTS) as AlertName[]).filter(refusesCertificate).map((name) => ALERTS[name]);
  t.deepEqual(refusing, [42, 43, 44, 45, 46, 48, 49]);
});

test('protocols: the first readable one, HTTP/2 and client-certificate names apart, all else unknown', (t) => {
  t.deepEqual(judgeAlpn([]), { kind: 'read', protocol: undefined });
  t.deepEqual(judgeAlpn(['h2', 'http/1.1', 'mqtt']), { kind: 'read', protocol: 'http/1.1' });
  t.deepEqual(judgeAlpn(['mqtt']), { kind: 'read', protocol: 'mqtt' });
  t.deepEqual(judgeAlpn(['h2']), { kind: 'unread' });
  t.deepEqual(judgeAlpn(['x-amzn-mqtt-ca']), { kind: 'client-certificate' });
  t.deepEqual(judgeAlpn(['http/1.0', 'HTTP/1.1']), { kind: 'unknown' });
});

test('one alert about the certificate makes a connection opaque; silence does the third time in a row', (t) => {
  const plain = new TrustMemory();
  plain.note({ kind: 'pinned', ...PLACE, sign: 'alert', alert: 'unknown_ca' }, 1);
  t.is(reason(plain), 'pinned');
  const silent = new TrustMemory();
  silent.note({ kind: 'pinned', ...PLACE, sign: 'silent' }, 1);
  silent.note({ kind: 'pinned', ...PLACE, sign: 'closed' }, 2);
  t.is(reason(silent), undefined);
  silent.note({ kind: 'pinned', ...PLACE, sign: 'closed' }, 3);
  t.is(reason(silent), 'pinned');
  t.like(silent.snapshot().opaque[0], { times: 3, firstMs: 1, lastMs: 3 });
});

test('a device that takes the certificate after all is no longer opaque, and counts among those that trust the root', (t) => {
  const memory = new TrustMemory();
  memory.note({ kind: 'pinned', ...PLACE, sign: 'alert' }, 1);
  memory.note({ kind: 'accepted', ...PLACE, root: 'AA' }, 2);
  t.is(reason(memory), undefined);
  t.deepEqual(memory.clientsTrusting('AA'), [PLACE.client]);
  memory.note({ kind: 'accepted', ...PLACE, root: 'BB' }, 3);
  t.deepEqual([memory.clientsTrusting('AA'), memory.clientsTrusting('BB')], [[], [PLACE.client]]);
});

test('a suspicion is forgotten when the device speaks, so silences that are not in a row do not add up', (t) => {
  const memory = new TrustMemory();
  for (let i = 0; i < 5; i++) {
    memory.note({ kind: 'pinned', ...PLACE, sign: 'silent' }, i);
    memory.note({ kind: 'pinned', ...PLACE, sign: 'silent' }, i);
    memory.note({ kind: 'accepted', ...PLACE, root: 'AA' }, i);
  }
  t.is(reason(memory), undefined);
});

test('tunnels add up how often and how much, under the reason known before', (t) => {
  const memory = new TrustMemory();
  memory.note({ kind: 'client_certificate', ...PLACE }, 1);
  memory.note({ kind: 'tunnelled', ...PLACE, bytesUp: 10, bytesDown: 20, complete: true }, 2);
  memory.note({ kind: 'tunnelled', ...PLACE, bytesUp: 1, bytesDown: 2, complete: false }, 3);
  t.deepEqual(memory.snapshot().opaque, [
    {
      ...PLACE,
      reason: 'client_certificate',
      times: 1,
      tunnels: 2,
      bytesUp: 11,
      bytesDown: 22,
      firstMs: 1,
      lastMs: 3,
      certain: true,
    },
  ]);
});

test('a host that no service names is opaque; other refusals are not', (t) => {
  const memory = new TrustMemory();
  memory.note({ kind: 'refused', ...PLACE, why: 'blocked' }, 1);
  memory.note({ kind: 'refused', client: PLACE.client, why: 'no_server_name' }, 1);
  t.is(reason(memory), undefined);
  memory.note({ kind: 'refused', ...PLACE, why: 'unnamed' }, 2);
  t.is(reason(memory), 'unnamed');
  memory.forget(PLACE.client, PLACE.host);
  t.is(reason(memory), undefined);
});

test('what is remembered survives a restart and is bounded, the oldest going first', (t) => {
  const memory = new TrustMemory();
  for (let i = 0; i <= REMEMBERED; i++) memory.note({ kind: 'refused', client: 'c', host: `h${i}`, why: 'unnamed' }, i);
  const again = new TrustMemory(JSON.parse(JSON.stringify(memory.snapshot())));
  t.deepEqual(again.snapshot(), memory.snapshot());
  t.is(again.snapshot().opaque.length, REMEMBERED);
  t.is(again.opaqueReason('c', 'h0'), undefined);
  t.is(again.opaqueReason('c', `h${REMEMBERED}`), 'unnamed');
});
