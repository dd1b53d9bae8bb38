// The frame around every page: who may come in, the way between pages, what is told in passing.
import { render } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { Of } from '../schema.js';
import type { devices as devicesSchema, SessionView, StoreStateView, Words } from '../views.js';
import { ask, closeEvents, onGone, onLocked } from './api.js';
import { LookProvider, makeNames, NamesProvider, useLoad, useLook } from './app-state.js';
import { noteOpen, takeEarly } from './first.js';
import { Home } from './pages/home.js';
import { Page, Skeleton, Trouble } from './parts/frame.js';
import { Icon, type IconName } from './parts/icons.js';
import { fetchRest, lazy } from './parts/lazy.js';
import { followLinks, go, usePlace } from './router.js';
import type { Key } from './text.js';

const Broke = lazy(async () => (await import('./pages/broke.js')).Broke);
const DevicePage = lazy(async () => (await import('./pages/device.js')).DevicePage);
const Devices = lazy(async () => (await import('./pages/devices.js')).Devices);
const Family = lazy(async () => (await import('./pages/family.js')).Family);
const Log = lazy(async () => (await import('./pages/log.js')).Log);
const NewFields = lazy(async () => (await import('./pages/new.js')).NewFields);
const Recover = lazy(async () => (await import('./pages/recover.js')).Recover);
const RecordPage = lazy(async () => (await import('./pages/record.js')).RecordPage);
const ServicePage = lazy(async () => (await import('./pages/service.js')).ServicePage);
const Services = lazy(async () => (await import('./pages/services.js')).Services);
const Settings = lazy(async () => (await import('./pages/settings.js')).Settings);
const Start = lazy(async () => (await import('./pages/start.js')).Start);
const Try = lazy(async () => (await import('./pages/try.js')).Try);
const Login = lazy(async () => (await import('./pages/login.js')).Login);
const Setup = lazy(async () => (await import('./pages/login.js')).Setup);

/** The first view is painted by then, also on a slow phone. */
const REST_MS = 1500;

interface Entry {
  readonly path: string;
  readonly key: Key;
  readonly icon: IconName;
  /** Also in the bar at the foot of a phone. */
  readonly main?: boolean;
}
const NAV: readonly Entry[] = [
  { path: '/', key: 'nav_home', icon: 'home', main: true },
  { path: '/services', key: 'nav_services', icon: 'services', main: true },
  { path: '/devices', key: 'nav_devices', icon: 'devices', main: true },
  { path: '/new', key: 'nav_new', icon: 'new' },
  { path: '/broke', key: 'nav_broke', icon: 'broke' },
  { path: '/try', key: 'nav_try', icon: 'try' },
  { path: '/log', key: 'nav_log', icon: 'log', main: true },
  { path: '/start', key: 'nav_start_short', icon: 'start' },
  { path: '/settings', key: 'nav_settings', icon: 'settings' },
];

/** Puts the page into `root`. */
export function start(root: HTMLElement): void {
  root.replaceChildren(); // what stood there while the script was on its way
  render(<App />, root);
  setTimeout(() => void fetchRest(), REST_MS);
}

function App() {
  return (
    <LookProvider>
      <Gate />
      <Told />
    </LookProvider>
  );
}

function Told() {
  const { told } = useLook();
  return (
    <div class="told" role="status" aria-live="polite">
      {told && (
        <p key={told.id} class={told.bad ? 'bad' : ''}>
          <Icon name={told.bad ? 'broke' : 'check'} size={18} />
          {told.text}
        </p>
      )}
    </div>
  );
}

function Gate() {
  const { path } = usePlace();
  const [session, setSession] = useState<SessionView | undefined>(() => takeEarly('/session'));
  const [fault, setFault] = useState<unknown>();
  const check = useCallback(() => {
    setFault(undefined);
    ask<SessionView>('/session').then(setSession, setFault);
  }, []);
  useEffect(() => {
    onLocked(() => {
      closeEvents();
      setSession((old) => old && { ...old, state: 'locked' });
    });
    if (!session) check();
    document.addEventListener('click', followLinks);
    return () => document.removeEventListener('click', followLinks);
  }, [check]);
  useEffect(() => {
    if (session) noteOpen(session.state === 'open');
  }, [session]);
  if (path === '/pause') return <Family />;
  if (fault !== undefined)
    return (
      <main class="entrance">
        <Trouble fault={fault} onRetry={check} />
      </main>
    );
  if (!session)
    return (
      <main class="entrance">
        <Skeleton />
      </main>
    );
  if (session.state === 'setup')
    return (
      <Setup
        onDone={() => {
          go('/start', true);
          check();
        }}
      />
    );
  if (session.state === 'locked') return <Login session={session} onDone={check} />;
  return <Inside />;
}

function Inside() {
  const look = useLook();
  const words = useLoad<Words>('/words');
  const devices = useLoad<Of<typeof devicesSchema>>('/devices', (event) => event.kind === 'changed' && event.what === 'devices');
  const names = useMemo(
    () => words.data && makeNames(words.data, devices.data?.items ?? [], look, devices.reload),
    [words.data, devices.data, look, devices.reload],
  );
  const { path } = usePlace();
  return (
    <div class="frame">
      <a class="skip" href="#content">
        {look.t('skip')}
      </a>
      <Navigation path={path} />
      <main id="content" tabIndex={-1}>
        <Gone />
        <Closed path={path} />
        {names ? (
          <NamesProvider value={names}>
            <Route path={path} />
          </NamesProvider>
        ) : words.fault !== undefined ? (
          <Trouble fault={words.fault} onRetry={words.reload} />
        ) : (
          <Skeleton lines={6} />
        )}
      </main>
    </div>
  );
}

/** What is on the page looks well while nobody is there any more. */
function Gone() {
  const { t } = useLook();
  const [gone, setGone] = useState(false);
  useEffect(() => onGone(setGone), []);
  return (
    <div role="alert">
      {gone && (
        <p class="gone">
          <Icon name="broke" size={18} />
          {t('gone')}
        </p>
      )}
    </div>
  );
}

/** Nothing leaves, and nothing else on the page says why. */
function Closed({ path }: { path: string }) {
  const { t } = useLook();
  const store = useLoad<StoreStateView>('/store', (event) => event.kind === 'changed' && event.what === 'settings');
  if (store.data?.closed === undefined || path === '/recover') return null;
  return (
    <p class="gone" role="alert">
      <Icon name="lock" size={18} />
      <a href="/recover">{t('fault_choices_lost')}</a>
    </p>
  );
}

const isAt = (path: string, entry: Entry): boolean =>
  entry.path === '/' ? path === '/' : path === entry.path || path.startsWith(`${entry.path}/`);

function Navigation({ path }: { path: string }) {
  const { t } = useLook();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [path]);
  const elsewhere = !NAV.some((entry) => entry.main && isAt(path, entry));
  return (
    <nav class={open ? 'nav open' : 'nav'} aria-label={t('nav')}>
      <a class="brand" href="/">
        <img src="/icon.svg" alt="" width="28" height="28" />
        <span>{t('app')}</span>
      </a>
      <ul>
        {NAV.map((entry) => (
          <li key={entry.path} class={entry.main ? '' : 'rest'}>
            <a href={entry.path} aria-current={isAt(path, entry) ? 'page' : undefined}>
              <Icon name={entry.icon} size={22} />
              <span>{t(entry.key as 'nav_home')}</span>
            </a>
          </li>
        ))}
      </ul>
      <button type="button" class={elsewhere ? 'nav-more at' : 'nav-more'} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? 'cross' : 'more'} size={22} />
        <span>{t(open ? 'close' : 'nav_more')}</span>
      </button>
    </nav>
  );
}

function Route({ path }: { path: string }) {
  const [, first = '', second] = path.split('/');
  const id = second === undefined ? undefined : decoded(second);
  switch (first) {
    case '':
      return <Home />;
    case 'services':
      return id === undefined ? <Services /> : <ServicePage key={id} id={id} />;
    case 'devices':
      return id === undefined ? <Devices /> : <DevicePage key={id} id={id} />;
    case 'new':
      return <NewFields />;
    case 'broke':
      return <Broke />;
    case 'try':
      return <Try />;
    case 'log':
      return id === undefined ? <Log /> : <RecordPage key={id} seq={id} />;
    case 'settings':
      return <Settings />;
    case 'recover':
      return <Recover />;
    case 'start':
      return <Start />;
    default:
      return <Nowhere />;
  }
}

/** What is no percent-encoding stands for itself: nothing has that name. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An address that was mistyped, or of an older page. */
function Nowhere() {
  const { t } = useLook();
  return (
    <Page title={t('e_not_found')}>
      <p>
        <a href="/">{t('nav_home')}</a>
      </p>
    </Page>
  );
}
