// Names written in another way than they read, and names that are values.
import test from 'ava';
import { decodedName, opaqueName } from '#src/recognize/name/encoded.js';
import { valueName } from '#src/recognize/name/value-name.js';
import { kit } from './structure/support.js';

test('percent sequences, references, escapes and hexadecimal digits are undone', (t) => {
  for (const name of ['%73sid', '%2573sid', '&#115;sid', '\\u0073sid', '\\x73sid', '73736964'])
    t.is(decodedName(name), 'ssid', name);
});

test('other names are left as they are: words, numbers, colours, base64', (t) => {
  for (const name of ['ssid', 'mode', '20261130', 'deadbeef', '00ff8800', 'c3NpZA==', 'd2lmaV9zc2lk'])
    t.is(decodedName(name), undefined, name);
});

test('a letter below a network’s name is the network’s', (t) => {
  t.is(opaqueName('x', 'wifi_ssid'), 'ssid');
  t.is(opaqueName('x1', 'wifi_ssid'), 'ssid');
  t.is(opaqueName('x', 'device_status'), undefined);
  t.is(opaqueName('count', 'wifi_ssid'), undefined);
});

test('a name that people wrote is a value below networks, one of a programmer is a name', (t) => {
  const named = (name: string, isContainer: boolean, enclosing: 'wifi_ssid' | 'neighbour_scan' | 'device_status' | undefined) =>
    valueName(name, isContainer, enclosing, kit);
  t.is(named('Blue Heron', false, 'wifi_ssid'), 'wifi_ssid');
  t.is(named('heron', true, 'neighbour_scan'), 'neighbour_scan');
  t.is(named('heron', false, 'neighbour_scan'), undefined);
  t.is(named('Value', true, 'wifi_ssid'), undefined);
  t.is(named('signal_strength', true, 'wifi_ssid'), undefined);
  t.is(named('Blue', false, 'wifi_ssid'), undefined);
  t.is(named('Blue Heron', true, 'device_status'), undefined);
  t.is(named('Blue Heron', true, undefined), undefined);
});
