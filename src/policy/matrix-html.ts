// The matrix as a page of its own: a real table with scopes and a caption, no script, nothing loaded from elsewhere.
import type { Matrix, MatrixRow } from './matrix-data.js';
import { isNamed, MARKS, MATRIX_WORDS, markOf, unneeded } from './matrix-words.js';
import type { Lang } from './phrases.js';
import { ACTION_WORDS, WORDS } from './words.js';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:2rem;color:#1b1b1b;background:#fff}
table{border-collapse:collapse}caption{text-align:left;font-weight:600;padding:.5rem 0}
th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;vertical-align:top}thead th{background:#f2f2f2}
td.off{color:#666}.scroll{overflow-x:auto}`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ENTITIES[letter]!);
}

/** A whole HTML page around `formatTable`. */
export function formatHtml(matrix: Matrix, lang: Lang): string {
  const heading = escapeHtml(MATRIX_WORDS[lang].heading(matrix.title[lang]));
  return `<!doctype html>
<html lang="${lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${heading}</title><style>${STYLE}</style></head>
<body>
<main>
<h1>${heading}</h1>
<p>${escapeHtml(MATRIX_WORDS[lang].policy)}: ${policyLink(matrix)}</p>
${formatTable(matrix, lang)}
</main>
</body>
</html>
`;
}

/** The table with its legend and what nothing justifies, without the page: for another page to put in. All text is escaped. */
export function formatTable(matrix: Matrix, lang: Lang): string {
  const words = MATRIX_WORDS[lang];
  const named = matrix.rows.filter(isNamed);
  const { nothing, promised, unnamed } = unneeded(matrix);
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(words.purposes)}">
<table>
<caption>${escapeHtml(legend(lang))}</caption>
<thead>
<tr><th scope="col">${escapeHtml(words.category)}</th>${matrix.purposes.map((p) => purposeHead(p, lang)).join('')}<th scope="col">${escapeHtml(words.withoutPurpose)}</th><th scope="col">${escapeHtml(words.excluded)}</th><th scope="col">${escapeHtml(words.outcome)}</th></tr>
</thead>
<tbody>
${named.map((row) => tableRow(matrix, row, lang)).join('\n')}
</tbody>
</table>
</div>
${titleList(words.nothing, nothing, lang)}
${promised.length > 0 ? `${titleList(words.promised, promised, lang)}\n` : ''}${titleList(words.unnamed, unnamed, lang)}`;
}

function policyLink({ policy }: Matrix): string {
  if (!/^https?:\/\//.test(policy.url)) return `${escapeHtml(policy.title)} (${escapeHtml(policy.url)})`;
  return `<a href="${escapeHtml(policy.url)}" rel="noreferrer">${escapeHtml(policy.title)}</a>`;
}

function legend(lang: Lang): string {
  const { legend: meanings } = MATRIX_WORDS[lang];
  const marks = Object.entries(MARKS) as [keyof typeof MARKS, string][];
  return marks.map(([mark, sign]) => `${sign} ${meanings[mark]}`).join(', ');
}

function purposeHead({ title, clause, ground, on }: Matrix['purposes'][number], lang: Lang): string {
  const words = WORDS[lang];
  const small = `${clause}, ${words.ground[ground]}, ${on ? words.on : words.off}`;
  return `<th scope="col">${escapeHtml(title[lang])}<br><small>${escapeHtml(small)}</small></th>`;
}

function tableRow(matrix: Matrix, row: MatrixRow, lang: Lang): string {
  const cells = matrix.purposes.map(({ id, on }) => {
    const cell = row.cells.find(({ purpose }) => purpose === id);
    if (!cell) return '<td></td>';
    const mark = markOf(cell);
    const meaning = escapeHtml(MATRIX_WORDS[lang].legend[mark]);
    return `<td${on ? '' : ' class="off"'}><span role="img" aria-label="${meaning}" title="${meaning}">${MARKS[mark]}</span> ${escapeHtml(cell.clause)}</td>`;
  });
  const title = escapeHtml(row.title[lang]);
  const without = escapeHtml(row.unjustified.join(', '));
  const excluded = escapeHtml(row.excluded.join(', '));
  const leaves = escapeHtml(ACTION_WORDS[lang][row.outcome]);
  return `<tr><th scope="row">${title}</th>${cells.join('')}<td>${without}</td><td>${excluded}</td><td>${leaves}</td></tr>`;
}

function titleList(heading: string, rows: readonly MatrixRow[], lang: Lang): string {
  const items = rows.map((row) => `<li>${escapeHtml(row.title[lang])}</li>`).join('');
  return `<h2>${escapeHtml(heading)}</h2>\n${items === '' ? `<p>${escapeHtml(MATRIX_WORDS[lang].none)}</p>` : `<ul>${items}</ul>`}`;
}
