// Runs a folder of MQTT byte sequences (the JSON files of mosquitto's test/broker/data) through the session, with a sieve that
// changes nothing and a cloud that answers as the sequence says. Usage: node tools/mqtt-suite.mjs FOLDER. The suite stays outside.
// Prints each sequence that is judged otherwise than the suite wants, and each that only the cloud's answer ended, then
// `N passed, M failed`. Exit 1 where one failed.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_LIMITS, Session } from '../dist/protocol/mqtt/index.js';

const CONNACK = { 4: '20 02 00 00', 5: '20 09 00 00 06 22000A 210014' };

const hex = (text) => Buffer.from(text.replaceAll(' ', ''), 'hex');

function defaultConnect(level) {
  const id = Buffer.from('suite');
  const properties = level === 5 ? [0] : [];
  const body = Buffer.concat([hex('0004 4D515454'), Buffer.from([level, 2, 0, 60, ...properties, 0, id.length]), id]);
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
}

/** One sequence: a device, a session, a cloud. */
class Run {
  cloud = [];
  device = [];
  session = new Session({ limits: DEFAULT_LIMITS, refused3: 'acknowledge', restore: (message) => message.parts });
  sent = [];
  endedByCloud = false;

  carry(commands) {
    for (const command of commands) {
      if (command.kind === 'toCloud') this.cloud.push(Buffer.from(command.bytes));
      if (command.kind === 'toDevice') this.device.push(Buffer.from(command.bytes));
      if (command.kind === 'judge') {
        this.carry(this.session.judged(command.token, { kind: 'pass', parts: command.message.parts }));
      }
    }
  }

  send(bytes) {
    this.sent.push(bytes);
    this.carry(this.session.fromDevice(bytes));
  }

  reachedCloud(bytes) {
    return this.cloud.some((packet) => packet.equals(bytes));
  }

  fromCloud(bytes) {
    if (this.session.ended) return;
    this.carry(this.session.fromCloud(bytes));
    this.endedByCloud = this.session.ended;
  }

  /** What the suite expects the device to get: the session's own answer, or the cloud's, which must come through unchanged. */
  receive(bytes) {
    const seen = this.device.findIndex((packet) => packet.equals(bytes));
    if (seen >= 0) {
      this.device.splice(seen, 1);
      return true;
    }
    const own = bytes[0] >> 4 === 14 || !this.reachedCloud(this.sent.at(-1));
    if (own || this.session.ended) return false;
    this.fromCloud(bytes);
    return this.device.pop()?.equals(bytes) ?? false;
  }
}

function play(test, level) {
  const run = new Run();
  let answers = 0;
  if (test.connect ?? true) {
    run.send(defaultConnect(level));
    run.receive(hex(CONNACK[level]));
  }
  for (const step of test.msgs) {
    if (step.type === 'send') run.send(hex(step.payload));
    if (step.type === 'recv' && !run.receive(hex(step.payload))) answers += 1;
  }
  const unanswered = run.cloud.length > 0 && !(test.connect ?? true) && !test.msgs.some((step) => step.type === 'recv');
  if (unanswered) run.fromCloud(hex(CONNACK[level]));
  return { run, otherAnswers: answers };
}

function verdict(test, { run, otherAnswers }) {
  const wantsEnd = test.expect_disconnect ?? true;
  const last = run.sent.at(-1);
  if (wantsEnd) {
    if (!run.session.ended) return 'passed on what must end the connection';
    const goodbye = last[0] === 0xe0;
    const connect = last[0] === 0x10;
    if (run.reachedCloud(last) && !goodbye && !connect) return 'ended, but the packet reached the cloud';
    return undefined;
  }
  if (run.session.ended) return 'ended what must go on';
  if (run.sent.some((bytes) => !run.reachedCloud(bytes))) return 'did not reach the cloud as its own bytes';
  return otherAnswers > 0 ? 'the cloud’s answer did not reach the device' : undefined;
}

const folder = process.argv[2];
if (folder === undefined) {
  process.stderr.write('usage: node tools/mqtt-suite.mjs FOLDER\n');
  process.exit(2);
}
let passed = 0;
let failed = 0;
let otherReasons = 0;
for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()) {
  for (const group of JSON.parse(readFileSync(join(folder, file), 'utf8'))) {
    for (const test of group.tests) {
      const played = play(test, (test.ver ?? group.ver ?? 4) === 5 ? 5 : 4);
      const wrong = verdict(test, played);
      const name = `${file}: ${group.group}: ${test.name}`;
      if (wrong === undefined) passed += 1;
      else failed += 1;
      if (wrong !== undefined) process.stdout.write(`${name}: ${wrong}\n`);
      else if (played.run.endedByCloud)
        process.stdout.write(`${name}: passed on, and ended by the cloud's answer (only a broker knows)\n`);
      else if (played.otherAnswers > 0) {
        otherReasons += 1;
        if (process.argv.includes('--reasons')) process.stdout.write(`${name}: another answer\n`);
      }
    }
  }
}
process.stdout.write(`${otherReasons} ended rightly, but with another answer than the suite's broker gives\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
