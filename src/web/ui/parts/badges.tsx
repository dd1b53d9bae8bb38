// Small marks: what happened to a field, to a message; the path of a field.
import type { ComponentChildren } from 'preact';
import type { ActionKind, Place, Verdict } from '../../../model.js';
import { keyOf, useLook } from '../app-state.js';
import { Icon, type IconName } from './icons.js';

export type Fate = 'kept' | 'changed' | 'withheld';
const FATE_ICON: Readonly<Record<Fate, IconName>> = { kept: 'out', changed: 'tilde', withheld: 'home' };
const FATE_OF: Readonly<Record<ActionKind, Fate>> = {
  keep: 'kept',
  generalize: 'changed',
  pseudonymize: 'changed',
  hash: 'changed',
  blank: 'withheld',
  drop: 'withheld',
  refuse: 'withheld',
};
export const fateOf = (action: ActionKind): Fate => FATE_OF[action];

export function FateBadge({ fate, children }: { fate: Fate; children?: ComponentChildren }) {
  const { t } = useLook();
  return (
    <span class={`badge fate-${fate}`}>
      <Icon name={FATE_ICON[fate]} size={14} />
      {children ?? t(fate)}
    </span>
  );
}

export function ActionBadge({ action }: { action: ActionKind }) {
  const { t } = useLook();
  return <FateBadge fate={fateOf(action)}>{t(keyOf('a_', action) as 'a_keep')}</FateBadge>;
}

/** Three numbers in little room: an icon for each, and its word for who hears them. */
export function Counts(counts: Readonly<Record<Fate, number>>) {
  const { t, f } = useLook();
  return (
    <span class="counts">
      {(['withheld', 'changed', 'kept'] as const).map((fate) => (
        <span key={fate} title={t(fate)}>
          <Icon name={FATE_ICON[fate]} size={15} />
          <span class="sr">{t(fate)} </span>
          {f.number(counts[fate])}
        </span>
      ))}
    </span>
  );
}

const VERDICT_ICON: Readonly<Record<Verdict, IconName>> = {
  forwarded: 'check',
  observed: 'eye',
  refused: 'cross',
  sealed: 'lock',
  opaque: 'lock',
};
export function VerdictBadge({ verdict, short }: { verdict: Verdict; short?: boolean }) {
  const { t } = useLook();
  return (
    <span class={`badge verdict-${verdict}`}>
      <Icon name={VERDICT_ICON[verdict]} size={14} />
      {t(short && verdict === 'forwarded' ? 'v_minimized' : (keyOf('v_', verdict) as 'v_forwarded'))}
    </span>
  );
}

export function Tag({ children, tone = 'plain' }: { children: ComponentChildren; tone?: 'plain' | 'accent' | 'warn' }) {
  return <span class={`tag ${tone}`}>{children}</span>;
}

/** Where in the message, in words; then the path as it is in the rules. Segments of an address or topic are counted from one. */
export function Path({ place, path }: { place: Place; path: string }) {
  const { t } = useLook();
  const segment = place === 'topic' || place === 'path' ? /^\$\[(\d+)\]$/.exec(path) : null;
  return (
    <code class="path">
      {place !== 'body' && <span class="path-place">{t(`in_${place}`)} </span>}
      {segment
        ? Number(segment[1]) + 1
        : path
            .replace(/\['([^'\\]*)'\]/g, '.$1')
            .replace(/^\$\.?/, '')
            .split(/(?<=[.:\]])/)
            .map((piece, index) => (
              <span key={index}>
                {piece}
                <wbr />
              </span>
            ))}
    </code>
  );
}
