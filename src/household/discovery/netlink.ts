// Questions to Linux's tables of routes and neighbours, and their answers, as bytes (netlink(7), rtnetlink(7)). No sockets here.
import { isIPv6 } from 'node:net';
import { readMac } from './found.js';

/** Message types and flags (linux/netlink.h, linux/rtnetlink.h). */
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;
const RTM_NEWROUTE = 24;
const RTM_GETROUTE = 26;
const RTM_NEWNEIGH = 28;
const RTM_GETNEIGH = 30;
const NLM_F_REQUEST = 0x1;
const NLM_F_DUMP = 0x300;
/** Address families (linux/socket.h). */
const AF_INET = 2;
const AF_INET6 = 10;
/** struct nlmsghdr; struct rtattr. */
const HEADER_BYTES = 16;
const ATTRIBUTE_BYTES = 4;
/** struct rtmsg, ndmsg, ifinfomsg: what stands before the attributes. */
const RTMSG_BYTES = 12;
const NDMSG_BYTES = 12;
const IFINFOMSG_BYTES = 16;
/** Attributes: RTA_DST, RTA_OIF, RTA_GATEWAY; NDA_DST, NDA_LLADDR. */
const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const NDA_DST = 1;
const NDA_LLADDR = 2;
/** struct rtmsg's rtm_type: the address is this machine's own. */
const RTN_LOCAL = 2;
/** struct ndmsg's state: nobody answered, or not yet. */
const NUD_UNANSWERED = 0x01 | 0x20;
const NTF_ROUTER = 0x80;
/** struct ifinfomsg's flags: loopback, a line between two, no addresses of a link. */
const WITHOUT_MACS = 0x8 | 0x10 | 0x80;
const MAC_BYTES = 6;

/** One answer; `end`: there are no more (`failed`: the kernel has none). */
export type Answer =
  | { readonly kind: 'route'; readonly own: boolean; readonly link: number; readonly gateway: string | undefined }
  | {
      readonly kind: 'neighbour';
      readonly link: number;
      readonly address: string;
      readonly mac: string;
      readonly router: boolean;
    }
  | { readonly kind: 'link'; readonly hasMacs: boolean }
  | { readonly kind: 'end'; readonly failed: boolean };

/** `sequence` comes back with each answer to a question. */
export function askRoute(address: string, sequence: number): Buffer {
  const bytes = packAddress(address);
  const body = Buffer.alloc(RTMSG_BYTES);
  body[0] = familyOf(address);
  body[1] = bytes.length * 8;
  return request(RTM_GETROUTE, 0, sequence, Buffer.concat([body, attribute(RTA_DST, bytes)]));
}

/** Who has this address on this link. */
export function askNeighbour(address: string, link: number, sequence: number): Buffer {
  const body = Buffer.alloc(NDMSG_BYTES);
  body[0] = familyOf(address);
  body.writeInt32LE(link, 4);
  return request(RTM_GETNEIGH, 0, sequence, Buffer.concat([body, attribute(NDA_DST, packAddress(address))]));
}

export function askNeighbours(sequence: number): Buffer {
  return request(RTM_GETNEIGH, NLM_F_DUMP, sequence, Buffer.alloc(NDMSG_BYTES));
}

export function askLink(link: number, sequence: number): Buffer {
  const body = Buffer.alloc(IFINFOMSG_BYTES);
  body.writeInt32LE(link, 4);
  return request(RTM_GETLINK, 0, sequence, body);
}

/** The answers to question `sequence` in what was read; messages that are none of these, or cut short, are left out. */
export function parseAnswers(bytes: Buffer, sequence: number): Answer[] {
  const answers: Answer[] = [];
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    if (length < HEADER_BYTES || at + length > bytes.length) break;
    const body = bytes.subarray(at + HEADER_BYTES, at + length);
    const answer = bytes.readUInt32LE(at + 8) === sequence ? parseBody(bytes.readUInt16LE(at + 4), body) : undefined;
    if (answer !== undefined) answers.push(answer);
    at += align(length);
  }
  return answers;
}

function parseBody(type: number, body: Buffer): Answer | undefined {
  switch (type) {
    case NLMSG_DONE:
      return { kind: 'end', failed: false };
    case NLMSG_ERROR:
      return { kind: 'end', failed: true };
    case RTM_NEWROUTE:
      return parseRoute(body);
    case RTM_NEWNEIGH:
      return parseNeighbour(body);
    case RTM_NEWLINK:
      return body.length < IFINFOMSG_BYTES ? undefined : { kind: 'link', hasMacs: (body.readUInt32LE(8) & WITHOUT_MACS) === 0 };
    default:
      return undefined;
  }
}

function parseRoute(body: Buffer): Answer | undefined {
  if (body.length < RTMSG_BYTES) return undefined;
  const attributes = attributesOf(body.subarray(RTMSG_BYTES));
  const link = attributes.get(RTA_OIF);
  const gateway = attributes.get(RTA_GATEWAY);
  if (link?.length !== 4) return undefined;
  return {
    kind: 'route',
    own: body[7] === RTN_LOCAL,
    link: link.readInt32LE(0),
    gateway: gateway === undefined ? undefined : unpackAddress(gateway),
  };
}

function parseNeighbour(body: Buffer): Answer | undefined {
  if (body.length < NDMSG_BYTES) return undefined;
  const attributes = attributesOf(body.subarray(NDMSG_BYTES));
  const address = unpackAddress(attributes.get(NDA_DST) ?? Buffer.alloc(0));
  const hardware = attributes.get(NDA_LLADDR);
  const mac = hardware?.length === MAC_BYTES ? readMac(hardware.toString('hex')) : undefined;
  if (address === undefined || mac === undefined || (body.readUInt16LE(8) & NUD_UNANSWERED) !== 0) return undefined;
  return { kind: 'neighbour', link: body.readInt32LE(4), address, mac, router: (body[10]! & NTF_ROUTER) !== 0 };
}

function attributesOf(bytes: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 0; at + ATTRIBUTE_BYTES <= bytes.length; ) {
    const length = bytes.readUInt16LE(at);
    if (length < ATTRIBUTE_BYTES || at + length > bytes.length) break;
    found.set(bytes.readUInt16LE(at + 2), bytes.subarray(at + ATTRIBUTE_BYTES, at + length));
    at += align(length);
  }
  return found;
}

function request(type: number, flags: number, sequence: number, body: Buffer): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt32LE(HEADER_BYTES + body.length, 0);
  head.writeUInt16LE(type, 4);
  head.writeUInt16LE(NLM_F_REQUEST | flags, 6);
  head.writeUInt32LE(sequence, 8);
  return Buffer.concat([head, body]);
}

/** Addresses have 4 or 16 bytes: attributes need no filling. */
function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(ATTRIBUTE_BYTES);
  head.writeUInt16LE(ATTRIBUTE_BYTES + value.length, 0);
  head.writeUInt16LE(type, 2);
  return Buffer.concat([head, value]);
}

const align = (length: number): number => (length + 3) & ~3;
const familyOf = (address: string): number => (isIPv6(address) ? AF_INET6 : AF_INET);

/** The bytes of an address that `isIP` takes, without a zone. */
function packAddress(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  // The URL parser writes an embedded IPv4 address as two groups.
  const plain = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [front = '', back] = plain.split('::');
  const groups = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const [before, after] = [groups(front), groups(back ?? '')];
  const all = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
  const bytes = Buffer.alloc(16);
  for (const [i, group] of all.entries()) bytes.writeUInt16BE(group, 2 * i);
  return bytes;
}

/** In the spelling of RFC 5952, as Node writes addresses of sockets; undefined for what is no address. */
function unpackAddress(bytes: Buffer): string | undefined {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return undefined;
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
