import { z } from 'zod';
import { ERROR_SCHEMA, HISTORY_SCHEMA, JOURNEY_SCHEMA, PORTS_SCHEMA } from './ports-schema.ts';
import { HISTORY_CSV_QUERY, HISTORY_QUERY, PORTS_QUERY } from './queries.ts';
import { STATUS_SCHEMA } from './status-schema.ts';

interface RouteNote {
  readonly path: string;
  readonly what: string;
  /** Told only to those who are told details. */
  readonly isLocal: boolean;
  readonly query?: z.ZodType;
  readonly answer?: z.ZodType;
}

/** The routes in the order of the document. */
export const API_ROUTES: readonly RouteNote[] = [
  {
    path: '/api/v1/status',
    what: 'The whole host: verdict, ranges, pools, owners, probes and what could not be seen.',
    isLocal: false,
    answer: STATUS_SCHEMA,
  },
  {
    path: '/api/v1/owners',
    what: 'The owners alone: `details`, `takenAtMs` and `owners` as in the status.',
    isLocal: false,
  },
  {
    path: '/api/v1/owners/{netns}/{process}/{unit}/history',
    what: 'Ports of one owner over time, for charts. Names are percent-encoded; `-` stands for the empty unit.',
    isLocal: false,
    query: HISTORY_QUERY,
    answer: HISTORY_SCHEMA,
  },
  {
    path: '/api/v1/history.csv',
    what:
      'Bound ports of all owners over time as CSV: `timestamp` (UTC), `process`, `bound`, `ports/min` (since the line before), ' +
      '`unit`, `netns`. Streamed. Texts that a spreadsheet would run begin with a quote.',
    isLocal: false,
    query: HISTORY_CSV_QUERY,
  },
  {
    path: '/api/v1/ports',
    what: 'Used ports, page by page.',
    isLocal: true,
    query: PORTS_QUERY,
    answer: PORTS_SCHEMA,
  },
  {
    path: '/api/v1/ports/{protocol}/{port}',
    what: 'The journey of one port number: who held it when, and whom it talked to, in each namespace that knows it.',
    isLocal: true,
    answer: JOURNEY_SCHEMA,
  },
  { path: '/api/v1/config', what: 'Settings and config file in use, as far as they are no secret.', isLocal: true },
];

/** What JSON Schema says of a value, as far as the document needs it. */
interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly propertyNames?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly maxItems?: number;
}

/** The routes with their parameters and answers in Markdown, for docs/api.md. */
export function apiDocument(): string {
  const errors = [
    '### Errors',
    '',
    'Body of every answer with a status of 400 and above.',
    '',
    ...fieldTable(ERROR_SCHEMA, 'output'),
  ];
  return `${[...API_ROUTES.flatMap(routeSection), ...errors].join('\n')}\n`;
}

function routeSection({ path, what, isLocal, query, answer }: RouteNote): string[] {
  const scope = isLocal ? ['', 'Told only to those who are told details; others get status 403.'] : [];
  const parameters = query === undefined ? [] : ['', 'Parameters:', '', ...fieldTable(query, 'input')];
  const fields = answer === undefined ? [] : ['', 'Answer:', '', ...fieldTable(answer, 'output')];
  return [`### \`GET ${path}\``, '', what, ...scope, ...parameters, ...fields, ''];
}

function fieldTable(schema: z.ZodType, io: 'input' | 'output'): string[] {
  const root = z.toJSONSchema(schema, { io, reused: 'inline', unrepresentable: 'any' }) as SchemaNode;
  const head = ['| field | type | what it is |', '| --- | --- | --- |'];
  return [...head, ...fieldRows(root, '')];
}

function fieldRows(node: SchemaNode, prefix: string): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, field]) => {
    const isOptional = node.required?.includes(name) !== true;
    const path = `${prefix}${name}`;
    const type = `${typeText(field)}${isOptional ? ', optional' : ''}`;
    const row = `| \`${path}\` | ${type} | ${field.description ?? ''} |`;
    const inner = field.items ?? field;
    return [row, ...fieldRows(inner, field.items === undefined ? `${path}.` : `${path}[].`)];
  });
}

function typeText(node: SchemaNode): string {
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(' ');
  if (node.anyOf !== undefined) return [...new Set(node.anyOf.map(typeText))].join(' or ');
  if (node.items !== undefined) return `list of ${typeText(node.items)}`;
  if (node.propertyNames?.enum !== undefined) return `object by ${typeText(node.propertyNames)}`;
  return node.type ?? 'any';
}
