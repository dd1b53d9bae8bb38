import type { ActionKind, CategoryId, Finding } from '../model.js';
import type { Keyring } from './keyring.js';
export function apply(action: ActionKind, given: { text: string; kind: string; category: CategoryId; finding: Finding | undefined; keyring: Keyring }): string {
  if (action === 'keep') return given.text;
  if (action === 'pseudonymize' || action === 'hash') return Buffer.from(given.keyring.mac(given.category, given.text)).toString('hex').slice(0, 12);
  return 'drop';
}
