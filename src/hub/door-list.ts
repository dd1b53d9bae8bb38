// The doors that are open: those of the config from the start on, and where it names none the one that the household asks for.
import type { Config, ListenerConfig } from '../config.js';
import type { OpenDoors } from '../doors/listener.js';
import { askedDoor, readAskedDoor, writeAskedDoor } from '../runtime/asked-door.js';
import type { AskedDoor, DoorKind } from '../web/facade.js';

interface Opened {
  readonly listener: ListenerConfig;
  readonly doors: OpenDoors;
}

export interface ShownDoor {
  readonly host: string;
  readonly port: number;
  readonly kind: DoorKind;
}

export class DoorList {
  private opened: Opened[] = [];
  private changing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly config: Config,
    private readonly dataDir: string,
    private readonly askedPort: number,
    private readonly open: (listener: ListenerConfig) => Promise<OpenDoors>,
  ) {}

  /** Opens what the config names, or what was asked for before. */
  async openAll(): Promise<void> {
    const asked = this.config.listeners.length === 0 && readAskedDoor(this.dataDir) ? [askedDoor(this.askedPort)] : [];
    for (const listener of [...this.config.listeners, ...asked]) await this.add(listener);
  }

  list(): ShownDoor[] {
    return this.opened.map(({ listener, doors: { door } }) => ({ host: door.host, port: door.port, kind: kindOf(listener) }));
  }

  /** Connections and messages of all protocols that are in hand. */
  get held(): number {
    return this.opened.reduce((sum, { doors }) => sum + doors.held(), 0);
  }

  /** `config`: its listeners count, and the page asks nothing. */
  get asked(): AskedDoor {
    if (this.config.listeners.length > 0) return 'config';
    return this.opened.length > 0 ? 'open' : 'closed';
  }

  /** Opens or closes the door of the page, now and for the next start. Rejects where it cannot be: then nothing has changed. */
  ask(open: boolean): Promise<void> {
    const change = this.changing.then(() => this.change(open));
    this.changing = change.catch(() => undefined);
    return change;
  }

  /** Takes no more connections; those that are there go on. */
  stopListening(): void {
    for (const { doors } of this.opened) doors.door.close();
  }

  /** Once the messages in hand are done. */
  async close(): Promise<void> {
    await Promise.all(this.opened.map(({ doors }) => doors.close()));
  }

  private async change(open: boolean): Promise<void> {
    if (this.asked === 'config' || (this.asked === 'open') === open) return;
    if (open) await this.add(askedDoor(this.askedPort));
    writeAskedDoor(this.dataDir, open);
    if (open) return;
    this.stopListening();
    const closing = this.opened;
    this.opened = [];
    await Promise.all(closing.map(({ doors }) => doors.close()));
  }

  private async add(listener: ListenerConfig): Promise<void> {
    this.opened.push({ listener, doors: await this.open(listener) });
  }
}

/** A door for one service goes by the Host all the same; a device cannot be told of it as a proxy for everything. */
function kindOf({ transparent, service, upstream }: ListenerConfig): DoorKind {
  if (transparent) return 'gateway';
  return service === undefined && upstream === undefined ? 'proxy' : 'fixed';
}
