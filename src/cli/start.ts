// `hubsieve start`: opens the hub and keeps it open until it is told to stop.
import { openHub } from '../hub.js';
import { openServiceManager, type ServiceManager } from '../runtime/service-manager.js';
import type { Command } from './command.js';
import {
  certsDir,
  checkAgainstRules,
  dataDir,
  inheritedSockets,
  readConfig,
  readRules,
  rulesDirs,
  type Values,
} from './common.js';
import { describeFault } from './fault.js';
import { keepHeapSmall } from './node-flags.js';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

export const start: Command = {
  options: { config: { type: 'string' }, 'data-dir': { type: 'string' } },
  help: 'start [--config F] [--data-dir D]         run the hub until it is told to stop',
  run: async (values) => {
    keepHeapSmall();
    const manager = openServiceManager(process.env);
    try {
      await runHub(values, manager);
    } catch (fault) {
      manager.failed(describeFault(fault));
      throw fault;
    }
    return 0;
  },
};

async function runHub(values: Values, manager: ServiceManager): Promise<void> {
  const read = readConfig(values);
  const { config, file } = read;
  const dir = dataDir(values);
  const rules = await readRules(config, dir);
  checkAgainstRules(read, rules);
  const stop = new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  const dirs = { rulesDirs: rulesDirs(config), dataDir: dir, certsDir: certsDir(values) };
  const { doors: inherited, netlink } = inheritedSockets();
  const hub = await openHub({ config, rules, ...dirs, inherited, netlink, say, warm: true });
  const page = `${hub.web.scheme}://${config.web.host}:${hub.web.port}/`;
  say(`hubsieve runs (config: ${file ?? 'defaults'}; rules: ${rules.services.size} services, ${rules.hash.slice(0, 19)}…)`);
  for (const door of hub.doors) say(`  door    ${door.host}:${door.port}`);
  if (hub.doors.length === 0) say('  door    none: the page opens one, or listeners in the config');
  say(`  page    ${page}`);
  process.on('SIGHUP', () => hub.reload());
  manager.ready(`doors: ${hub.doors.length}; page: ${page}`);
  await stop;
  manager.stopping();
  say('hubsieve stops: messages in hand finish first');
  await hub.close();
}
