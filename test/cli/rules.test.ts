import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { run, scratch } from './support.js';

test.serial('check: the rules that ship are good', async (t) => {
  const ran = await run(['check']);
  t.is(ran.code, 0);
  t.regex(ran.stdout, /^good: \d+ rules files\n$/);
});

test.serial('check: every fault of every file, with its line and column; exit 1', async (t) => {
  const { dir, file } = scratch(t);
  const rules = path.join(dir, 'rules');
  cpSync('rules', rules, { recursive: true });
  const spoil = (name: string, change: (text: string) => string): void =>
    writeFileSync(path.join(rules, name), change(readFileSync(path.join(rules, name), 'utf8')));
  spoil('services/cosori.yaml', (text) =>
    text.replace('{ category: email, anchor', '{ category: e_mail, anchor').replace('clause: "5.4"', 'klause: "5.4"'),
  );
  spoil('categories.yaml', (text) => text.replace('term: "pd:IPAddress"', 'term: "pd:IPAdress"'));
  spoil('services/sens.yaml', (text) => `${text}\n  - { path: "$..[", category: email }\n`.replace('fields: []\n', 'fields:'));
  const config = file('hub.yaml', 'listeners:\n  - { port: 99999 }\nserivces: {}\n');
  const ran = await run(['check', '--rules', rules, '--config', config]);
  t.is(ran.code, 1);
  const lines = ran.stdout.trimEnd().split('\n');
  t.true(
    lines.every((line) => /^[^:]+:\d+:\d+: \S/.test(line)),
    ran.stdout,
  );
  for (const [name, says] of [
    ['cosori.yaml', /e_mail/],
    ['cosori.yaml', /klause/],
    ['cosori.yaml', /clause/],
    ['categories.yaml', /pd:IPAdress/],
    ['sens.yaml', /selector/],
    ['hub.yaml', /port/],
    ['hub.yaml', /serivces/],
  ] as const) {
    t.true(
      lines.some((line) => line.split(':')[0]!.endsWith(name) && says.test(line)),
      `${name} ${says}\n${ran.stdout}`,
    );
  }
  const where = readFileSync(path.join(rules, 'services/cosori.yaml'), 'utf8').split('\n');
  const at = /cosori\.yaml:(\d+):(\d+): .*e_mail/.exec(ran.stdout)!;
  t.true(where[Number(at[1]) - 1]!.slice(Number(at[2]) - 1).startsWith('e_mail'), 'line and column point at the word');
});

test.serial('rules check: the same, and every quote against the text it was taken from', async (t) => {
  t.is((await run(['rules', 'check'])).stdout, (await run(['check'])).stdout);
  t.is((await run(['rules', 'chek'])).code, 2);
  const { dir, file } = scratch(t);
  const ran = await run(['rules', 'check', '--texts', path.dirname(file('smartthings-kz.txt', 'Another text.\n'))]);
  t.is(ran.code, 1);
  t.regex(ran.stdout, /smartthings-kz\.yaml:\d+:\d+: another text than the one that was read/);
  t.regex(ran.stdout, /smartthings-kz\.yaml:\d+:\d+: the text has no “clarify the details of the order”/);
  t.is((await run(['rules', 'check', '--texts', path.join(dir, 'nowhere')])).code, 2);
});

test.serial('check: a directory that is not there cannot be checked', async (t) => {
  const ran = await run(['check', '--rules', scratch(t).file('nowhere')]);
  t.is(ran.code, 2);
  t.is(ran.stdout, '');
});

test.serial('matrix: every category that nothing justifies is named, in three formats and two languages', async (t) => {
  const text = await run(['matrix', '--service', 'cosori']);
  t.is(text.code, 0);
  for (const part of ['Registration', '5.3', '6.1.3', 'justified by nothing: Wi-Fi name'])
    t.true(text.stdout.includes(part), part);
  const json = await run(['matrix', '--service', 'cosori', '--format', 'json']);
  const shown = JSON.parse(json.stdout) as object;
  t.regex(JSON.stringify(shown), /"wifi_ssid"/);
  const html = await run(['matrix', '--service', 'unknown', '--format', 'html', '--lang', 'ru']);
  t.regex(html.stdout, /<table[\s>]/);
  t.regex(html.stdout, /Имя сети Wi-Fi/);
  t.is((await run(['matrix', '--service', 'nobody'])).code, 2);
  t.is((await run(['matrix', '--service', 'cosori', '--format', 'pdf'])).code, 2);
});

test.serial('explain: one sentence with the clause for what goes and for what stays', async (t) => {
  const ssid = await run(['explain', '--service', 'cosori', '--category', 'wifi_ssid']);
  t.is(ssid.code, 0);
  t.regex(ssid.stdout, /Wi-Fi name.*not sent.*6\.1\.3/s);
  const email = await run(['explain', '--service', 'cosori', '--category', 'email']);
  t.regex(email.stdout, /5\.3/);
  const ru = await run(['explain', '--service', 'cosori', '--category', 'wifi_ssid', '--lang', 'ru']);
  t.regex(ru.stdout, /Имя сети Wi-Fi/);
  const cannot = await run(['explain', '--service', 'cosori', '--category', 'shoe_size']);
  t.is(cannot.code, 2);
  t.regex(cannot.stderr, /no such category/);
});

test.serial('help names every command and exits 0', async (t) => {
  const ran = await run(['help']);
  t.is(ran.code, 0);
  for (const name of ['start', 'sieve', 'check', 'matrix', 'explain', 'audit'])
    t.regex(ran.stdout, new RegExp(`^  ${name} `, 'm'));
});
