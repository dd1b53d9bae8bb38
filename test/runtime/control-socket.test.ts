// The socket by which the command line tells a running hub something.
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { HubError } from '#src/errors.js';
import { askHealth, askHub, type Handler, type Instruction, openControl } from '#src/runtime/control-socket.js';
import type { DeviceInstruction, Told } from '#src/runtime/pairing.js';
import type { HubFault } from '#src/web/facade.js';

const PAIR: DeviceInstruction = { what: 'pair', device: 'd-00000001', minutes: 5 };
const TOLD: Told = { device: 'd-00000001', pairingUntilMs: 5, knownToVendor: false };

function folder(t: ExecutionContext): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-control-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const handler = (carryOut: Handler['carryOut'], faults: readonly HubFault[] = []): Handler => ({
  carryOut,
  health: async () => faults,
  recoverable: async () => ({ expected: 0 }),
  recover: async () => undefined,
});

function exchange(dir: string, line: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = net.connect(path.join(dir, 'control.sock'));
    socket.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    socket.on('error', reject).on('end', () => resolve(JSON.parse(text)));
    socket.end(line);
  });
}

test('an instruction reaches the hub, and its answer comes back; the socket is its owner’s alone', async (t) => {
  const dir = folder(t);
  const heard: Instruction[] = [];
  const control = await openControl(
    dir,
    handler(async (instruction) => {
      heard.push(instruction);
      return TOLD;
    }),
  );
  t.is(statSync(path.join(dir, 'control.sock')).mode & 0o777, 0o600);
  t.deepEqual(await askHub(dir, PAIR), TOLD);
  t.deepEqual(heard, [PAIR]);
  control.close();
  t.is(await askHub(dir, PAIR), undefined);
});

test('where no hub listens nothing is asked: no socket, or one that a killed hub left; the next hub takes its place', async (t) => {
  const dir = folder(t);
  t.is(await askHub(dir, PAIR), undefined);
  const left = net.createServer().listen(path.join(dir, 'left.sock'));
  await new Promise((resolve) => left.once('listening', resolve));
  const { linkSync } = await import('node:fs');
  linkSync(path.join(dir, 'left.sock'), path.join(dir, 'control.sock'));
  await new Promise((resolve) => left.close(resolve));
  t.true(existsSync(path.join(dir, 'control.sock')));
  t.is(await askHub(dir, PAIR), undefined);
  const control = await openControl(
    dir,
    handler(async () => TOLD),
  );
  t.deepEqual(await askHub(dir, PAIR), TOLD);
  control.close();
});

test('what the hub refuses is thrown with its code', async (t) => {
  const dir = folder(t);
  const control = await openControl(
    dir,
    handler(async () => {
      throw new HubError('not_found', 'no such device');
    }),
  );
  const fault = await t.throwsAsync<HubError>(askHub(dir, PAIR));
  t.deepEqual([fault.code, fault.where], ['not_found', 'no such device']);
  control.close();
});

test('what is no instruction is answered as such, and nothing of it comes back', async (t) => {
  const dir = folder(t);
  const control = await openControl(
    dir,
    handler(async () => t.fail() as never),
  );
  t.deepEqual(await exchange(dir, '{"what":"open sesame"}\n'), { error: 'config', where: 'not an instruction' });
  t.deepEqual(await exchange(dir, 'open sesame\n'), { error: 'malformed', where: 'an instruction' });
  t.deepEqual(await exchange(dir, 'open'), { error: 'malformed', where: 'an instruction' });
  t.deepEqual(await exchange(dir, 'x'.repeat(6_000_000)), { error: 'too_large', where: 'an instruction' });
  control.close();
});

test('a data directory too deep for a socket is said, not cut short', async (t) => {
  const deep = path.join(folder(t), 'x'.repeat(120));
  t.is(
    (
      await t.throwsAsync<HubError>(
        openControl(
          deep,
          handler(async () => TOLD),
        ),
      )
    ).code,
    'config',
  );
});

test('a hub that is asked how well it is says what is wrong; where none listens nobody does', async (t) => {
  const dir = folder(t);
  t.is(await askHealth(dir), undefined);
  const faults = [{ fault: 'disk_low', detail: '3 MiB' }] as const;
  const control = await openControl(
    dir,
    handler(async () => TOLD, faults),
  );
  t.deepEqual(await askHealth(dir), faults);
  control.close();
});
