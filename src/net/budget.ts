// What all doors together may hold at once (connections, or bytes of messages), and how much of it one device may: no device shuts the
// others out. A device is whoever stands behind an address, so that a new address brings no new share.

/** Something of the budget that one connection holds. */
export interface Part {
  /** How much it is now. False: there is no room for more; it stays as it was, and its connection is to end as `busy`. */
  resize(amount: number): boolean;
  /** Gives it all back. Once or often, in any state: a part goes with its connection. */
  release(): void;
}

export interface BudgetOptions {
  /** Of all devices together. */
  readonly most: number;
  /** The device behind an address: its label, or what it can be told by until that is known. */
  readonly ownerOf: (address: string) => string | Promise<string>;
  /** Told each time that somebody was refused or had to give way: the device that has the most in hand. */
  readonly onCrowded?: (owner: string) => void;
}

/** One device has half of it at most: while it has that, the other half serves the others at once, without anybody giving way. */
const SHARE = 2;

interface Owner {
  readonly name: string;
  amount: number;
  readonly parts: Set<HeldPart>;
}

/** Parts are made and given back all the time; nothing here waits but for the name behind a new address. */
export class Budget {
  readonly #owners = new Map<string, Owner>();
  readonly #share: number;
  #amount = 0;

  constructor(readonly options: BudgetOptions) {
    this.#share = Math.ceil(options.most / SHARE);
  }

  /** All that is held now. */
  get amount(): number {
    return this.#amount;
  }

  /** By device, the largest first. */
  owners(): { readonly owner: string; readonly amount: number }[] {
    return [...this.#owners.values()].map(({ name, amount }) => ({ owner: name, amount })).sort((a, b) => b.amount - a.amount);
  }

  /**
   * A part for a connection from `address`; undefined: `busy`. `giveWay` ends the connection at once, when a device that has less needs
   * the room and this one's has the most; the part is given back by then.
   */
  take(address: string, amount: number, giveWay: () => void): Part | undefined {
    const found = this.options.ownerOf(address);
    const part = new HeldPart(this, this.#owner(typeof found === 'string' ? found : address), giveWay);
    if (!this.resize(part, amount)) {
      part.release();
      return undefined;
    }
    if (typeof found !== 'string') {
      found.then(
        (name) => this.#move(part, name),
        () => undefined, // it goes by its address
      );
    }
    return part;
  }

  resize(part: HeldPart, amount: number): boolean {
    const more = amount - part.amount;
    if (part.isReleased) return more <= 0;
    if (more > 0 && !this.#makeRoom(part.owner, more)) return false;
    this.#amount += more;
    part.owner.amount += more;
    part.amount = amount;
    return true;
  }

  release(part: HeldPart): void {
    const { owner } = part;
    this.#amount -= part.amount;
    owner.amount -= part.amount;
    part.amount = 0;
    owner.parts.delete(part);
    if (owner.parts.size === 0) this.#owners.delete(owner.name);
  }

  #owner(name: string): Owner {
    let owner = this.#owners.get(name);
    if (owner === undefined) {
      owner = { name, amount: 0, parts: new Set() };
      this.#owners.set(name, owner);
    }
    return owner;
  }

  #move(part: HeldPart, name: string): void {
    if (part.isReleased || part.owner.name === name) return;
    const { amount } = part;
    this.release(part);
    part.owner = this.#owner(name);
    part.owner.parts.add(part);
    part.owner.amount += amount;
    part.amount = amount;
    this.#amount += amount;
  }

  /** Within its share an owner gets what is free, and what those have who hold more than it would. */
  #makeRoom(owner: Owner, more: number): boolean {
    const { most } = this.options;
    const wanted = owner.amount + more;
    if (wanted > this.#share) {
      this.#crowded(owner);
      return false;
    }
    while (this.#amount + more > most) {
      const largest = this.#largest();
      this.#crowded(largest);
      if (largest === owner || largest.amount <= wanted) return false;
      largestPart(largest).giveWay();
    }
    return true;
  }

  #largest(): Owner {
    let largest: Owner | undefined;
    for (const owner of this.#owners.values()) if (largest === undefined || owner.amount > largest.amount) largest = owner;
    return largest!;
  }

  #crowded(owner: Owner): void {
    this.options.onCrowded?.(owner.name);
  }
}

/** Of parts of one size the youngest: what stands for long is in use. */
function largestPart({ parts }: Owner): HeldPart {
  let largest: HeldPart | undefined;
  for (const part of parts) if (largest === undefined || part.amount >= largest.amount) largest = part;
  return largest!;
}

class HeldPart implements Part {
  amount = 0;
  isReleased = false;

  constructor(
    private readonly budget: Budget,
    public owner: Owner,
    private readonly onGiveWay: () => void,
  ) {
    owner.parts.add(this);
  }

  resize(amount: number): boolean {
    return this.budget.resize(this, amount);
  }

  release(): void {
    if (this.isReleased) return;
    this.isReleased = true;
    this.budget.release(this);
  }

  giveWay(): void {
    this.release();
    this.onGiveWay();
  }
}
