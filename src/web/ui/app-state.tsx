// What every part of the page needs: language, theme, words of the hub, names of devices, loading, telling.
import { type ComponentChildren, createContext } from 'preact';
import { useCallback, useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { CategoryId } from '../../model.js';
import type { HubEvent } from '../events.js';
import type { DeviceView, Words } from '../views.js';
import { ask, Failure, listen, Said } from './api.js';
import { takeEarly } from './first.js';
import { type Format, type Lang, makeFormat } from './format.js';
import { type RefusalCode, reasonFor } from './parts/refusal-words.js';
import { isKey, type Key, type Say, sayIn } from './text.js';

export type Theme = 'system' | 'light' | 'dark';

/** A small choice of this browser; private windows may not keep it. */
function remembered<T extends string>(key: string, among: readonly T[], otherwise: T): T {
  try {
    const kept = localStorage.getItem(key) as T | null;
    return kept !== null && among.includes(kept) ? kept : otherwise;
  } catch {
    return otherwise;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // a private window: the choice holds while the page is open
  }
}

const spoken = (): Lang => (navigator.language.toLowerCase().startsWith('ru') ? 'ru' : 'en');

export interface Look {
  readonly lang: Lang;
  readonly theme: Theme;
  readonly t: Say;
  readonly f: Format;
  setLang(lang: Lang): void;
  setTheme(theme: Theme): void;
  /** Says something in passing, also to screen readers. */
  tell(text: string, bad?: boolean): void;
  readonly told: { readonly text: string; readonly bad: boolean; readonly id: number } | undefined;
}

const LookContext = createContext<Look | undefined>(undefined);
export const useLook = (): Look => useContext(LookContext)!;

const TOLD_MS = 5000;

export function LookProvider({ children }: { children: ComponentChildren }) {
  const [lang, setLang] = useState<Lang>(() => remembered('lang', ['en', 'ru'], spoken()));
  const [theme, setTheme] = useState<Theme>(() => remembered('theme', ['system', 'light', 'dark'], 'system'));
  const [told, setTold] = useState<Look['told']>();
  useEffect(() => {
    document.documentElement.lang = lang;
    remember('lang', lang);
  }, [lang]);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
    remember('theme', theme);
  }, [theme]);
  useEffect(() => {
    if (!told) return;
    const timer = setTimeout(() => setTold(undefined), TOLD_MS);
    return () => clearTimeout(timer);
  }, [told]);
  const tell = useCallback((text: string, bad = false) => setTold({ text, bad, id: Date.now() }), []);
  const look = useMemo<Look>(
    () => ({ lang, theme, t: sayIn(lang), f: makeFormat(lang), setLang, setTheme, tell, told }),
    [lang, theme, tell, told],
  );
  return <LookContext.Provider value={look}>{children}</LookContext.Provider>;
}

/** Why something failed, in words. */
export function failureText(t: Say, fault: unknown): string {
  if (fault instanceof Said) return fault.message;
  if (!(fault instanceof Failure)) return t('e_internal');
  if (fault.code === 'too_many') return t('e_too_many', fault.retryAfterSeconds);
  const key = `e_${fault.code}`;
  return isKey(key) ? t(key as 'e_internal') : t('e_other', fault.code);
}

/** Why a message was refused, in words. */
export function refusalText(t: Say, code: string): string {
  return isKey(`r_${code}`) && code !== 'other' ? reasonFor(t, code as RefusalCode) : t('r_other', code);
}

/** A word of a record (`second_factor_on`) as the household reads it; what is not known stays as it is written. */
export function choiceWord({ t, f }: Pick<Look, 't' | 'f'>, word: string | undefined): string | undefined {
  const days = /^retention_(\d+)_days$/.exec(word ?? '')?.[1];
  if (days !== undefined) return t('w_retention_days', Number(days));
  const kind = /^kind_([a-z]+)$/.exec(word ?? '')?.[1];
  if (kind !== undefined && isKey(`dk_${kind}`)) return t('w_kind', t(`dk_${kind}` as 'dk_camera'));
  const country = /^country_([a-z]{2})$/.exec(word ?? '')?.[1];
  if (country !== undefined) return t('w_country', f.country(country.toUpperCase()));
  const key = `w_${word}`;
  return word !== undefined && isKey(key) ? t(key as 'w_on') : word;
}

export const keyOf = (prefix: string, word: string): Key => `${prefix}${word}` as Key;

export interface Loaded<T> {
  readonly data: T | undefined;
  readonly fault: unknown;
  readonly loading: boolean;
  reload(): void;
}

/** Events come in bursts: one refresh for all of them. */
const SETTLE_MS = 1500;

/** Loads a path, again when it or a `changed` event of `live` asks for it; what was there stays on screen meanwhile. */
export function useLoad<T>(path: string | undefined, live?: (event: HubEvent) => boolean): Loaded<T> {
  const [state, setState] = useState<{ path?: string; data?: T; fault?: unknown; loading: boolean }>(() => {
    const data = takeEarly<T>(path);
    return data === undefined || path === undefined ? { loading: path !== undefined } : { path, data, loading: false };
  });
  const isThere = useRef(state.data !== undefined);
  const [turn, setTurn] = useState({ count: 0, auto: false });
  const liveRef = useRef(live);
  liveRef.current = live;
  useEffect(() => {
    if (path === undefined) return;
    // What came early needs no asking; the next turn does.
    if (isThere.current) {
      isThere.current = false;
      return;
    }
    const stop = new AbortController();
    setState((old) => ({ ...(old.path === path && old.data !== undefined ? { data: old.data } : {}), path, loading: true }));
    ask<T>(path, { signal: stop.signal, auto: turn.auto }).then(
      (data) => setState({ path, data, loading: false }),
      (fault: unknown) => {
        if (stop.signal.aborted) return;
        setState((old) => ({ ...(old.data === undefined ? {} : { data: old.data }), path, fault, loading: false }));
      },
    );
    return () => stop.abort();
  }, [path, turn]);
  useEffect(() => {
    if (!live || path === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unlisten = listen((event) => {
      if (!liveRef.current?.(event) || timer !== undefined) return;
      timer = setTimeout(() => {
        timer = undefined;
        setTurn(({ count }) => ({ count: count + 1, auto: true }));
      }, SETTLE_MS);
    });
    return () => {
      clearTimeout(timer);
      unlisten();
    };
  }, [path, live !== undefined]);
  const reload = useCallback(() => setTurn(({ count }) => ({ count: count + 1, auto: false })), []);
  return { data: state.path === path ? state.data : undefined, fault: state.fault, loading: state.loading, reload };
}

export interface Names {
  readonly words: Words;
  readonly devices: readonly DeviceView[];
  category(id: CategoryId): string;
  service(id: string | null | undefined): string;
  device(id: string | null | undefined): string;
  reloadDevices(): void;
}

const NamesContext = createContext<Names | undefined>(undefined);
export const useNames = (): Names => useContext(NamesContext)!;
export const NamesProvider = NamesContext.Provider;

export function deviceName(
  device: Pick<DeviceView, 'id' | 'name' | 'foundName' | 'maker' | 'kind'> | undefined,
  id: string,
  t: Say,
): string {
  return device?.name ?? device?.foundName ?? device?.kind ?? t('unnamed', id.slice(2, 6));
}

export function makeNames(words: Words, devices: readonly DeviceView[], look: Look, reloadDevices: () => void): Names {
  const { lang, t } = look;
  const categories = new Map(words.categories.map((one) => [one.id, one.title[lang]]));
  const services = new Map(words.services.map((one) => [one.id, one.title[lang]]));
  const byId = new Map(devices.map((one) => [one.id, one]));
  return {
    words,
    devices,
    reloadDevices,
    category: (id) => categories.get(id) ?? id,
    service: (id) => (id === null ? t('erased') : (services.get(id ?? '') ?? id ?? '—')),
    device: (id) => (id === null ? t('erased') : id === undefined ? '—' : deviceName(byId.get(id), id, t)),
  };
}

/** Runs a change; tells when it failed. Gives whether one is under way. */
export function useAct(): [busy: boolean, act: (work: () => Promise<unknown>, done?: string) => Promise<boolean>] {
  const { t, tell } = useLook();
  const [busy, setBusy] = useState(false);
  const act = useCallback(
    async (work: () => Promise<unknown>, done?: string) => {
      setBusy(true);
      try {
        await work();
        if (done) tell(done);
        return true;
      } catch (fault) {
        tell(failureText(t, fault), true);
        return false;
      } finally {
        setBusy(false);
      }
    },
    [t, tell],
  );
  return [busy, act];
}
