// Every entry of a declaration that cites its text.
import type { Cited, Declaration } from '../model.js';

/** All entries with a clause, in the order of the file. A need that cites its purpose's clause is found by the purpose's words. */
export function citedEntries(declaration: Declaration): readonly Cited[] {
  const { controllers, contacts, hosts, purposes, unjustified, excluded, cookies, recipients, limits, readings } = declaration;
  return [
    ...controllers,
    ...contacts,
    ...hosts.flatMap((host) => (host.clause === undefined ? [] : [host as typeof host & Cited])),
    ...purposes.flatMap((purpose) => [purpose, ...purpose.legalBasis, ...purpose.needs]),
    ...unjustified,
    ...excluded,
    ...(cookies === undefined ? [] : [cookies]),
    ...recipients,
    ...limits,
    ...readings,
  ];
}
