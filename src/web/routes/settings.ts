// Settings: identifiers of the home, retention, backup, extra rules, the CA, figures for Prometheus.
import { address, email, type Kind, mac, phone } from '../../config/kinds.js';
import { asHubError } from '../../errors.js';
import type { Household, HubFacade } from '../facade.js';
import { Problem } from '../problem.js';
import { type Asking, type Route, route, stream } from '../route.js';
import { bool, object, oneOf, optional, text, whole } from '../schema.js';
import { done, household, householdTold, rulesFaults, settings, storeState } from '../views.js';

/** A file of rules: the longest shipped has 20 KB. */
const RULES_UNITS = 512 * 1024;
const BACKUP_UNITS = 1_000_000;
const RETENTION_DAYS_MAX = 3650;

const countOf = (household: Household): number => Object.values(household).reduce((sum, each) => sum + each.length, 0);

/** Read as those of the config are: a MAC that is none would be searched for in vain. Throws `bad_request` with every line that is none. */
function toldOf(body: Household): Household {
  const faults: string[] = [];
  const read = (key: 'macs' | 'ips' | 'emails' | 'phones', kind: Kind<string>): string[] =>
    body[key].flatMap((value, index) => {
      const one = kind.read(value.trim());
      if (one === undefined) faults.push(`$.${key}[${index}]: expected ${kind.expects}`);
      return one ?? [];
    });
  const told = {
    ...body,
    macs: read('macs', mac),
    ips: read('ips', address),
    emails: read('emails', email),
    phones: read('phones', phone),
  };
  if (faults.length > 0) throw new Problem('bad_request', faults);
  return told;
}

async function settingsOf({ web: { facade, account } }: Asking) {
  const [retentionDays, logSize, known, extraRules, about, ca] = await Promise.all([
    facade.retentionDays(),
    facade.logSize(),
    facade.household(),
    facade.extraRules(),
    facade.about(),
    facade.caCertificate(),
  ]);
  return {
    retentionDays,
    pin: account.hasPin,
    secondFactor: account.secondFactor,
    logSize,
    identifiers: {
      told: countOf(known.told),
      found: countOf(known.found),
      wifi: known.told.ssids.length + known.found.ssids.length > 0,
    },
    extraRules,
    about: { ...about, rules: facade.rules().hash, node: process.version, ca: ca !== undefined },
  };
}

async function* once(text: Promise<string>): AsyncGenerator<string> {
  yield await text;
}

async function caOf(facade: HubFacade): Promise<string> {
  const pem = await facade.caCertificate();
  if (pem === undefined) throw new Problem('not_found');
  return pem;
}

const home: readonly Route[] = [
  route({
    method: 'get',
    path: '/settings',
    scope: 'read',
    summary: 'Settings and what the hub is; no identifier of the home.',
    answer: settings,
    run: (asking) => settingsOf(asking),
  }),
  route({
    method: 'get',
    path: '/household',
    scope: 'admin',
    summary: 'The home’s own identifiers, told and found: asked for on their own.',
    answer: household,
    run: async ({ web }) => web.facade.household(),
  }),
  route({
    method: 'put',
    path: '/household',
    scope: 'admin',
    summary: 'Tells the hub the home’s own identifiers, beside those it finds.',
    body: householdTold,
    answer: done,
    run: async ({ web, body, actor }) => {
      await web.facade.setHousehold(toldOf(body), actor);
      return { done: true };
    },
  }),
  route({
    method: 'put',
    path: '/retention',
    scope: 'admin',
    summary: 'How many days a record is kept.',
    body: object({ days: whole(1, RETENTION_DAYS_MAX) }),
    answer: done,
    run: async ({ web, body, actor }) => {
      await web.facade.setRetentionDays(body.days, actor);
      return { done: true };
    },
  }),
];

const recovery: readonly Route[] = [
  route({
    method: 'get',
    path: '/store',
    scope: 'read',
    summary:
      'What the hub found of its store: whether choices were lost, so that nothing leaves, and whether the log had to begin anew.',
    answer: storeState,
    run: ({ web }) => web.facade.storeState(),
  }),
  route({
    method: 'post',
    path: '/recover',
    scope: 'admin',
    summary:
      'Opens a hub again whose choices were lost: from its own copy, from a backup (`text`), or with none, to be asked anew.',
    body: object({ from: oneOf(['copy', 'backup', 'anew']), text: optional(text(BACKUP_UNITS, 1)) }),
    answer: done,
    run: async ({ web, body: { from, text: backup = '' }, actor }) => {
      await web.facade.recover(from === 'backup' ? { from, text: backup } : { from }, actor);
      return { done: true };
    },
  }),
];

const doors: readonly Route[] = [
  route({
    method: 'put',
    path: '/door',
    scope: 'admin',
    summary: 'Opens or closes a door for devices of the home at port 8080, where the config names no door.',
    body: object({ open: bool }),
    answer: done,
    run: async ({ web, body, actor }) => {
      const { askedDoor } = await web.facade.about();
      if (askedDoor === 'config') throw new Problem('unusable');
      try {
        await web.facade.askDoor(body.open, actor);
      } catch (fault) {
        const { code, where } = asHubError(fault);
        throw code === 'config' ? new Problem('unusable', [where]) : fault;
      }
      return { done: true };
    },
  }),
];

const files: readonly Route[] = [
  stream({
    method: 'get',
    path: '/backup',
    scope: 'admin',
    summary: 'The household’s choices as one file; no password, no record.',
    answer: { type: 'application/json', file: 'hubsieve-choices.json' },
    run: ({ web }) => once(web.facade.backup()),
  }),
  route({
    method: 'post',
    path: '/restore',
    scope: 'admin',
    summary: 'Takes choices from such a file; whole or not at all.',
    body: object({ text: text(BACKUP_UNITS, 1) }),
    answer: done,
    run: async ({ web, body, actor }) => {
      await web.facade.restore(body.text, actor);
      return { done: true };
    },
  }),
  route({
    method: 'put',
    path: '/rules/:name',
    scope: 'admin',
    summary: 'Adds a file of extra rules when all rules still load; else gives its faults, 50 at most, and changes nothing.',
    body: object({ text: text(RULES_UNITS, 1) }),
    answer: rulesFaults,
    run: async ({ web, params, body, actor }) => {
      const name = params['name']!;
      if (!/^[a-z0-9][a-z0-9_-]{0,60}\.yaml$/.test(name))
        throw new Problem('bad_request', ['name: lower-case letters, digits, - and _, then .yaml']);
      const faults = await web.facade.addRules(name, body.text, actor);
      return { done: faults.length === 0, faults };
    },
  }),
  route({
    method: 'delete',
    path: '/rules/:name',
    scope: 'admin',
    summary: 'Takes a file of extra rules away.',
    answer: rulesFaults,
    run: async ({ web, params, actor }) => {
      const faults = await web.facade.removeRules(params['name']!, actor);
      return { done: faults.length === 0, faults };
    },
  }),
  stream({
    method: 'get',
    path: '/ca.pem',
    scope: 'none',
    summary: 'The hub’s CA certificate, for devices to trust: public by nature, so that a device without a log-in can fetch it.',
    answer: { type: 'application/x-x509-ca-cert', file: 'hubsieve-ca.pem' },
    run: ({ web }) => once(caOf(web.facade)),
  }),
];

export const settingsRoutes: readonly Route[] = [...home, ...recovery, ...doors, ...files];
