// Figures for Prometheus (text format 0.0.4): counts of the last 24 hours by verdict, nothing that tells a device or a home apart.
import { VERDICTS } from '../model.js';
import type { HubFacade } from './facade.js';

const DAY_MS = 86_400_000;

/** The page of figures. Services are those of the rules; hosts, devices and paths are not in it. */
export async function metrics(facade: HubFacade, nowMs: number): Promise<string> {
  const [{ traffic, flows }, devices, fields, size, { version, startedMs }] = await Promise.all([
    facade.traffic({ fromMs: nowMs - DAY_MS, untilMs: nowMs }),
    facade.devices(),
    facade.newFields(),
    facade.logSize(),
    facade.about(),
  ]);
  const out: string[] = [];
  const figure = (name: string, help: string, lines: readonly (readonly [labels: string, value: number])[]) => {
    out.push(`# HELP hubsieve_${name} ${help}`, `# TYPE hubsieve_${name} gauge`);
    for (const [labels, value] of lines) out.push(`hubsieve_${name}${labels} ${value}`);
  };
  const of = (verdict: string) => traffic.filter((row) => row.verdict === verdict);
  const sum = <T>(rows: readonly T[], pick: (row: T) => number) => rows.reduce((total, row) => total + pick(row), 0);
  figure('info', 'The version.', [[`{version="${version}"}`, 1]]);
  figure('start_time_seconds', 'When the hub started.', [['', Math.floor(startedMs / 1000)]]);
  figure(
    'messages_24h',
    'Messages of the last 24 hours.',
    VERDICTS.map((one) => [`{verdict="${one}"}`, sum(of(one), (r) => r.messages)]),
  );
  figure(
    'bytes_in_24h',
    'Bytes of bodies that came.',
    VERDICTS.map((one) => [`{verdict="${one}"}`, sum(of(one), (r) => r.bytesIn)]),
  );
  figure(
    'bytes_out_24h',
    'Bytes of bodies that left.',
    VERDICTS.map((one) => [`{verdict="${one}"}`, sum(of(one), (r) => r.bytesOut)]),
  );
  figure('fields_24h', 'Fields of the last 24 hours by what became of them.', [
    ['{fate="kept"}', sum(flows, (r) => r.kept)],
    ['{fate="changed"}', sum(flows, (r) => r.changed)],
    ['{fate="withheld"}', sum(flows, (r) => r.withheld)],
    ['{fate="rehearsed"}', sum(flows, (r) => r.rehearsed)],
  ]);
  figure('devices', 'Devices the hub knows.', [['', devices.length]]);
  figure('new_fields', 'New fields that wait to be looked at.', [['', fields.length]]);
  figure('log_entries', 'Entries of the log.', [['', size]]);
  return `${out.join('\n')}\n`;
}
