// What the household can do about a message that did not leave, as a line of a page.
import { useLook } from '../app-state.js';
import { type About, type Help, helpFor, type RefusalCode } from './refusal-words.js';

/** Nothing for a code of another version of the hub. */
export function HelpFor({ code, about }: { code: string; about: About }) {
  const { t } = useLook();
  const help: Help | undefined = helpFor(t, code as RefusalCode, about);
  if (help === undefined) return null;
  return (
    <p class="help-line">
      <strong>{t('help')}:</strong> {help.text} {help.href !== undefined && <a href={help.href}>{t('look')}</a>}
    </p>
  );
}
