// The schema said in words: a sample config in which every key stands with its default, its help and its reason.
import type { Row, Rows } from './schema.js';

const WIDTH = 116;

function comment(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + 2 + line.length + 1 + word.length > WIDTH) {
      lines.push(`${indent}# ${line}`);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, `${indent}# ${line}`];
}

function flow(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return JSON.stringify(value);
}

function rowLines(key: string, row: Row, indent: string): string[] {
  switch (row.row) {
    case 'value':
      return [...comment(`${row.help} ${row.reason}`, indent), `${indent}${key}: ${flow(row.fallback)}`];
    case 'list':
    case 'sections':
      return [...comment(`${row.help} ${row.reason}`, indent), ...inner(row, indent), `${indent}${key}: ${flow(row.fallback)}`];
    case 'optional':
    case 'required':
      return [...comment(`${row.help} Expected: ${row.kind.expects}.`, indent), `${indent}# ${key}:`];
    case 'mapping':
      return [...comment(`${row.help} Keys: ${row.key.expects}.`, indent), ...inner(row.each, indent), `${indent}${key}: {}`];
    case 'section':
      return [...comment(row.help, indent), `${indent}${key}:`, ...sectionLines(row.rows, `${indent}  `)];
    default:
      return row satisfies never;
  }
}

/** The keys of each element, as comments. */
function inner(row: Row, indent: string): string[] {
  if (row.row !== 'sections' && row.row !== 'section') return [];
  return sectionLines(row.rows, '').map((line) => `${indent}#   ${line.replace(/^# /, '  ')}`);
}

/** All keys of `rows` with defaults and reasons, as YAML lines. */
export function sectionLines(rows: Rows, indent: string): string[] {
  return Object.entries(rows).flatMap(([key, row]) => rowLines(key, row, indent));
}
