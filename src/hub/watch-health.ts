// Which parts of the hub are asked how well they are, and what follows when one is not.
import type { AuditLog } from '../audit/store.js';
import type { Config } from '../config.js';
import { asHubError } from '../errors.js';
import { checkRootFiles, checkTrustFiles } from '../health/certificates.js';
import { checkClock } from '../health/clock.js';
import { checkDisk } from '../health/disk.js';
import { checkGate, isGateway } from '../health/gate.js';
import { Monitor } from '../health/monitor.js';
import { checkStore } from '../health/store.js';
import { sentenceOf } from '../health/words.js';
import type { ClosedWhy } from '../household/choices.js';
import { readBuildMs } from '../runtime/build-date.js';
import { readGateState } from '../runtime/gate-state.js';
import type { HouseholdRuntime } from '../runtime/household.js';
import type { StoreState } from '../runtime/stores.js';
import type { Fault, HubFault } from '../web/facade.js';

export interface WatchOptions {
  readonly config: Config;
  readonly dataDir: string;
  readonly certsDir: string;
  readonly home: Pick<HouseholdRuntime, 'seesNeighbours'>;
  /** Why the choices cannot be gone by. */
  readonly closed: () => ClosedWhy | undefined;
  /** What was found of the store. */
  readonly state: StoreState;
  readonly log: Pick<AuditLog, 'append'>;
  /** Told when what is wrong has changed. */
  readonly onChange: () => void;
  readonly say: (line: string) => void;
  readonly now: () => number;
  /** Where the gate's state stands; for tests. */
  readonly gateDir?: string;
}

/** By these, what chosen devices send may leave without the hub having read it: recorded, each time it begins. */
const ROUND_IT: ReadonlySet<Fault> = new Set(['gate_open', 'gate_missing', 'let_through']);

export function watchHealth({
  config,
  dataDir,
  certsDir,
  home,
  closed,
  state,
  log,
  onChange,
  say,
  now: clock,
  gateDir,
}: WatchOptions): Monitor {
  const isRound = (faults: readonly HubFault[]): boolean => faults.some(({ fault }) => ROUND_IT.has(fault));
  const monitor = new Monitor({
    say,
    onChange: (now, before) => {
      const known = new Set(before.map(sentenceOf));
      for (const line of now.map(sentenceOf)) if (!known.has(line)) say(line);
      if (now.length === 0) say('the hub finds nothing wrong any more');
      if (isRound(now) && !isRound(before))
        log
          .append({ kind: 'alarm', timeMs: clock(), what: 'other', error: 'gone_round' })
          .catch((fault: unknown) => say(`an alarm could not be recorded: ${asHubError(fault).code}`));
      onChange();
    },
  });
  monitor.add(() => checkGate(readGateState(clock(), gateDir), isGateway(config)));
  monitor.add(async () => ((await home.seesNeighbours()) ? [] : [{ fault: 'neighbours' }]));
  monitor.add(() => checkDisk(dataDir));
  monitor.add(() => checkTrustFiles(config.upstream.trust, clock()));
  monitor.add(() => checkRootFiles(certsDir, clock(), true));
  monitor.add(() => checkClock(clock(), readBuildMs()));
  monitor.add(() => checkStore({ ...state, closed: closed() }));
  return monitor;
}
