// A cloud in a network namespace that says every byte it is sent (cloud.js), and what it was sent so far.
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { until } from '../net/tools.js';
import type { Certified } from './tls-tools.js';

const DOORS = ['80:plain', '443:tls', '1883:plain', '8883:tls', '443:udp'].map((each) => `::@${each}`);
/** A message of the cloud's own side, after which everything before it has arrived. */
const MARKER =
  /POST \/report HTTP\/1\.1\r\nHost: [^\r]+\r\nContent-Type: application\/json\r\nContent-Length: \d+\r\n\r\nmarker-\d+/g;

export class RecordingCloud {
  private received = '';
  private markers = 0;

  /** `mark`: sends a report with this body to the cloud from its own side. */
  constructor(private readonly mark: (body: string) => Promise<unknown>) {}

  async open(start: (...command: string[]) => ChildProcess, { keyFile, certFile }: Certified['server']): Promise<void> {
    const child = start(process.execPath, fileURLToPath(new URL('cloud.js', import.meta.url)), keyFile, certFile, ...DOORS);
    child.stdout!.on('data', (bytes: Buffer) => {
      this.received += bytes.toString('latin1');
    });
    await until(() => this.received.includes('open\n'));
  }

  /** Every byte that it has been sent since the last `forget`. */
  async text(): Promise<string> {
    const marker = `marker-${this.markers++}`;
    await this.mark(marker);
    await until(() => this.decoded().includes(marker));
    return this.decoded().replace(MARKER, '');
  }

  forget(): void {
    this.received = '';
  }

  private decoded(): string {
    return this.received
      .split('\n')
      .map((line) => (line === 'open' ? '' : Buffer.from(line, 'hex').toString('latin1')))
      .join('');
  }
}
