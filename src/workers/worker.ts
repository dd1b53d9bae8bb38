// A worker thread: judges one message after another by the rules, the household and the keys it was told, as the hub's own thread would.
// Holds no socket, no file, and nothing of a message once it has answered.
import { parentPort } from 'node:worker_threads';
import { asHubError, HubError } from '../errors.js';
import { type Pair, Restorer } from '../household/restorer.js';
import { judgeInMode, passesFloor } from '../message/apply-mode.js';
import type { CipherKey, Limits, Rules } from '../model.js';
import { restoreCoded, restoreLines } from '../restore/coded.js';
import { type MessageSnapshot, Services, type ServicesSnapshot } from '../services/contexts.js';
import { correspondentIn } from '../services/reading.js';
import { BoundedContexts } from './bounded-contexts.js';
import { foldDecisions } from './fold.js';
import {
  type Answer,
  type FromWorker,
  ownBytes,
  type RestoreWork,
  type ToWorker,
  type Work,
  writeError,
  writeVerdict,
} from './protocol.js';

/** The way down of one service. */
interface WayDown {
  readonly restorer: Restorer;
  readonly limits: Limits;
  readonly used: Set<Pair>;
}

const port = parentPort!;
const ways = new Map<string, WayDown>();
let rules: Rules | undefined;
let opened: { readonly services: Services; readonly contexts: BoundedContexts } | undefined;
/** Of the message in hand. */
let current: MessageSnapshot | undefined;
let deadlineMs = 0;

port.on('message', (told: ToWorker) => {
  switch (told.kind) {
    case 'rules':
      rules = told.rules;
      return;
    case 'services':
      opened = openServices(told.told);
      return;
    case 'pairs':
      ways.set(told.service, wayOf(told.pairs, told.keys, told.limits));
      return;
    case 'restore':
      say({ kind: 'answer', answer: restored(told.work, told.service) });
      return;
    case 'judge': {
      const { work, service, device, messageMs } = told;
      current = told.told;
      deadlineMs = performance.now() + messageMs;
      say({ kind: 'answer', answer: answerTo(work, service, device, told.told) });
      return;
    }
    default:
      told satisfies never;
  }
});

function say(what: FromWorker): void {
  port.postMessage(what);
}

function openServices({ household, master, limits }: ServicesSnapshot): { services: Services; contexts: BoundedContexts } {
  if (rules === undefined) throw new HubError('internal', 'a worker without rules');
  const asked = {
    ...household,
    knownToVendor: () => current?.knownToVendor ?? false,
    deviceMode: () => current?.mode,
    kindOf: () => current?.kind,
  };
  const services = new Services({ rules, household: asked, master, limits, epoch: () => current?.epoch ?? 1 });
  return { services, contexts: new BoundedContexts(services, limits, { overdue: () => performance.now() > deadlineMs }) };
}

/** Closed: whatever goes wrong is the answer, and its text, which may hold values, stays here. */
function answerTo(work: Exclude<Work, RestoreWork>, service: string, device: string, { known }: MessageSnapshot): Answer {
  try {
    if (opened === undefined) throw new HubError('internal', 'a worker without a household');
    opened.services.knowledge.adopt(correspondentIn(service), known);
    return done(work, service, device, opened.contexts);
  } catch (fault) {
    return { kind: 'fault', error: writeError(asHubError(fault)) };
  }
}

function done(work: Exclude<Work, RestoreWork>, service: string, device: string, at: BoundedContexts): Answer {
  switch (work.kind) {
    case 'message': {
      const judged = judgeInMode(work.parts, service, device, at);
      return { kind: 'message', judged: writeVerdict(judged, foldDecisions(judged.decisions), work.parts) };
    }
    case 'floor':
      return { kind: 'floor', passes: passesFloor(work.parts, service, device, at) };
    default:
      return work satisfies never;
  }
}

function wayOf(pairs: readonly Pair[], keys: readonly CipherKey[], limits: Limits): WayDown {
  const used = new Set<Pair>();
  const restorer = new Restorer((pair) => used.add(pair), keys);
  for (const pair of pairs) restorer.add(pair);
  return { restorer, limits, used };
}

function restored({ form, bytes, mediaType, coding }: RestoreWork, service: string): Answer {
  const way = ways.get(service);
  if (way === undefined) return { kind: 'restore', bytes: undefined, used: [] };
  const { restorer, limits, used } = way;
  used.clear();
  const after =
    form === 'lines' ? restoreLines(bytes, restorer, limits) : restoreCoded(bytes, mediaType, coding, restorer, limits);
  return { kind: 'restore', bytes: after === bytes ? undefined : ownBytes(after), used: [...used] };
}

say({ kind: 'ready' });
