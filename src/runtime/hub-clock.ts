// The hub's clock, watched by one that nobody sets: every reading tells whether the time was moved since the last.

/** Smaller steps are a clock being kept right (NTP moves it by steps of some hundred milliseconds), and change no pause that is felt. */
const JUMP_MS = 2_000;
/** How often the clock is read when nobody asks for the time: a jump is entered in the log this soon. */
const LOOK_MS = 10_000;

export interface Jump {
  /** What the clock would say, and what it says; milliseconds since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Clocks {
  /** Milliseconds since 1970, as the machine believes. */
  readonly wall: () => number;
  /** Milliseconds since any moment, never set: Linux stops it while the machine sleeps. */
  readonly steady: () => number;
}

const MACHINE: Clocks = { wall: Date.now, steady: () => performance.now() };

export class HubClock {
  private readonly listeners = new Set<(jump: Jump) => void>();
  private readonly startedSteadyMs: number;
  private wallMs: number;
  private steadyMs: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly clocks: Clocks = MACHINE) {
    this.wallMs = clocks.wall();
    this.steadyMs = clocks.steady();
    this.startedSteadyMs = this.steadyMs;
  }

  /** Milliseconds since 1970. Whoever listens is told of a jump before this returns: no deadline is held against a time it does not know. */
  readonly now = (): number => {
    const wallMs = this.clocks.wall();
    const steadyMs = this.clocks.steady();
    const expectedMs = this.wallMs + (steadyMs - this.steadyMs);
    this.wallMs = wallMs;
    this.steadyMs = steadyMs;
    if (Math.abs(wallMs - expectedMs) >= JUMP_MS) {
      const jump = { fromMs: Math.round(expectedMs), toMs: wallMs };
      for (const listener of this.listeners) listener(jump);
    }
    return wallMs;
  };

  /** Milliseconds since this clock was made, whatever the time was set to. */
  get elapsedMs(): number {
    return this.clocks.steady() - this.startedSteadyMs;
  }

  /** Told of each jump; gives back how to stop it. */
  onJump(listener: (jump: Jump) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Looks by itself from now on, until `close`. */
  watch(): void {
    this.timer ??= setInterval(this.now, LOOK_MS).unref();
  }

  close(): void {
    clearInterval(this.timer);
  }
}
