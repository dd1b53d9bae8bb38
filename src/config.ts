// The config: every key with its default, its help and the reason of its default in one table -> a frozen Config.
import {
  address,
  coordinates,
  email,
  endpoint,
  host,
  hostPort,
  identifier,
  mac,
  nameServer,
  network,
  oneOf,
  onOff,
  phone,
  port,
  text,
  upstream,
  whole,
} from './config/kinds.js';
import { type Fault, readConfig } from './config/read.js';
import { sectionLines } from './config/sample.js';
import { list, mapping, optional, type Read, required, section, sections, value } from './config/schema.js';
import { HubError } from './errors.js';
import { MODES } from './model.js';

export type { Coordinates, Endpoint, Upstream, UpstreamScheme } from './config/kinds.js';
export type { Fault } from './config/read.js';

const MEBIBYTE = 1024 * 1024;
const HOUR_MS = 3_600_000;
/** RFC 1918, loopback, link-local and unique local addresses: what a home router hands out. */
const HOME_NETWORKS = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '::1/128',
  'fe80::/10',
  'fc00::/7',
];

const bytes = whole(1024, 1024 * MEBIBYTE);
const count = whole(1, 1_000_000);
const ms = whole(10, HOUR_MS);

const SCHEMA = section(
  {
    listeners: sections(
      {
        host: value(host, '0.0.0.0', 'Address to listen on.', 'All IPv4 ones, as devices come from the home network.'),
        port: required(port, 'Port to listen on; 0 lets the system choose.'),
        service: optional(identifier, 'The service everything on this door is for; wins over Host and SNI.'),
        upstream: optional(upstream, 'Where everything on this door goes; its authority becomes Host.'),
        transparent: value(onOff, false, 'Take connections meant for other addresses (TPROXY).', 'Needs the socket unit.'),
      },
      [],
      'Doors. The protocol is told from the first bytes: TLS, HTTP, MQTT.',
      'None: no door is open that nobody asked for. The page asks at the first run.',
    ),
    networks: list(
      network,
      HOME_NETWORKS,
      'Whose messages the doors take, and who sees the page: the networks of the home.',
      'Home addresses only: a hub that the Internet reaches must not be an open proxy.',
    ),
    web: section(
      {
        host: value(host, '127.0.0.1', 'Address of the page.', 'This machine only: widen it knowingly.'),
        port: value(port, 8480, 'Port of the page.', 'Free on common hubs.'),
        names: list(
          host,
          [],
          'More names the page is called by.',
          'Other names are refused: a web site may point its name here.',
        ),
      },
      'The page of the household.',
    ),
    upstream: section(
      {
        resolve: mapping(hostPort, required(endpoint, ''), 'Where host:port really is: address:port. Allows a private address.'),
        trust: list(
          text,
          [],
          'PEM files of certificate authorities to trust beside the system’s.',
          'None is needed for public clouds.',
        ),
        dns: list(
          nameServer,
          [],
          'Name servers to ask.',
          'The system’s; name others where the home’s points the cloud’s names at the hub.',
        ),
      },
      'How destinations are found and trusted.',
    ),
    household: section(
      {
        ssids: list(text, [], 'Names of the home’s Wi-Fi networks.', 'Found out by discovery.'),
        macs: list(mac, [], 'MAC addresses of the home.', 'Found out by discovery.'),
        ips: list(address, [], 'The home’s own public addresses.', 'Found out by discovery.'),
        coordinates: list(coordinates, [], 'Where the home is: "latitude, longitude".', 'Nothing can find it out.'),
        emails: list(email, [], 'E-mail addresses of the accounts.', 'Found out where a field calls one an e-mail.'),
        phones: list(phone, [], 'Telephone numbers, with the country: "+49 171 2345678".', 'Nothing can find them out.'),
        names: list(text, [], 'What the devices are called.', 'Found out by discovery, and from the page.'),
      },
      'The home’s own identifiers, beside what discovery finds.',
    ),
    discovery: section(
      { enabled: value(onOff, true, 'Look for the home’s devices and their names.', 'What the hub knows it can keep in.') },
      'Looking around in the home network.',
    ),
    services: mapping(
      identifier,
      section(
        {
          mode: value(
            oneOf(...MODES),
            'enforce',
            'enforce, observe (a rehearsal) or block.',
            'Minimizing is what the hub is for.',
          ),
          purposes: mapping(identifier, required(onOff, ''), 'Purposes turned on or off against their default.'),
          opaque: value(oneOf('refuse', 'pass'), 'refuse', 'What the hub cannot read.', 'Unread is unminimized.'),
          sealed: value(oneOf('refuse', 'pass'), 'refuse', 'What is signed or encrypted inside.', 'Unread is unminimized.'),
        },
        '',
      ),
      'Choices for single services.',
    ),
    rules: list(text, [], 'Folders of more rules.', 'The ones shipped are always read.'),
    audit: section(
      {
        retention_days: value(
          whole(1, 3650),
          30,
          'Days an entry is kept.',
          'Long enough to look back at a month, short enough for an SD card.',
        ),
        flush_ms: value(
          whole(0, 60_000),
          1000,
          'Milliseconds between syncs to disk; 0: before each message leaves.',
          'A card lives longer with few syncs; a power cut costs a second.',
        ),
        max_bytes: value(
          whole(MEBIBYTE, MEBIBYTE * MEBIBYTE),
          1024 * MEBIBYTE,
          'Most bytes of the log on disk; past them the device that wrote the most loses its oldest entries.',
          'Some five times what a home writes in a month; a flood fills the rest of a card in days.',
        ),
      },
      'The log.',
    ),
    limits: section(
      {
        body_bytes: value(
          bytes,
          MEBIBYTE,
          'Most bytes of one message’s body.',
          'Telemetry has kilobytes; past this, the hub’s memory is at stake.',
        ),
        inflate_ratio: value(
          count,
          100,
          'Most bytes out of one compressed byte.',
          'JSON packs 5 to 20 times; 100 MiB of zeros are 172 bytes of brotli.',
        ),
        depth: value(whole(1, 512), 64, 'Deepest nesting.', 'Real messages nest below 12; readers recurse.'),
        nodes: value(count, 50_000, 'Most fields of one message.', 'A body of 1 MiB of real telemetry has about 30,000.'),
        message_ms: value(
          ms,
          10_000,
          'Milliseconds one large message may take to be judged.',
          'The worst 1 MiB takes a second, a small machine some times that; a device waits half a minute.',
        ),
        workers: value(
          whole(1, 8),
          1,
          'Threads that judge large messages.',
          'Such messages are rare; a thread takes 40 MB while there are some.',
        ),
        layers: value(whole(1, 32), 8, 'Most encodings inside each other.', 'Real messages have up to 3.'),
        head_bytes: value(
          whole(1024, 65_536),
          16_384,
          'Most bytes of a request’s head.',
          'Node’s own bound; tokens and cookies fit.',
        ),
        header_count: value(whole(8, 1000), 100, 'Most header lines.', 'Devices send below 30.'),
        connections: value(
          count,
          512,
          'Most open connections of all doors together; one device has half of them at most.',
          'A home has below 200 devices; a file descriptor and 30 KB each.',
        ),
        held_bytes: value(
          bytes,
          32 * MEBIBYTE,
          'Most bytes of messages in memory, of all devices together; one device has half of them at most.',
          'Usual messages are a few kilobytes; a hub of 512 MB has other things to do.',
        ),
        messages: value(
          count,
          128,
          'Most messages being judged at once; the next ones wait, and devices take turns.',
          'Judging is quick; more at once only take memory.',
        ),
        pipelined: value(whole(1, 1000), 16, 'Most requests waiting on one connection.', 'Devices send one after another.'),
        upstreams: value(count, 256, 'Most destinations with open connections.', 'More clouds than a home talks to.'),
        upstream_connections: value(
          count,
          256,
          'Most open connections to one destination, half of them for one device: requests wait, MQTT and WebSocket are told `busy`.',
          'A home has below 200 devices, and over MQTT each holds one all day.',
        ),
      },
      'Bounds on what one message, sender or destination may cost.',
    ),
    timeouts: section(
      {
        head_ms: value(
          ms,
          15_000,
          'For the first bytes and the head of a request.',
          'A slow radio link needs seconds; slowloris needs minutes.',
        ),
        request_ms: value(ms, 60_000, 'For a whole request.', '1 MiB at 20 KB/s.'),
        keep_alive_ms: value(
          ms,
          60_000,
          'An idle connection of a device stays open.',
          'Devices report each minute or less often.',
        ),
        upstream_idle_ms: value(
          ms,
          4_000,
          'An idle connection to a cloud stays open.',
          'Servers close after 5 s and more: reusing a closing one loses a message.',
        ),
        answer_ms: value(
          ms,
          120_000,
          'For the head of the cloud’s answer, with finding and connecting.',
          'Long polls hang for 60 s and more.',
        ),
        idle_ms: value(ms, 180_000, 'Silence on a connection in use.', 'Longer than a cloud may take to answer.'),
        stop_ms: value(ms, 5_000, 'For messages in hand when the hub stops.', 'systemd kills after 90 s, people sooner.'),
      },
      'How long things may take, in milliseconds.',
    ),
  },
  '',
);

/** Every setting, typed and frozen; keys in camelCase (`limits.bodyBytes`). */
export type Config = Read<typeof SCHEMA>;
export type ListenerConfig = Config['listeners'][number];
export type ServiceConfig = Config['services'][string];

/**
 * Reads a config (YAML 1.2 or JSON). Keys that are not written get their defaults.
 * Throws HubError('config') with `cause: Fault[]`, all faults in the order of their lines.
 */
export function parseConfig(source: string, file: string): Config {
  const { value: read, faults } = readConfig(source, file, SCHEMA);
  if (faults.length > 0) throw new HubError('config', formatFault(faults[0]!), { cause: faults });
  return read as Config;
}

/** `config.yaml:3:5: limits.depht: no such key; did you mean depth?` */
export function formatFault({ file, line, column, message }: Fault): string {
  return `${file}:${line}:${column}: ${message}`;
}

/** A config in which every key stands with its default, its help and its reason; it parses to the defaults. */
export function sampleConfig(): string {
  return `${sectionLines(SCHEMA.rows, '').join('\n')}\n`;
}
