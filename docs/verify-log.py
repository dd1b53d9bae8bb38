#!/usr/bin/env python3
"""Verifies an exported log by src/audit/FORMAT.md alone: nothing of hubsieve is used. Needs Python 3.8 and nothing else.

    python3 verify-log.py EXPORT.jsonl --key KEY [--checkpoint FILE]

Exit 0: the log proves itself; 1: it does not, and the lines say where; 2: it could not be read.
"""
import base64, bisect, hashlib, json, re, sys

GROUP = 256
faults = []

def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

def b64(text, size=None):
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text or (size is not None and len(data) != size):
        raise ValueError("not base64 of this length")
    return data

# --- Ed25519 (RFC 8032, section 5.1.7), in extended coordinates -------------------------------------------------------------
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P

def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P

def times(n, p):
    q = (0, 1, 1, 0)
    while n > 0:
        if n & 1:
            q = add(q, p)
        p, n = add(p, p), n >> 1
    return q

def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - xx) % P or (x == 0 and sign):
        raise ValueError("not a point")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P

BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))

def signed_by(key, text, signature):
    try:
        r, s = point(signature[:32]), int.from_bytes(signature[32:], "little")
        h = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % ORDER
        left, right = times(s, BASE), add(r, times(h, point(key)))
    except ValueError:
        return False
    same = [(left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1)]
    return len(signature) == 64 and s < ORDER and all(same)

# --- keys and checkpoints (section 3) ---------------------------------------------------------------------------------------
def read_key(vkey):
    name, key_id, text = vkey.split("+", 2)
    typed = b64(text, 33)
    if typed[0] != 1 or sha256(name.encode() + b"\n", typed)[:4].hex() != key_id:
        raise ValueError("not a key")
    return name, bytes.fromhex(key_id), typed[1:]

def read_note(note, key, title):
    """Its size and root; None, with a fault, where it is none of this key's."""
    form = re.fullmatch(r"(([^\n]+)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*)\n((?:— [^\n ]+ [^\n ]+\n)+)", note)
    if form is None:
        return faults.append(f"{title} is not a checkpoint")
    text, origin, size, root, lines = form.groups()
    own = [line.split(" ")[2] for line in lines.splitlines() if line.split(" ")[1] == key[0]]
    good = any(b64(one)[:4] == key[1] and signed_by(key[2], text.encode(), b64(one)[4:]) for one in own)
    if origin != key[0] or not good:
        return faults.append(f"{title} ({size} entries) is not signed by {key[0]}")
    return int(size), b64(root, 32)

# --- the tree: complete subtrees from the left, each [number of leaves, hash] -----------------------------------------------
edge, roots, size = [], {}, 0

def append(leaves, node):
    global size
    size += leaves
    while edge and edge[-1][0] == leaves:
        node, leaves = sha256(b"\1", edge.pop()[1], node), leaves * 2
    edge.append((leaves, node))

def root():
    if not edge:
        return sha256()
    right = edge[-1][1]
    for _, left in reversed(edge[:-1]):
        right = sha256(b"\1", left, right)
    return right

# --- entries (section 1) ----------------------------------------------------------------------------------------------------
N, W = "(0|[1-9][0-9]{0,15})", "[a-z][a-z0-9_]{0,39}"
FORMS = {
    "m": rf" (-|{N}) {N} (?:up|down) (?:forwarded|refused|observed|sealed|opaque) (?:-|{W}) {N} {N} {N} {N}",
    "f": rf" {N} {W}", "d": r' (device|service|ruleset|shape) ("(?:[^"\\]|\\.)*")( [A-Za-z0-9_-]{22})?', "p": "", "h": "",
}
MEMBERS = {
    "w": "what service device purpose category in path action value untilMs policyVersion clientVersion channel",
    "a": "what service device category of error",
    "r": "service device verdict alarm error count sinceMs", "b": "version ruleset", "e": "reason",
    "x": "what count before device period", "c": "log size root found foundRoot",
}
# What a removal has beside "what": the members that must be there, and those that may.
REMOVAL = {
    ("device", 1): ("", "count before"), ("device", 2): ("count device", ""),
    ("retention", 1): ("", "count before"), ("retention", 2): ("before", ""),
    ("bound", 1): ("count", "device"), ("bound", 2): ("count period", "device"),
}
defined, shapes, removals, removed_by, periods, live, devices = {}, set(), {}, {}, [], [], set()
last_format = 1

def follow(seq, kind, ref):
    if ref is not None and ref != "-" and defined.get(int(ref)) not in (kind, "removed"):
        faults.append(f"entry {seq} refers to entry {ref} for its {kind}, which is {defined.get(int(ref), 'none')}")

def read_entry(seq, entry, salt):
    global last_format
    head = re.match(rf"([a-z])([12]) {N}", entry)
    if head is None or (salt is None) != (head[2] == "1") or int(head[2]) < last_format:
        return faults.append(f"entry {seq} is not in the format")
    letter, last_format, rest = head[1], int(head[2]), entry[head.end() :]
    form = re.fullmatch(FORMS.get(letter, r" \{.*\}"), rest)
    good = form is not None and (letter in FORMS or letter in MEMBERS) and (letter != "h" or last_format == 2)
    if good and letter == "m":
        device, _, service, bytes_in, bytes_out, ruleset, shape = form.groups()
        bands = [int(one) & (int(one) - 1) or 0 < int(one) < 64 for one in (bytes_in, bytes_out)]
        good = last_format == 1 or not any(bands)
        for kind, ref in (("device", device), ("service", service), ("ruleset", ruleset), ("shape", shape)):
            follow(seq, kind, ref)
    elif good and letter == "d":
        text = json.loads(form[2])
        good = json.dumps(text, ensure_ascii=False) == form[2] and (form[3] is not None) == (form[1] == "device" and last_format == 1)
        defined[seq] = form[1]
        if form[1] == "shape":
            shapes.add(text)
        if form[1] == "device":
            devices.add(seq)
    elif good and letter == "f" and int(form[1]) >= seq:
        faults.append(f"entry {seq} refers to a later one")
    elif good and letter == "p":
        defined.clear()
        periods.append(seq)
    elif good and letter in MEMBERS:
        one = json.loads(rest[1:])
        known = {name: one[name] for name in MEMBERS[letter].split() if name in one}
        good = json.dumps(known, ensure_ascii=False, separators=(",", ":")) == rest[1:]
        if letter == "x":
            must, may = (set(names.split()) for names in REMOVAL[one["what"], last_format])
            good = good and must <= set(one) - {"what"} <= must | may
            removals[seq] = one
            if one["what"] == "bound" and last_format == 1:
                follow(seq, "device", one.get("device"))
        else:
            good = good and (letter != "c" or last_format == 2)
            good = good and all(last_format == 1 or one.get(name, 0) % 1000 == 0 for name in ("untilMs", "sinceMs"))
            follow(seq, "service", one.get("service"))
            follow(seq, "device", one.get("device"))
        if one.get("of", -1) >= seq:
            faults.append(f"entry {seq} refers to a later one")
    if not good:
        faults.append(f"entry {seq} is not in the format")

# --- the export (section 5) -------------------------------------------------------------------------------------------------
runs, gone_alone = set(), {}

def read_leaf(line):
    seq, stored = line["seq"], b64(line["hash"], 32)
    if seq != size:
        faults.append(f"entry {size} is missing: entry {seq} follows")
    if "entry" in line:
        live.append(seq)
        salt = b64(line["salt"], 16) if "salt" in line else None
        if sha256(b"\0", salt or b"", line["entry"].encode()) != stored:
            faults.append(f"entry {seq} is not the one that was recorded: its hash is not {line['hash']}")
        read_entry(seq, line["entry"], salt)
        append(1, stored)
        return
    leaves = line.get("leaves", 1)  # of a run: how many leaves its hash is over
    if leaves not in [2**height for height in range(9)] or seq % leaves:
        raise ValueError("no run begins here")
    if leaves == 1:
        defined[seq] = "removed"
        gone_alone[seq] = line["removed"]
    else:
        runs.add(line["removed"])
    one = removed_by.setdefault(line["removed"], [0, seq, seq])
    removed_by[line["removed"]] = [one[0] + leaves, one[1], seq + leaves - 1]
    append(leaves, stored)

def check_removals(pruned, signed):
    """Section 4: each under a checkpoint, of one period or of all before one, and exactly what it says."""
    before = max([one.get("before", 0) for seq, one in removals.items() if seq < signed], default=0)
    if pruned > before:
        faults.append(f"entries up to {pruned - 1} are gone, but no removal beyond {before} is recorded and signed")
    for seq, (_, _, last) in removed_by.items():
        if seq not in removals or seq <= last:
            faults.append(f"entry {last} names entry {seq} for its removal, which is none")
        elif seq >= signed:
            faults.append(f"no checkpoint stands over the removal {seq}")
    sums = {}  # of those for the bound, by period: how many are gone, and how many were announced
    for seq, one in removals.items():
        count, first, last = removed_by.get(seq, [0, seq, -1])
        device, period = one.get("device"), one.get("period")
        place = device if one["what"] == "device" else period
        at = bisect.bisect_right(periods, place) if place is not None else 0
        good = place is None or count == 0 or ((at == 0 or periods[at - 1] <= first) and (at == len(periods) or last < periods[at]))
        if one["what"] == "retention":
            good = last < one.get("before", 0) or count == 0
            if 0 < one.get("before", 0) == before:
                good = good and before in periods and (not live or live[0] >= before)
        elif one["what"] == "device":
            good = good and count <= one.get("count", 0) and seq not in runs
            if device is not None and device >= before:
                good = good and device < seq and count == one["count"] and gone_alone.get(device) == seq
        else:
            gone, announced, _ = sums.get(period, (0, 0, 0))
            sums[period] = gone + count, announced + one["count"], seq
            good = good and gone + count <= announced + one["count"]
            if period is not None and period >= before:
                good = good and period < seq and period in periods
                if device is not None:
                    end = periods[at] if at < len(periods) else size
                    good = good and period <= device < end and (device in devices or device in gone_alone)
        if not good:
            faults.append(f"the removal {seq} does not cover exactly what it speaks of")
    for period, (gone, announced, seq) in sums.items():
        if period is not None and period >= before and gone < announced:
            faults.append(f"the removal {seq} and those for its period speak of {announced} entries, {gone} are gone")

def verify(file, vkey, kept):
    head, pruned, notes, texts, wanted = None, 0, [], {}, {}
    with open(file, encoding="utf-8", newline="\n") as lines:
        export = [json.loads(line) for line in lines]
    head = export[0]
    if head.get("format") not in ("hubsieve-audit-1", "hubsieve-audit-2"):
        raise ValueError("not an export of format 1 or 2")
    key = read_key(vkey) if vkey else None
    for note, title in [(line["checkpoint"], "a checkpoint of the export") for line in export if "checkpoint" in line] + kept:
        read = read_note(note, key, title) if key else None
        if read is not None:
            wanted.setdefault(read[0], []).append((read[1], title))
    signed = 0
    for line in export[1:]:
        if "pruned" in line:
            if line["pruned"] * GROUP != size:
                faults.append(f"the group {line['pruned']} stands in the wrong place")
            append(GROUP, b64(line["hash"], 32))
            pruned = size
        elif "seq" in line:
            read_leaf(line)
        elif "shape" in line:
            texts[line["shape"]] = line["text"]
        elif "checkpoint" not in line:
            faults.append("a line of no known kind")
        for expected, title in wanted.pop(size, []) if "hash" in line else []:
            if expected == root():
                signed = size
            else:
                faults.append(f"the first {size} entries are not those of {title}")
    for other, notes in wanted.items():
        if other > size or (other % GROUP == 0 and other > 0) or any("elsewhere" in title for _, title in notes):
            faults.append(f"{notes[0][1]} is of {other} entries: there are {size}, and those before {pruned} are gone")
    if head["size"] != size or b64(head["root"]) != root():
        faults.append(f"{head['size']} entries were exported, {size} are there, or their root is another")
    check_removals(pruned, signed)
    for name in shapes:
        if "sha256:" + hashlib.sha256((texts.get(name) or "").encode()).hexdigest() != name:
            faults.append(f"the text of the shape {name} is not its own")
    if key is None:
        faults.append("no key was given (--key): without one a log proves nothing")
    elif signed == 0:
        faults.append("no checkpoint stands over these entries: nothing proves them")
    print("\n".join(faults + [f"{size} entries, {pruned} pruned, the last {size - signed} signed by nobody yet"]))
    print("The log does NOT prove itself." if faults else f"The log proves itself to {vkey}.")
    return 1 if faults else 0

if __name__ == "__main__":
    given = dict(zip(sys.argv[2::2], sys.argv[3::2]))
    if len(sys.argv) % 2 or set(given) - {"--key", "--checkpoint"}:
        sys.exit(__doc__)
    try:
        path = given.get("--checkpoint")
        elsewhere = [(open(path, encoding="utf-8").read(), "the checkpoint kept elsewhere")] if path else []
        sys.exit(verify(sys.argv[1], given.get("--key"), elsewhere))
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        print(f"cannot be read: {type(error).__name__}", file=sys.stderr)
        sys.exit(2)
