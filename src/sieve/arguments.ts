// A command with its arguments as an array: `["wpa_passphrase","…","…"]`, `["--ssid","…"]`. Judged as the line that it is.

import type { CategoryId, Node } from '../model.js';
import { LABELLED, type ValueRecognizers } from '../recognize/value-recognizers.js';

/** Most arguments of a command, and the longest of them; a longer array is data. */
const ARGUMENTS_MAX = 64;
const LENGTH_MAX = 128;
/** What begins a command that speaks of networks, or names an argument of one. */
const COMMAND =
  /^(?:--?[a-z][\w-]*|(?:\S*\/)?(?:wpa_\w+|nmcli|iw|iwconfig|iwctl|netsh|networksetup|airport|connmanctl|uci|termux-wifi\S*))$/i;
/** An argument whose value is the next one. */
const OPTION = /^--?[a-z][\w-]*$/i;
const NAMES: Partial<Record<CategoryId, string>> = { wifi_ssid: 'ssid', wifi_password: 'wifi password', credential: 'password' };

/** For each argument that the command gives away as a network's name or key, the name that it deserves; undefined where there is none. */
export function spokenArguments(elements: readonly Node[], recognizers: ValueRecognizers): Map<Node, string> | undefined {
  if (elements.length < 2 || elements.length > ARGUMENTS_MAX || !elements.every(isArgument)) return undefined;
  if (!elements.some(({ text }) => COMMAND.test(text))) return undefined;
  let line = '';
  const spans: (readonly [number, number])[] = [];
  elements.forEach(({ text }, i) => {
    const valued = i > 0 && OPTION.test(elements[i - 1]!.text) && !text.startsWith('-');
    line += i === 0 ? '' : valued ? '=' : ' ';
    const from = line.length;
    line += written(text, valued);
    spans.push([from, line.length]);
  });
  let found: Map<Node, string> | undefined;
  for (const { category, start, end } of recognizers.findIdentifiers(line, LABELLED)) {
    const name = NAMES[category];
    if (name === undefined) continue;
    elements.forEach((element, i) => {
      const [from, to] = spans[i]!;
      if (from >= end || to <= start || OPTION.test(element.text)) return;
      found ??= new Map();
      found.set(element, name);
    });
  }
  return found;
}

/** An argument as a line has it: in quotes where it is a value, or has blanks. */
function written(text: string, valued: boolean): string {
  const quoted = (value: string): string => `"${value.replaceAll('"', "'")}"`;
  const pair = /^([\w.@[\]-]{1,64})=(.*)$/s.exec(text);
  if (pair !== null && !valued) return `${pair[1]}=${quoted(pair[2]!)}`;
  return valued || text === '' || /[\s"']/.test(text) ? quoted(text) : text;
}

function isArgument({ kind, text }: Node): boolean {
  return (kind === 'string' || kind === 'number') && text.length <= LENGTH_MAX;
}
