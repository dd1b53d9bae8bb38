// How long one step of the hub's own thread has taken: by the clock on the wall, and by the time the process ran. Both must be over: on a
// busy machine the thread waits for its turn, which is no fault of the message; and other threads of the process run too.

/**
 * How old a reading of the process's time may be when a step starts: asking the system costs as much as the rest of the watch together,
 * and few messages ever need the answer. What ran in these milliseconds counts for the step: it may be given up that much sooner.
 */
const READING_MS = 5;

let readAtMs = Number.NEGATIVE_INFINITY;
let readUs = 0;

export class Stopwatch {
  private untilMs = 0;
  private untilUs = 0;

  constructor(private readonly ms: number) {}

  start(): this {
    const nowMs = performance.now();
    if (nowMs - readAtMs > READING_MS) {
      readAtMs = nowMs;
      readUs = ranUs();
    }
    this.untilMs = nowMs + this.ms;
    this.untilUs = readUs + this.ms * 1000;
    return this;
  }

  isOver(): boolean {
    return performance.now() > this.untilMs && ranUs() > this.untilUs;
  }
}

function ranUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
