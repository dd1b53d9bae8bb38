// The matrix for a terminal: numbered purposes, one line a category, nothing beyond 100 columns.
import type { Matrix, MatrixRow } from './matrix.js';
import { isNamed, MARKS, MATRIX_WORDS, markOf } from './matrix-words.js';
import type { Lang } from './phrases.js';
import { ACTION_WORDS, WORDS } from './words.js';

/** Widest line: fits a terminal beside another window, and a mail. */
const COLUMNS = 100;
const TITLE_COLUMNS = 27;
/** `message refused` and `не отправляется` fit. */
const OUTCOME_COLUMNS = 16;
/** Two digits and a blank. */
const PURPOSE_COLUMNS = 3;
/** Least room for clauses beside the marks; with more purposes than leave it, clauses stand on lines of their own. */
const CLAUSES_MIN = 20;

/** The matrix in lines of at most 100 columns. */
export function formatText(matrix: Matrix, lang: Lang): string {
  const words = MATRIX_WORDS[lang];
  const titleOf = new Map(matrix.rows.map((row) => [row.category, row.title[lang]]));
  const named = matrix.rows.filter(isNamed);
  const nothing = named.filter(({ category }) => matrix.justifiedByNothing.includes(category));
  const unnamed = matrix.rows.filter((row) => !isNamed(row));
  const titles = (rows: readonly MatrixRow[]) => (rows.length === 0 ? words.none : rows.map((r) => titleOf.get(r.category)).join('; '));
  const lines = [
    ...wrap(words.heading(matrix.title[lang]), COLUMNS),
    ...wrap(`${words.policy}: ${matrix.policy.title} — ${matrix.policy.url}`, COLUMNS),
    '',
    `${words.purposes}:`,
    ...purposeLines(matrix, lang),
    '',
    ...tableLines(matrix, named, lang),
    '',
    ...wrap(Object.entries(MARKS).map(([mark, sign]) => `${sign} ${words.legend[mark as keyof typeof MARKS]}`).join('   '), COLUMNS),
    '',
    ...wrap(`${words.nothing}: ${titles(nothing)}`, COLUMNS, 2),
    ...wrap(`${words.unnamed}: ${titles(unnamed)}`, COLUMNS, 2),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function purposeLines(matrix: Matrix, lang: Lang): string[] {
  const words = WORDS[lang];
  return matrix.purposes.flatMap(({ id, title, clause, ground, on }, i) => {
    const number = String(i + 1).padStart(PURPOSE_COLUMNS);
    return wrap(`${number} ${title[lang]} [${id}] ${clause}, ${words.ground[ground]}, ${on ? words.on : words.off}`, COLUMNS, PURPOSE_COLUMNS + 1);
  });
}

function tableLines(matrix: Matrix, rows: readonly MatrixRow[], lang: Lang): string[] {
  const words = MATRIX_WORDS[lang];
  const marksColumns = matrix.purposes.length * PURPOSE_COLUMNS + 1;
  const rest = COLUMNS - TITLE_COLUMNS - OUTCOME_COLUMNS - marksColumns;
  const numbers = matrix.purposes.map((_, i) => String(i + 1).padStart(PURPOSE_COLUMNS)).join('');
  const head = pad(words.category, TITLE_COLUMNS) + pad(numbers, marksColumns) + pad(words.outcome, OUTCOME_COLUMNS);
  const lines = [head + (rest < CLAUSES_MIN ? '' : words.clauses), '-'.repeat(COLUMNS)];
  for (const row of rows) {
    const titles = wrap(row.title[lang], TITLE_COLUMNS - 1);
    const clauses = rest < CLAUSES_MIN ? [] : wrap(clausesOf(matrix, row, lang), rest);
    const marks = pad(marksOf(matrix, row), marksColumns) + pad(ACTION_WORDS[lang][row.outcome], OUTCOME_COLUMNS);
    for (let i = 0; i < Math.max(titles.length, clauses.length); i += 1) {
      lines.push(pad(titles[i] ?? '', TITLE_COLUMNS) + (i === 0 ? marks : ' '.repeat(marks.length)) + (clauses[i] ?? ''));
    }
    if (rest < CLAUSES_MIN) lines.push(...wrap(`    ${clausesOf(matrix, row, lang)}`, COLUMNS, 4));
  }
  return lines;
}

function marksOf(matrix: Matrix, row: MatrixRow): string {
  const marks = matrix.purposes.map(({ id }) => {
    const cell = row.cells.find(({ purpose }) => purpose === id);
    return (cell ? MARKS[markOf(cell)] : '·').padStart(PURPOSE_COLUMNS);
  });
  return marks.join('');
}

/** `1, 2: 5.3; 4: 2.1.4; without a purpose: 6.1.3`. */
function clausesOf(matrix: Matrix, row: MatrixRow, lang: Lang): string {
  const byClause = new Map<string, number[]>();
  for (const { purpose, clause } of row.cells) {
    const numbers = byClause.get(clause) ?? [];
    numbers.push(matrix.purposes.findIndex(({ id }) => id === purpose) + 1);
    byClause.set(clause, numbers);
  }
  const parts = [...byClause].map(([clause, numbers]) => `${numbers.join(', ')}: ${clause}`);
  if (row.unjustified.length > 0) parts.push(`${MATRIX_WORDS[lang].withoutPurpose}: ${row.unjustified.join(', ')}`);
  return parts.join('; ');
}

function pad(text: string, columns: number): string {
  return text.padEnd(columns);
}

/** Cuts at blanks; a word longer than the line is cut where the line ends. Lines after the first are indented. */
function wrap(text: string, columns: number, indent = 0): string[] {
  const lines: string[] = [];
  let line = /^ */.exec(text)![0];
  let empty = true;
  for (let word of text.trim().split(' ')) {
    if (!empty && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = ' '.repeat(indent);
      empty = true;
    }
    while (empty && line.length + word.length > columns) {
      const room = columns - line.length;
      lines.push(line + word.slice(0, room));
      word = word.slice(room);
      line = ' '.repeat(indent);
    }
    line += (empty ? '' : ' ') + word;
    empty = false;
  }
  return [...lines, line];
}
