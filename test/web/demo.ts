// The page over the fake hub, for working on it: node dist/test/web/demo.js [port]. Messages go on arriving.
import { openWeb } from '#src/web/server.js';
import { openFakeHub } from './fake-hub.js';
import { TEMPLATES } from './fake-traffic.js';

/** A message every few seconds: enough to see the page move. */
const EVERY_MS = 4000;

const hub = await openFakeHub();
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const web = await openWeb({ host: '127.0.0.1', port: Number(process.argv[2] ?? 8480), ready: () => true, facade: hub, say });
say(`http://127.0.0.1:${web.port}/`);
let turn = 0;
setInterval(() => hub.append(TEMPLATES[turn++ % TEMPLATES.length]!, Date.now()), EVERY_MS);
