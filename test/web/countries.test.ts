import test from 'ava';
import { openPage, type Page } from './tools.js';

const limits = async (page: Page) => {
  const { limits: all } = (await page.api('/services/cosori')).json;
  return all.filter(({ kind }: { kind: string }) => kind === 'countries').map(({ seems, hosts }: never) => ({ seems, hosts }));
};
const tell = (page: Page, host: string, country: string | null) =>
  page.api(`/hosts/${host}/country`, { method: 'PUT', body: { country } });

test('where nobody has said in which country a host stands, the hub says that it is not known', async (t) => {
  const page = await openPage(t);
  const { seenHosts } = (await page.api('/services/cosori')).json;
  t.true(seenHosts.length > 0);
  t.true(seenHosts.every((one: { country?: string }) => one.country === undefined));
  for (const { seems } of await limits(page)) t.is(seems, 'not_known');
});

test('a host that the household places abroad indicates a contradiction; all of them at home, that the promise seems kept', async (t) => {
  const page = await openPage(t);
  const hosts = (await page.api('/services/cosori')).json.seenHosts.map(({ host }: { host: string }) => host);
  await tell(page, hosts[0], 'DE');
  for (const limit of await limits(page)) t.deepEqual(limit, { seems: 'doubt', hosts: [hosts[0]] });
  for (const host of hosts) await tell(page, host, 'RU');
  for (const { seems } of await limits(page)) t.is(seems, 'kept');
  await tell(page, hosts[0], null);
  for (const limit of await limits(page)) t.deepEqual(limit, { seems: 'not_known', hosts: [hosts[0]] });
});

test('a policy that promises no country is never held against one', async (t) => {
  const page = await openPage(t);
  const { limits: all } = (await page.api('/services/sens')).json;
  t.false(all.some(({ seems }: { seems: string }) => ['doubt', 'kept', 'not_known'].includes(seems)));
});

test('a country is two capital letters', async (t) => {
  const page = await openPage(t);
  for (const country of ['Germany', 'de', 'D', 7]) t.is((await tell(page, 'x.example', country as string)).status, 400);
});
