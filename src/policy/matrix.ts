// One service's policy as a table: categories × purposes, with clauses; what is on, what leaves, and what nothing justifies.
import type { Need, Rules, ServiceChoices } from '../model.js';
import { declarationOf, outcome, switchesOf } from './justify.js';
import type { Matrix, MatrixCell, MatrixRow } from './matrix-data.js';
import { formatHtml } from './matrix-html.js';
import { formatText } from './matrix-text.js';
import type { Lang } from './phrases.js';

export type { Matrix, MatrixCell, MatrixPurpose, MatrixRow } from './matrix-data.js';

export type MatrixFormat = 'text' | 'json' | 'html';

/** The matrix of a service under the household's choices (`{}`: the defaults); of the baseline for a service without a file. */
export function matrix(rules: Rules, service: string, choices: ServiceChoices['purposes']): Matrix {
  const declaration = declarationOf(rules, service);
  const switches = switchesOf(declaration, choices);
  const rows = [...rules.categories.values()].map(({ id, title }): MatrixRow => {
    const cells = declaration.purposes.flatMap((purpose) => {
      const need = purpose.needs.find(({ category }) => category === id);
      const on = switches.get(purpose.id) === true;
      return need ? [cellOf(purpose.id, need, on)] : [];
    });
    const unjustified = declaration.unjustified.filter(({ category }) => category === id).map(({ clause }) => clause);
    const excluded = declaration.excluded.filter(({ category }) => category === id).map(({ clause }) => clause);
    return { category: id, title, cells, unjustified, excluded, outcome: outcome(rules, declaration, switches, id) };
  });
  return {
    service: declaration.id,
    title: declaration.title,
    policy: { title: declaration.policy.title, url: declaration.policy.url },
    purposes: declaration.purposes.map(({ id, title, clause, ground }) => ({
      id,
      title,
      clause,
      ground,
      on: switches.get(id) === true,
    })),
    rows,
    justifiedByNothing: rows.filter(({ cells }) => !cells.some(({ necessary }) => necessary)).map(({ category }) => category),
  };
}

function cellOf(purpose: string, need: Need, on: boolean): MatrixCell {
  const { clause, necessary, granularity, in: places, when, mapped } = need;
  const where = {
    ...(places === undefined ? {} : { in: places }),
    ...(when === undefined ? {} : { when }),
    ...(mapped ? { mapped } : {}),
  };
  return { purpose, clause, necessary, granularity, ...where, on };
}

/** The matrix as text of at most 100 columns, as JSON, or as a whole HTML page; ends in a newline. */
export function formatMatrix(shown: Matrix, format: MatrixFormat, lang: Lang): string {
  switch (format) {
    case 'text':
      return formatText(shown, lang);
    case 'json':
      return `${JSON.stringify(shown, null, 2)}\n`;
    case 'html':
      return formatHtml(shown, lang);
    default:
      return format satisfies never;
  }
}
