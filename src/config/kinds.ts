// The kinds of value a setting can have: what each accepts, in words, and what it becomes.
import ipaddr from 'ipaddr.js';

/** A YAML scalar, sequence or mapping already turned into plain data. */
export type Plain = unknown;

/** Reads one scalar or short list; throws `Error` with what was expected (never with what was found: it may be personal). */
export interface Kind<T> {
  readonly expects: string;
  /** `undefined`: not acceptable. */
  read(value: Plain): T | undefined;
}

const SWITCHES: Readonly<Record<string, boolean>> = { on: true, off: false, true: true, false: false };

/** on, off, true, false. */
export const onOff: Kind<boolean> = {
  expects: 'on or off',
  read: (value) =>
    typeof value === 'boolean'
      ? value
      : typeof value === 'string'
        ? Object.hasOwn(SWITCHES, value.toLowerCase())
          ? SWITCHES[value.toLowerCase()]
          : undefined
        : undefined,
};

export function whole(min: number, max: number): Kind<number> {
  return {
    expects: `a whole number from ${min} to ${max}`,
    read: (value) => (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : undefined),
  };
}

/** TCP port; 0 lets the system choose one. */
export const port: Kind<number> = whole(0, 65535);

export function oneOf<const T extends string>(...words: readonly T[]): Kind<T> {
  return {
    expects: `one of ${words.join(', ')}`,
    read: (value) => words.find((word) => word === value),
  };
}

export const text: Kind<string> = {
  expects: 'a text that is not empty',
  read: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
};

/** A service's name in the rules: `cosori`. */
export const identifier: Kind<string> = {
  expects: 'a name of lower-case letters, digits, - and _',
  read: (value) => (typeof value === 'string' && /^[a-z0-9][a-z0-9_-]*$/.test(value) ? value : undefined),
};

// ipaddr.js also reads `127.1` and `0x7f.1`; those spellings are not let in, as others read them differently.
function isAddress(value: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(value) || (value.includes(':') && ipaddr.IPv6.isValid(value));
}

/** An IP address in its short lower-case spelling. */
export const address: Kind<string> = {
  expects: 'an IP address',
  read: (value) => (typeof value === 'string' && isAddress(value) ? ipaddr.parse(value).toString() : undefined),
};

const HOST_NAME = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/i;

/** An IP address or a host name. */
export const host: Kind<string> = {
  expects: 'a host name or an IP address',
  read: (value) => (typeof value === 'string' && (isAddress(value) || HOST_NAME.test(value)) ? value.toLowerCase() : undefined),
};

/** `192.168.0.0/16` or `fd00::/8`; a single address stands for itself. */
export const network: Kind<string> = {
  expects: 'a network such as 192.168.0.0/16 or fd00::/8',
  read: (value) => {
    if (typeof value !== 'string') return undefined;
    const [base = '', bits, ...rest] = value.split('/');
    if (!isAddress(base) || rest.length > 0) return undefined;
    const parsed = ipaddr.parse(base);
    const most = parsed.kind() === 'ipv4' ? 32 : 128;
    if (bits === undefined) return `${parsed}/${most}`;
    return /^\d{1,3}$/.test(bits) && Number(bits) <= most ? `${parsed}/${bits}` : undefined;
  },
};

/** A MAC address in any notation → `aa:bb:cc:dd:ee:ff`. */
export const mac: Kind<string> = {
  expects: 'a MAC address',
  read: (value) => {
    if (typeof value !== 'string' || !/^[0-9a-f]{2}([:-]?[0-9a-f]{2}){5}$|^([0-9a-f]{4}\.){2}[0-9a-f]{4}$/i.test(value))
      return undefined;
    return value
      .toLowerCase()
      .replace(/[^0-9a-f]/g, '')
      .replace(/(..)(?!$)/g, '$1:');
  },
};

export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
}

/** `"55.75, 37.62"` or `[55.75, 37.62]`: latitude, longitude in degrees. */
/** A mailbox and a host with a dot (RFC 5321 section 4.1.2, without quotes). */
export const email: Kind<string> = {
  expects: 'an e-mail address',
  read: (value) => (typeof value === 'string' && /^[^\s@"<>]{1,64}@[^\s@"<>]+\.[^\s@"<>.]+$/.test(value) ? value : undefined),
};

/** Digits as people write them (ITU-T E.123); seven of them at least. */
export const phone: Kind<string> = {
  expects: 'a telephone number',
  read: (value) => {
    if (typeof value !== 'string' || !/^\+?[\d\s()./-]+$/.test(value)) return undefined;
    const { length } = value.replace(/\D/g, '');
    return length >= 7 && length <= 15 ? value : undefined;
  },
};

export const coordinates: Kind<Coordinates> = {
  expects: 'latitude and longitude in degrees, such as "55.75, 37.62"',
  read: (value) => {
    const parts =
      typeof value === 'string' ? value.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part))) : value;
    if (!Array.isArray(parts) || parts.length !== 2 || !parts.every((part) => typeof part === 'number')) return undefined;
    const [latitude, longitude] = parts as [number, number];
    return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : undefined;
  },
};

export const UPSTREAM_PORTS = { http: 80, https: 443, mqtt: 1883, mqtts: 8883 } as const;
export type UpstreamScheme = keyof typeof UPSTREAM_PORTS;

/** A fixed destination. */
export interface Upstream {
  readonly scheme: UpstreamScheme;
  /** Lower case, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** What it gets as Host: `:port` only where it is not the scheme's own. */
  readonly authority: string;
}

/** `https://smartapi.vesync.com`: scheme, host and port, nothing behind them. */
export const upstream: Kind<Upstream> = {
  expects: 'a URL of scheme http, https, mqtt or mqtts with a host and nothing behind it',
  read: (value) => {
    const match =
      typeof value === 'string' ? /^(https?|mqtts?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(\d{1,5}))?\/?$/i.exec(value) : null;
    if (match === null) return undefined;
    const scheme = match[1]!.toLowerCase() as UpstreamScheme;
    const name = match[2]!.toLowerCase();
    const number = match[3] === undefined ? UPSTREAM_PORTS[scheme] : Number(match[3]);
    const bare = name.startsWith('[') ? name.slice(1, -1) : name;
    if (number < 1 || number > 65535 || host.read(bare) === undefined) return undefined;
    return { scheme, host: bare, port: number, authority: number === UPSTREAM_PORTS[scheme] ? name : `${name}:${number}` };
  },
};

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

const HOST_PORT = /^(\[[0-9a-f:.]+\]|[^:[\]]+):(\d{1,5})$/i;

function splitPort(value: Plain): [string, number] | undefined {
  const match = typeof value === 'string' ? HOST_PORT.exec(value) : null;
  const number = Number(match?.[2]);
  if (match === null || number < 1 || number > 65535) return undefined;
  return [match[1]!.replace(/^\[|\]$/g, '').toLowerCase(), number];
}

/** `ip:port`, `[ipv6]:port`. */
export const endpoint: Kind<Endpoint> = {
  expects: 'an address with a port, such as 127.0.0.1:4443',
  read: (value) => {
    const [name, number] = splitPort(value) ?? [];
    const parsed = address.read(name);
    return parsed === undefined || number === undefined ? undefined : { address: parsed, port: number };
  },
};

/** `host:port` → the same in lower case, IPv6 in brackets. */
export const hostPort: Kind<string> = {
  expects: 'a host with a port, such as smartapi.vesync.com:443',
  read: (value) => {
    const [name, number] = splitPort(value) ?? [];
    const parsed = host.read(name);
    return parsed === undefined ? undefined : `${parsed.includes(':') ? `[${parsed}]` : parsed}:${number}`;
  },
};

/** An address of a name server, with a port where it is not 53. */
export const nameServer: Kind<string> = {
  expects: 'the IP address of a name server, with :port where it is not 53',
  read: (value) => {
    const bare = address.read(value);
    if (bare !== undefined) return bare;
    return endpoint.read(value) === undefined ? undefined : (value as string);
  },
};
