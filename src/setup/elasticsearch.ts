import { ECS_VERSION } from '../fields/ecs.ts'
import type { Field, FieldType } from '../fields/declare.ts'
import { allFields } from '../fields/index.ts'
import { jsonFile, type SetupFile } from './setup-file.ts'

/** What Elasticsearch needs to know before records arrive: how long they stay, what the fields are, and for which data streams that holds. */

type Json = Readonly<Record<string, unknown>>

/** Paths are longer than the 1,024 characters of ECS; a term may have 32,766 bytes, four for each character at worst. */
const LONG_TEXT = /(?:path|directory)$/
const LONGEST_PATH = 8191
const LONGEST_KEYWORD = 1024

/** Times of which the line may tell more than milliseconds; their order matters in an audit. */
const NANOSECONDS: ReadonlySet<string> = new Set(['@timestamp', 'file.mtime', 'file.ctime'])

/** Fields that ECS lets search by words, too. */
const WITH_WORDS: ReadonlySet<string> = new Set(['file.path', 'file.target_path', 'process.name', 'source.as.organization.name', 'user.name', 'user.target.name', 'user_agent.original'])

/** Files for `naslog init elasticsearch`, in the order in which they have to be put. */
export function elasticsearchFiles(): SetupFile[] {
  return [
    jsonFile('lifecycle-policy.json', lifecyclePolicy),
    jsonFile('component-template.json', componentTemplate(allFields)),
    jsonFile('index-template.json', indexTemplate),
  ]
}

export const elasticsearchSteps = `1. Look at lifecycle-policy.json: it deletes after 365 days. Then, with ES and a key of your own:
   put() { curl --fail-with-body -X PUT "$ES/$1" -H "Authorization: ApiKey $KEY" -H 'Content-Type: application/json' -d "@$2"; }
   put _ilm/policy/naslog lifecycle-policy.json
   put _component_template/naslog component-template.json
   put _index_template/naslog index-template.json
2. Give naslog a key with the privileges create_doc and auto_configure on logs-naslog-* and logs-naslog.*-*.
3. destinations: [{ name: search, type: elasticsearch, url: ..., data_stream: logs-naslog-default, token_file: ... }]
`

const lifecyclePolicy: Json = {
  policy: {
    phases: {
      hot: { actions: { rollover: { max_primary_shard_size: '50gb', max_age: '30d' } } },
      delete: { min_age: '365d', actions: { delete: {} } },
    },
    _meta: { description: 'Records of naslog: a year, then they are deleted.' },
  },
}

const indexTemplate: Json = {
  index_patterns: ['logs-naslog-*', 'logs-naslog.*-*'],
  data_stream: {},
  composed_of: ['naslog', 'naslog@custom'],
  ignore_missing_component_templates: ['naslog@custom'],
  // Above the built-in template for logs-*-*, which has 100.
  priority: 250,
  _meta: { description: 'Data streams of naslog. What is to be different belongs in the component template naslog@custom.' },
}

function componentTemplate(fields: readonly Field[]): Json {
  return {
    template: {
      settings: { index: { lifecycle: { name: 'naslog' }, codec: 'best_compression', mapping: { total_fields: { limit: 1000 } } } },
      mappings: {
        // The vocabulary is closed: what is not declared is kept, but is no field.
        dynamic: false,
        properties: propertiesOf(fields),
      },
    },
    _meta: { description: `Fields of naslog, after ECS ${ECS_VERSION}.` },
  }
}

/** Nested objects of the dotted names. */
function propertiesOf(fields: readonly Field[]): Json {
  const root: Record<string, unknown> = {
    data_stream: { properties: { type: { type: 'constant_keyword' }, dataset: { type: 'constant_keyword' }, namespace: { type: 'constant_keyword' } } },
  }
  for (const field of fields) {
    const path = field.name.split('.')
    let properties = root
    for (const name of path.slice(0, -1)) {
      const parent = (properties[name] ??= { properties: {} }) as { properties: Record<string, unknown> }
      properties = parent.properties
    }
    properties[path.at(-1) as string] = mappingOf(field)
  }
  return root
}

function mappingOf(field: Field): Json {
  const { name } = field
  // As ECS has it: kept, but neither searched nor sorted by.
  if (name === 'event.original') return { type: 'keyword', index: false, doc_values: false }
  const mapping = MAPPINGS[field.type](name)
  return WITH_WORDS.has(name) ? { ...mapping, fields: { text: { type: 'match_only_text' } } } : mapping
}

const MAPPINGS: Readonly<Record<FieldType, (name: string) => Json>> = {
  keyword: (name) => ({ type: 'keyword', ignore_above: LONG_TEXT.test(name) ? LONGEST_PATH : LONGEST_KEYWORD }),
  wildcard: () => ({ type: 'wildcard' }),
  match_only_text: () => ({ type: 'match_only_text' }),
  ip: () => ({ type: 'ip' }),
  date: (name) => {
    if (!NANOSECONDS.has(name)) return { type: 'date' }
    // A file may be older than 1970, which nanoseconds cannot tell: that must not cost the record.
    return name === '@timestamp' ? { type: 'date_nanos' } : { type: 'date_nanos', ignore_malformed: true }
  },
  long: () => ({ type: 'long' }),
  boolean: () => ({ type: 'boolean' }),
  flattened: () => ({ type: 'flattened', ignore_above: LONGEST_KEYWORD }),
  geo_point: () => ({ type: 'geo_point' }),
}
