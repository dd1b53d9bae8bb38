// The hub's own health: each part that can fail tells what is wrong with it when it is asked. Nothing here asks outside the home.
import { asHubError } from '../errors.js';
import type { HubFault } from '../web/facade.js';

export type HealthSource = () => readonly HubFault[] | Promise<readonly HubFault[]>;

export interface MonitorOptions {
  /** Told of what is wrong when that changes. */
  readonly onChange: (now: readonly HubFault[], before: readonly HubFault[]) => void;
  readonly say: (line: string) => void;
  readonly everyMs?: number;
}

/** As often as the watch writes the gate's state, so that a way round the hub shows within a minute. */
const EVERY_MS = 20_000;
const RECENT_MS = 5_000;

export class Monitor {
  private readonly sources: HealthSource[] = [];
  private known: readonly HubFault[] = [];
  private lookedMs = Number.NEGATIVE_INFINITY;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: MonitorOptions) {
    this.timer = setInterval(() => void this.look(), options.everyMs ?? EVERY_MS).unref();
  }

  /** From now on `source` is asked too. */
  add(source: HealthSource): void {
    this.sources.push(source);
  }

  /** What was wrong a moment ago: the page asks at every message. */
  async recent(): Promise<readonly HubFault[]> {
    return performance.now() - this.lookedMs < RECENT_MS ? this.known : this.look();
  }

  /** What is wrong now. A source that fails itself is said on the console, and hides no other. */
  async look(): Promise<readonly HubFault[]> {
    const found = await Promise.all(this.sources.map((source) => this.ask(source)));
    const now = found.flat();
    const before = this.known;
    this.known = now;
    this.lookedMs = performance.now();
    if (JSON.stringify(now) !== JSON.stringify(before)) this.options.onChange(now, before);
    return now;
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async ask(source: HealthSource): Promise<readonly HubFault[]> {
    try {
      return await source();
    } catch (fault) {
      this.options.say(`the hub cannot tell how well it is: ${asHubError(fault).code}`);
      return [];
    }
  }
}
