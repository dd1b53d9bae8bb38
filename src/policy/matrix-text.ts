// The matrix for a terminal: numbered purposes, one line a category, nothing beyond 100 columns.
import type { Matrix, MatrixRow } from './matrix-data.js';
import { isNamed, MARKS, MATRIX_WORDS, markOf, unneeded } from './matrix-words.js';
import type { Lang } from './phrases.js';
import { ACTION_WORDS, WORDS } from './words.js';

/** Widest line: fits a terminal beside another window, and a mail. */
const COLUMNS = 100;
const TITLE_COLUMNS = 27;
/** `message refused` and `не отправляется` fit. */
const OUTCOME_COLUMNS = 16;
/** Two digits and a blank. */
const PURPOSE_COLUMNS = 3;
/** Most purposes beside each other: what the other columns leave. */
const PURPOSES_MAX = Math.floor((COLUMNS - TITLE_COLUMNS - OUTCOME_COLUMNS - 1) / PURPOSE_COLUMNS);
/** Least room for clauses beside the marks; with less, clauses stand on lines of their own. */
const CLAUSES_MIN = 20;

/** The matrix in lines of at most 100 columns. */
export function formatText(matrix: Matrix, lang: Lang): string {
  const words = MATRIX_WORDS[lang];
  const titleOf = new Map(matrix.rows.map((row) => [row.category, row.title[lang]]));
  const named = matrix.rows.filter(isNamed);
  const { nothing, promised, unnamed } = unneeded(matrix);
  const titles = (rows: readonly MatrixRow[]) =>
    rows.length === 0 ? words.none : rows.map((r) => titleOf.get(r.category)).join('; ');
  const lines = [
    ...wrap(words.heading(matrix.title[lang]), COLUMNS),
    ...wrap(`${words.policy}: ${matrix.policy.title} — ${matrix.policy.url}`, COLUMNS),
    '',
    `${words.purposes}:`,
    ...purposeLines(matrix, lang),
    '',
    ...tableLines(matrix, named, lang),
    '',
    ...wrap(
      Object.entries(MARKS)
        .map(([mark, sign]) => `${sign} ${words.legend[mark as keyof typeof MARKS]}`)
        .join('   '),
      COLUMNS,
    ),
    '',
    ...wrap(`${words.nothing}: ${titles(nothing)}`, COLUMNS, 2),
    ...(promised.length > 0 ? wrap(`${words.promised}: ${titles(promised)}`, COLUMNS, 2) : []),
    ...wrap(`${words.unnamed}: ${titles(unnamed)}`, COLUMNS, 2),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function purposeLines(matrix: Matrix, lang: Lang): string[] {
  const words = WORDS[lang];
  return matrix.purposes.flatMap(({ id, title, clause, ground, on }, i) => {
    const number = String(i + 1).padStart(PURPOSE_COLUMNS);
    return wrap(
      `${number} ${title[lang]} [${id}] ${clause}, ${words.ground[ground]}, ${on ? words.on : words.off}`,
      COLUMNS,
      PURPOSE_COLUMNS + 1,
    );
  });
}

/** The table, in several ones below each other where the purposes do not fit beside each other. */
function tableLines(matrix: Matrix, rows: readonly MatrixRow[], lang: Lang): string[] {
  const lines: string[] = [];
  for (let from = 0; from === 0 || from < matrix.purposes.length; from += PURPOSES_MAX) {
    const columns = matrix.purposes
      .slice(from, from + PURPOSES_MAX)
      .map(({ id, clause }, i) => ({ id, clause, number: from + i + 1 }));
    if (from > 0) lines.push('');
    lines.push(...blockLines(columns, rows, lang));
  }
  return lines;
}

interface Column {
  readonly id: string;
  readonly clause: string;
  readonly number: number;
}

function blockLines(columns: readonly Column[], rows: readonly MatrixRow[], lang: Lang): string[] {
  const words = MATRIX_WORDS[lang];
  const marksColumns = columns.length * PURPOSE_COLUMNS + 1;
  const rest = COLUMNS - TITLE_COLUMNS - OUTCOME_COLUMNS - marksColumns;
  const beside = rest >= CLAUSES_MIN;
  const numbers = columns.map(({ number }) => String(number).padStart(PURPOSE_COLUMNS)).join('');
  const head = words.category.padEnd(TITLE_COLUMNS) + numbers.padEnd(marksColumns) + words.outcome.padEnd(OUTCOME_COLUMNS);
  const lines = [head + (beside ? words.clauses : ''), '-'.repeat(COLUMNS)];
  for (const row of rows) {
    const titles = wrap(row.title[lang], TITLE_COLUMNS - 1);
    const clauses = clausesOf(columns, row, lang);
    const besides = beside ? wrap(clauses, rest) : [];
    const marks = marksOf(columns, row).padEnd(marksColumns) + ACTION_WORDS[lang][row.outcome].padEnd(OUTCOME_COLUMNS);
    for (let i = 0; i < Math.max(titles.length, besides.length); i += 1) {
      lines.push((titles[i] ?? '').padEnd(TITLE_COLUMNS) + (i === 0 ? marks : ' '.repeat(marks.length)) + (besides[i] ?? ''));
    }
    if (!beside && clauses !== '') lines.push(...wrap(`    ${clauses}`, COLUMNS, 4));
  }
  return lines;
}

function marksOf(columns: readonly Column[], row: MatrixRow): string {
  const marks = columns.map(({ id }) => {
    const cell = row.cells.find(({ purpose }) => purpose === id);
    return (cell ? MARKS[markOf(cell)] : '·').padStart(PURPOSE_COLUMNS);
  });
  return marks.join('');
}

/** `1, 2: 5.3; 4: 2.1.4; without a purpose: 6.1.3`; a clause that is the purpose's own stands above the table already. */
function clausesOf(columns: readonly Column[], row: MatrixRow, lang: Lang): string {
  const byClause = new Map<string, number[]>();
  for (const { purpose, clause } of row.cells) {
    const column = columns.find(({ id }) => id === purpose);
    if (!column || column.clause === clause) continue;
    const numbers = byClause.get(clause) ?? [];
    numbers.push(column.number);
    byClause.set(clause, numbers);
  }
  const parts = [...byClause].map(([clause, numbers]) => `${numbers.join(', ')}: ${clause}`);
  if (row.excluded.length > 0) parts.push(`${MATRIX_WORDS[lang].excluded}: ${row.excluded.join(', ')}`);
  if (row.unjustified.length > 0) parts.push(`${MATRIX_WORDS[lang].withoutPurpose}: ${row.unjustified.join(', ')}`);
  return parts.join('; ');
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
