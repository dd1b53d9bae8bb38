// How long one step of the hub's own thread has taken: by the clock on the wall, and by the time the process ran. Both must be over: on a
// busy machine the thread waits for its turn, which is no fault of the message; and other threads of the process run too.
export class Stopwatch {
  private untilMs = 0;
  private untilUs = 0;

  constructor(private readonly ms: number) {}

  start(): this {
    this.untilMs = performance.now() + this.ms;
    this.untilUs = ranUs() + this.ms * 1000;
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
