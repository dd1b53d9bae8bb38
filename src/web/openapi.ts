// The API's description (OpenAPI 3.1), made from the routes themselves.

import { fullPath, isStream, type Route, type RouteScope } from './route.js';
import type { JsonSchema } from './schema.js';
import { problem } from './views.js';

interface Hoisted {
  readonly schemas: Record<string, unknown>;
}

/** The document, as plain data. */
export function describe(routes: readonly Route[], version: string): Record<string, unknown> {
  const into: Hoisted = { schemas: {} };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = fullPath(route).replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route, into) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'hubsieve',
      version,
      description:
        'What the page of the household does, for scripts. Times are milliseconds since 1970. Values of messages are never in it.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: into.schemas,
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token of the settings page; its scope is read, write or admin.',
        },
        session: { type: 'apiKey', in: 'cookie', name: 'hubsieve', description: 'A log-in; __Host-hubsieve under TLS.' },
      },
    },
  };
}

function operation(route: Route, into: Hoisted): Record<string, unknown> {
  const { method, path, scope, summary, query, body, answer, status = 200 } = route;
  const parameters = [...[...path.matchAll(/:(\w+)/g)].map(([, name]) => inPath(name!)), ...inQuery(query?.json)];
  const good = isStream(answer)
    ? { description: 'As a stream.', content: { [answer.type]: { schema: { type: 'string' } } } }
    : { description: 'Done.', content: { 'application/json': { schema: hoist(answer.json, into) } } };
  return {
    operationId: `${method}${path.replace(/[/:-]+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary,
    'x-scope': scope,
    security: securityOf(scope),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: hoist(body.json, into) } } } } : {}),
    responses: {
      [status]: good,
      default: { description: 'No.', content: { 'application/json': { schema: hoist(problem.json, into) } } },
    },
  };
}

function securityOf(scope: RouteScope): readonly Record<string, readonly string[]>[] {
  return scope === 'none' ? [] : [{ token: [scope] }, { session: [] }];
}

const inPath = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } });

function inQuery(json: JsonSchema | undefined): unknown[] {
  const required = (json?.['required'] ?? []) as string[];
  const properties = (json?.['properties'] ?? {}) as Record<string, JsonSchema>;
  return Object.entries(properties).map(([name, of]) => ({ name, in: 'query', required: required.includes(name), schema: of }));
}

/** A schema with a title stands once, under it. */
function hoist(json: unknown, into: Hoisted): unknown {
  if (Array.isArray(json)) return json.map((item) => hoist(item, into));
  if (typeof json !== 'object' || json === null) return json;
  const { title, ...rest } = json as Record<string, unknown>;
  const inner = Object.fromEntries(Object.entries(typeof title === 'string' ? rest : json).map(([k, v]) => [k, hoist(v, into)]));
  if (typeof title !== 'string') return inner;
  into.schemas[title] = inner;
  return { $ref: `#/components/schemas/${title}` };
}
