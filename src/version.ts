// Which hubsieve this is.
import { readFileSync } from 'node:fs';
import { SHIPPED } from './shipped.js';

/** Written into the log at each start, shown by `hubsieve --version` and the page. */
export const VERSION: string = (JSON.parse(readFileSync(SHIPPED.manifest, 'utf8')) as { version: string }).version;
