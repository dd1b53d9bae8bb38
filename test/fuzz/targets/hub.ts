// What the hub reads beside messages: names and values for the classifiers, its log, its rules and config, and answers on the way down.
import { openCheckpoint, parseCheckpoint, parseVerifierKey, signCheckpoint } from '#src/audit/checkpoint.js';
import { encodeEntry, formatOf, parseEntry } from '#src/audit/entry.js';
import { parseLeaf } from '#src/audit/keys.js';
import { LogReader } from '#src/audit/reader.js';
import { verifyLog } from '#src/audit/verify.js';
import { parseConfig } from '#src/config.js';
import { HubError } from '#src/errors.js';
import { parseAdGuard, parseDnsmasq } from '#src/household/discovery/leases.js';
import { parseArp, parseGateways, parseIpNeigh } from '#src/household/discovery/neighbours.js';
import { parseIw, parseNmcli, parseSupplicant } from '#src/household/discovery/wifi.js';
import { parseService } from '#src/household/mdns-lines.js';
import { Restorer } from '#src/household/restorer.js';
import { formatFault } from '#src/policy/declaration.js';
import { declarationFile } from '#src/policy/declaration-shapes.js';
import { Source } from '#src/policy/source.js';
import { formatSelector, parseSelector } from '#src/recognize/field-map/json-path.js';
import { NameClassifier } from '#src/recognize/name/patterns.js';
import { ValueRecognizers } from '#src/recognize/value-recognizers.js';
import { Vocabulary } from '#src/recognize/vocabulary.js';
import { restoreUrl } from '#src/restore/http.js';
import { restoreBody, restoreValue } from '#src/restore/restore.js';
import { type MemoryState, openMemoryStore } from '#src/store/memory.js';
import { foldText, skeleton } from '#src/text/fold.js';
import { harMessages } from '#src/web/har.js';
import { filledLog, KEY } from '../../audit/helpers.js';
import * as made from '../samples.js';
import { codeOf, Find, stackOf, type Target } from '../target.js';
import { LIMITS } from './payload.js';
import { rules } from './sieve.js';

const { ssid, mac, ip } = made.SECRETS;
const textOf = (input: Uint8Array): string => Buffer.from(input).toString('utf8');
const never = <T>(what: string, act: () => T): T => {
  try {
    return act();
  } catch (fault) {
    throw new Find(`${what} never throws`, stackOf(fault));
  }
};

const vocabulary = new Vocabulary(rules.vocabulary);
const classifier = new NameClassifier(rules.categories.values(), vocabulary);
const recognizers = new ValueRecognizers({ names: classifier, vocabulary });
const names: Target = {
  name: 'names',
  words: [
    'wifi',
    'Ssid',
    '_',
    '-',
    '.',
    'mac',
    'MAC',
    'ID',
    '2g',
    '[0]',
    'value',
    'имя',
    'сети',
    '\u200b',
    '\uff41',
    '\u0130',
    'ß',
    'ﬁ',
  ],
  seeds: () =>
    ['wifiSSID', 'router_mac', 'wifi.sta.name', 'имяСети', 'WiFi-Name[0].value', 'gw', 'btMacAddr2', 'ssid_2g_list'].map(
      made.utf8,
    ),
  check: (input) => {
    const name = textOf(input).slice(0, 4000);
    return never('the classifier of names', () => {
      if (foldText(foldText(name)) !== foldText(name))
        throw new Find('folding twice is folding once', JSON.stringify(name.slice(0, 60)));
      skeleton(name);
      const words = classifier.words(name);
      return `${classifier.classify(words, [words])?.category ?? 'none'}`;
    });
  },
};

/** A text of more labels than any has is refused. */
function identifiersOf(text: string): ReturnType<ValueRecognizers['findIdentifiers']> {
  try {
    return recognizers.findIdentifiers(text);
  } catch (fault) {
    if (fault instanceof HubError && fault.code === 'too_many_fields') return [];
    throw fault;
  }
}

const values: Target = {
  name: 'values',
  words: [
    mac,
    ip,
    ssid,
    '2001:db8::1',
    'fe80::3e84:6aff:fe0b:91d2',
    '48.8577',
    '2.2950',
    'a@b.example',
    '+49 30 1234567',
    '353879234252633',
    '4111111111111111',
    'eyJhbGciOiJub25lIn0.eyJhIjoxfQ.',
    'WIFI:S:home;P:secret;;',
    'geo:48.8,2.3',
    'lat=',
    "48°51'",
    'uuid:',
    '\u200b',
    '０１',
    'ssid: ',
    '-----BEGIN PRIVATE KEY-----',
    'sk_live_',
  ],
  seeds: () =>
    [
      `joined ${ssid} (${mac}) at ${ip}, lat=48.8577 lon=2.2950, mail a@b.example, call +49 30 1234567`,
      '2001:db8:0:0:0:0:0:1 fe80::3e84:6aff:fe0b:91d2%eth0',
      '{"imei":"353879234252633"}',
      `48°51'29.6"N 2°17'40.2"E`,
      'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
      '198.51.100.23:8080/24',
      '00:11:22:33:44:55-66-77',
    ].map(made.utf8),
  check: (input) => {
    const text = textOf(input);
    const found = never('the recognizers', () => identifiersOf(text));
    let end = 0;
    for (const { start, end: to, canonical } of found) {
      if (start < end || to <= start || to > text.length)
        throw new Find('findings are in order, inside the text and apart', `${start}–${to} after ${end} of ${text.length}`);
      if (canonical === '') throw new Find('every finding has a canonical form', '');
      end = to;
    }
    return [...new Set(found.map(({ category }) => category))].join();
  },
};

const selectors: Target = {
  name: 'selector',
  words: ['$', '..', '[*]', "['", "']", '[0]', '[-1]', '::base64::$', '\\u0041', '\\', ',', '.*', 'ssid', '[?@.a]', '[0:1]'],
  seeds: () =>
    [
      "$.wifi['sta ssid']",
      '$..ssid',
      '$.list[*].mac',
      "$['payload']::base64::$['ssid']",
      "$['a','b'][0,1]",
      "$['\\u0041\\n']",
    ].map(made.utf8),
  check: (input) => {
    const text = textOf(input).slice(0, 4000);
    const read = never('the reader of selectors', () => parseSelector(text));
    if (!read.ok) {
      if (read.column < 1 || read.column > text.length + 1) throw new Find('a fault stands inside its text', String(read.column));
      return read.message.slice(0, 20);
    }
    const written = formatSelector(read.steps);
    const again = parseSelector(written);
    if (!again.ok || formatSelector(again.steps) !== written)
      throw new Find('a selector that was written is read the same way', written);
    return `ok${Math.min(read.steps.length, 9)}`;
  },
};

const LINES = await (async (): Promise<string[]> => {
  const { state } = await filledLog(3);
  return [...state].filter(([key]) => key.startsWith('ae')).map(([, value]) => parseLeaf(0, value).line ?? '');
})();
const entries: Target = {
  name: 'log-entry',
  words: ['m ', 'd ', 'f ', 'p ', ' - ', '{"', '"}', ' up ', ' forwarded ', '00', '-1', '9007199254740993', '\\u0041'],
  seeds: () => LINES.map(made.utf8),
  check: (input) => {
    const line = textOf(input);
    try {
      const entry = parseEntry(line);
      if (encodeEntry(entry, formatOf(line)) !== line) throw new Find('an entry is accepted only as it would be written', '');
      return entry.kind;
    } catch (fault) {
      return codeOf(fault, input);
    }
  },
};

const ROOT = Buffer.alloc(32, 9);
const VERIFIER = parseVerifierKey(KEY.vkey);
const NOTE = signCheckpoint(KEY, 700, ROOT);
const checkpoints: Target = {
  name: 'checkpoint',
  words: ['\n', '— ', 'hubsieve/test', '700', '701', '0', '=', '\n\n', '\r\n'],
  seeds: () => [NOTE, signCheckpoint(KEY, 0, ROOT)].map(made.utf8),
  check: (input) => {
    const note = textOf(input);
    try {
      const { size } = parseCheckpoint(note);
      const opened = openCheckpoint(note, VERIFIER);
      if (!opened.root.equals(ROOT) || (size !== 700 && size !== 0)) throw new Find('only what was signed opens', note);
      return 'opened';
    } catch (fault) {
      return codeOf(fault, input, /./);
    }
  },
};

/** Which values of the log's keys say something about its entries; `p` and `u` only help to write on. */
const TELLING = /^a[ecsn]/;
let pristine: MemoryState | undefined;
const logStore: Target = {
  name: 'log-store',
  seeds: () => Array.from({ length: 24 }, (_, i) => Buffer.of(i * 3, i % 5, i * 7, 1, 2, 3)),
  check: async (input) => {
    if (input.length < 4) return 'short';
    pristine ??= (await filledLog(300)).state;
    const state: MemoryState = new Map([...pristine].map(([key, value]) => [key, Buffer.from(value)]));
    const keys = [...state.keys()].filter((key) => TELLING.test(key));
    const key = keys[(input[0]! * 256 + input[2]!) % keys.length]!;
    const value = state.get(key)!;
    const payload = Buffer.from(input.subarray(3));
    switch (input[1]! % 5) {
      case 0:
        state.delete(key);
        break;
      case 1:
        value[input[2]! % value.length]! ^= payload[0]! || 1;
        break;
      case 2:
        state.set(key, payload);
        break;
      case 3:
        state.set(key, Buffer.concat([value.subarray(0, 32), payload]));
        break;
      default:
        state.set(key, state.get(keys[payload[0]! % keys.length]!)!);
    }
    const same = state.get(key)?.equals(pristine.get(key)!) === true;
    const told = await verifyLog(new LogReader(await openMemoryStore(state)), { vkey: KEY.vkey }).catch((fault: unknown) => {
      throw new Find('verifying a log never throws', stackOf(fault));
    });
    if (told.ok && !same) throw new Find('a log that was changed never verifies', `${key.slice(0, 2)} ${input[1]! % 5}`);
    return told.faults.map(({ what }) => what).join();
  },
};

const DECLARATION = `id: sample
title: { en: Sample, ru: Образец }
operator: { name: Sample Ltd, country: DE }
policy: { title: Policy, url: "https://example.test/p", law: [GDPR] }
hosts:
  - { name: api.example.test, operator: confirmed, clause: "1" }
purposes:
  operate: &o
    title: { en: Operate, ru: Работа }
    says: { en: x, ru: y }
    clause: "2.1"
    ground: declared
    default: on
    needs: [{ category: email, clause: "2.1" }, device_status]
unjustified: [{ category: wifi_ssid, clause: "3" }]
limits: [{ kind: retention, clause: "4", says: { en: a, ru: b }, days: 30 }]
fields:
  - { path: "$.wifi.ssid", category: wifi_ssid }
`;
const ruleFiles: Target = {
  name: 'rules-yaml',
  words: [
    '- ',
    ': ',
    '&o ',
    '*o',
    '<<: *o',
    '|',
    '>',
    '!!binary ',
    '{',
    '}',
    '[',
    ']',
    '#',
    '---',
    'on',
    'off',
    'category: email',
    '\t',
    '? ',
    '"',
    "'",
    '\u2028',
    '*o\n',
    '&a [*a]',
  ],
  seeds: () => [DECLARATION, DECLARATION.replace('needs: [', 'needs: [*o, ')].map(made.utf8),
  check: (input) => {
    const text = textOf(input);
    const source = never('the reader of rules', () => {
      const one = new Source('services/sample.yaml', text);
      one.read(declarationFile);
      return one;
    });
    const lines = text.split(/\r\n|\n|\r/).length;
    for (const fault of source.faults) {
      const where = formatFault(fault);
      if (fault.line < 1 || fault.column < 1 || fault.line > lines + 1)
        throw new Find('a fault stands inside its file', where.slice(0, 200));
    }
    return `${Math.min(source.faults.length, 9)}${source.faults[0]?.message.slice(0, 24) ?? ''}`;
  },
};

const CONFIG = `listeners:
  - { host: 0.0.0.0, port: 8080 }
  - { host: 127.0.0.1, port: 9001, service: cosori, upstream: "https://smartapi.vesync.com" }
web: { host: 127.0.0.1, port: 8480 }
upstream: { resolve: { "smartapi.vesync.com:443": "127.0.0.1:4443" }, dns: ["9.9.9.9"] }
household: { ssids: [home], macs: ["3c:84:6a:0b:91:d2"], ips: [198.51.100.23], coordinates: ["48.8,2.3"] }
services: { cosori: { mode: enforce, purposes: { customer_support: off } } }
limits: { body_bytes: 1048576, inflate_ratio: 100, depth: 64 }
`;
const configs: Target = {
  name: 'config',
  words: [
    '- ',
    ': ',
    '&a ',
    '*a',
    '{',
    '}',
    '[',
    ']',
    'port: 65536',
    'on',
    '-1',
    '1e9',
    '__proto__: 1',
    'constructor: {}',
    'mode: block',
    '"',
    '!!js/function ',
  ],
  seeds: () => [made.utf8(CONFIG), made.json({ web: { port: 1 } })],
  check: (input) => {
    try {
      parseConfig(textOf(input), 'config.yaml');
      return 'good';
    } catch (fault) {
      return codeOf(fault, input, /./); // what the household wrote may be quoted to it
    }
  },
};

const ORIGINAL = 'F4:CF:A2:77:88:99';
const STAND_IN = '02:1A:7C:9D:0E:B3';
const restorer = new Restorer();
restorer.add({ original: ORIGINAL, pseudonym: STAND_IN });
restorer.add({ original: "Anna's bedroom", pseudonym: 'Device 4471ab' });
const restoring: Target = {
  name: 'restore',
  words: [STAND_IN, '021a7c9d0eb3', 'Device 4471ab', '"', '&', '<', '%3A', '\\u003a', 'data: ', '\n', '\x1e', 'MDI6MUE6N0M='],
  seeds: () => [
    ...made
      .samples({
        cid: STAND_IN,
        name: 'Device 4471ab',
        list: [STAND_IN.toLowerCase(), '021A7C9D0EB3'],
        payload: Buffer.from(`{"id":"${STAND_IN}"}`).toString('base64'),
      })
      .map(({ label, bytes }, i) => Buffer.concat([Buffer.of(i, label.length), made.utf8(label), bytes])),
    Buffer.concat([Buffer.of(0, 9), made.utf8('text/html<p title="'), made.utf8(`${STAND_IN}">Device 4471ab</p>`)]),
  ],
  check: (input) => {
    if (input.length < 2) return 'short';
    const label = Buffer.from(input.subarray(2, 2 + (input[1]! % 60))).toString('latin1');
    const bytes = input.subarray(2 + (input[1]! % 60));
    const out = never('the way back', () => restoreBody(bytes, label, restorer, LIMITS));
    const text = textOf(bytes);
    never('the way back of values', () => restoreValue(text, restorer, LIMITS));
    never('the way back of addresses', () => restoreUrl(text.slice(0, 2000), restorer, LIMITS));
    if (out !== bytes && !/02.{0,3}1a|9d|4471|device/i.test(Buffer.from(bytes).toString('latin1')) && !encoded(bytes))
      throw new Find('what holds no stand-in comes back as it is', JSON.stringify(text.slice(0, 200)));
    return `${out === bytes}${Math.ceil(Math.log2(out.length + 1))}`;
  },
};
/** Could a stand-in be hidden in an encoding? Then that it stands nowhere in plain says nothing. */
const encoded = (bytes: Uint8Array): boolean =>
  bytes.some((byte) => byte >= 0x80 || byte === 0x25 || byte === 0x5c || byte === 0x26 || byte === 0) ||
  /[A-Za-z0-9+/_-]{11}/.test(Buffer.from(bytes).toString('latin1'));

const found: Target = {
  name: 'discovery',
  words: ['\n', '\t', ' ', 'lladdr', 'dev', 'SSID:', 'ssid="', '\\x', '{"', '[', ',', '"dst"', 'null', mac, ip],
  seeds: () =>
    [
      `[{"dst":"192.168.1.20","dev":"eth0","lladdr":"${mac}","state":["REACHABLE"]}]`,
      `IP address       HW type     Flags       HW address            Mask     Device\n192.168.1.20     0x1         0x2         ${mac}     *        eth0\n`,
      `1763773200 ${mac} 192.168.1.20 fryer 01:${mac}\n`,
      `{"version":1,"leases":[{"mac":"${mac}","ip":"192.168.1.20","hostname":"fryer"}]}`,
      `Connected to ${mac} (on wlan0)\n\tSSID: ${ssid}\n`,
      `yes:${ssid}\nno:other\\:one\n`,
      `network={\n ssid="${ssid}"\n psk="x"\n}\n`,
      '{"name":"fryer","host":"fryer.local","addresses":["192.168.1.20"],"txt":{"id":"x"}}',
      '[{"dst":"default","gateway":"192.168.1.1","dev":"eth0"}]',
    ].map(made.utf8),
  check: (input) => {
    const text = textOf(input);
    const readers = {
      parseIpNeigh,
      parseArp,
      parseGateways,
      parseDnsmasq,
      parseAdGuard,
      parseIw,
      parseNmcli,
      parseSupplicant,
      parseService,
    };
    return Object.entries(readers)
      .map(([name, read]) => {
        const told = never(name, () => read(text));
        return Array.isArray(told) ? Math.min(told.length, 3) : told === undefined ? '-' : '+';
      })
      .join('');
  },
};

const har: Target = {
  name: 'har',
  words: [
    'null',
    '{}',
    '[]',
    '""',
    '1',
    '"request":',
    '"postData":',
    '"text":',
    '"url":',
    '"http://[::1"',
    '"log":',
    '"entries":',
  ],
  seeds: () => {
    const entry = (body: unknown): unknown => ({
      request: { method: 'POST', url: 'https://api.example.test/v1?a=b', postData: { mimeType: 'application/json', text: body } },
    });
    return [
      { log: { entries: [entry('{"a":1}'), entry('x')] } },
      { log: { entries: [{ request: { method: 'GET', url: 'https://h/' } }] } },
    ].map((value) => made.utf8(JSON.stringify(value)));
  },
  check: (input) => {
    const told = never('the reader of recordings', () => harMessages(textOf(input)));
    for (const { label, body, mediaType, host } of told ?? []) {
      if ([label, body, mediaType, host].some((text) => typeof text !== 'string'))
        throw new Find('a message of a recording is texts', '');
    }
    return String(told?.length);
  },
};

export const hubTargets: readonly Target[] = [
  names,
  values,
  selectors,
  entries,
  checkpoints,
  logStore,
  ruleFiles,
  configs,
  restoring,
  found,
  har,
];
