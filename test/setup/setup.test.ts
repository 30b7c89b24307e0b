import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { EcsFlat } from '@elastic/ecs'
import { run } from '../../src/cli.ts'
import { columnsOf } from '../../src/encode/azure-columns.ts'
import { createDatadogEncoder } from '../../src/encode/datadog.ts'
import { Event } from '../../src/event.ts'
import { Json, type Field } from '../../src/fields/declare.ts'
import { allFields } from '../../src/fields/index.ts'
import { azureFiles } from '../../src/setup/azure.ts'
import { datadogFiles } from '../../src/setup/datadog.ts'
import { elasticsearchFiles } from '../../src/setup/elasticsearch.ts'
import type { SetupFile } from '../../src/setup/setup-file.ts'
import { withIo } from '../cli/fake-io.ts'
import { temporaryFolder } from '../rsyslog/support.ts'

type Tree = Record<string, any>
const jsonOf = (files: readonly SetupFile[], name: string): Tree => JSON.parse(files.find((file) => file.name === name)!.text) as Tree

/** Mappings of Elasticsearch by dotted name. */
function leaves(properties: Tree, path = ''): Map<string, Tree> {
  const found = new Map<string, Tree>()
  for (const [name, mapping] of Object.entries(properties) as [string, Tree][]) {
    if (mapping['properties'] === undefined) found.set(path + name, mapping)
    else for (const [inner, each] of leaves(mapping['properties'] as Tree, `${path}${name}.`)) found.set(inner, each)
  }
  return found
}

describe('what naslog init elasticsearch writes', () => {
  const files = elasticsearchFiles()
  const mappings = leaves(jsonOf(files, 'component-template.json')['template'].mappings.properties as Tree)

  test('every declared field has a mapping, and no other', () => {
    const own = [...mappings.keys()].filter((name) => !name.startsWith('data_stream.'))
    assert.deepEqual(own.sort(), allFields.map(({ name }) => name).sort())
  })

  test('ECS fields are of the type that ECS says, with its words beside', () => {
    const official = EcsFlat as unknown as Record<string, { type: string; multi_fields?: { name: string }[] }>
    for (const [name, { type, fields }] of mappings) {
      const ecs = official[name]
      if (ecs === undefined) continue
      assert.equal(String(type).replace('date_nanos', 'date'), ecs.type, name)
      assert.deepEqual(Object.keys((fields as object | undefined) ?? {}), ecs.multi_fields?.map((each) => each.name) ?? [], name)
    }
  })

  test('open objects are flattened, keywords bounded below what Lucene refuses', () => {
    for (const { name, type } of allFields) {
      const mapping = mappings.get(name)!
      if (type === 'flattened') assert.equal(mapping['type'], 'flattened')
      if (mapping['type'] === 'keyword' && mapping['index'] !== false) assert.ok(mapping['ignore_above'] > 0 && mapping['ignore_above'] * 4 < 32_766, name)
    }
    assert.deepEqual(mappings.get('qumulo.audit.before'), { type: 'flattened', ignore_above: 1024 })
    assert.deepEqual(mappings.get('@timestamp'), { type: 'date_nanos' })
    assert.deepEqual(mappings.get('file.mtime'), { type: 'date_nanos', ignore_malformed: true })
    assert.deepEqual(mappings.get('message'), { type: 'match_only_text' })
  })

  test('the templates find each other and the data streams of naslog', () => {
    const template = jsonOf(files, 'index-template.json')
    assert.deepEqual(Object.keys(template).sort(), ['_meta', 'composed_of', 'data_stream', 'ignore_missing_component_templates', 'index_patterns', 'priority'])
    assert.equal(jsonOf(files, 'component-template.json')['template'].settings.index.lifecycle.name, 'naslog')
    assert.ok(template['priority'] > 100)
    const patterns = (template['index_patterns'] as string[]).map((pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`))
    for (const name of ['logs-naslog-default', 'logs-naslog.qnap-default', 'logs-naslog.qumulo-prod']) assert.ok(patterns.some((pattern) => pattern.test(name)), name)
    assert.ok(!patterns.some((pattern) => pattern.test('logs-qnap_nas.log-default')))
    assert.deepEqual(Object.keys(jsonOf(files, 'lifecycle-policy.json')['policy'].phases), ['hot', 'delete'])
  })
})

describe('what naslog init azure writes', () => {
  const files = azureFiles()
  const template = jsonOf(files, 'naslog.deployment.json')
  const resource = (type: string): Tree => (template['resources'] as Tree[]).find((each) => each['type'] === type)!
  const columns = columnsOf(allFields)

  test('table and stream have the columns of the rows, with types that each knows', () => {
    const table = resource('Microsoft.OperationalInsights/workspaces/tables')['properties'].schema.columns as Tree[]
    const stream = resource('Microsoft.Insights/dataCollectionRules')['properties'].streamDeclarations['Custom-Naslog_CL'].columns as Tree[]
    assert.deepEqual(table.map(({ name }) => name), columns.map(({ name }) => name))
    assert.deepEqual(stream.map(({ name }) => name), columns.map(({ name }) => name))
    for (const { type } of table) assert.ok(['string', 'long', 'boolean', 'dateTime', 'dynamic'].includes(type as string))
    for (const { type } of stream) assert.ok(['string', 'long', 'boolean', 'datetime', 'dynamic'].includes(type as string))
    assert.ok(columns.length <= 500)
    for (const { name } of table) assert.match(String(name), /^[A-Za-z][A-Za-z0-9_]{0,44}$/)
  })

  test('the rule leads from the stream to the table of the workspace', () => {
    const { dataFlows, destinations } = resource('Microsoft.Insights/dataCollectionRules')['properties'] as Tree
    assert.deepEqual(dataFlows, [{ streams: ['Custom-Naslog_CL'], destinations: ['workspace'], transformKql: 'source', outputStream: 'Custom-Naslog_CL' }])
    assert.equal(destinations.logAnalytics[0].name, 'workspace')
    assert.equal(resource('Microsoft.Insights/dataCollectionRules')['kind'], 'Direct')
  })

  test('functions name only columns that exist, or that they make themselves', () => {
    const names = new Set(columns.map(({ name }) => name))
    const functions = (template['resources'] as Tree[]).filter(({ type }) => String(type).endsWith('/savedSearches'))
    assert.ok(functions.length >= 3)
    for (const { properties } of functions) {
      const query = String(properties.query)
      const made = new Set([...query.matchAll(/\b([A-Z]\w+) =(?!=)/g)].map(([, name]) => name))
      const used = [...query.replace(/"[^"]*"/g, '""').matchAll(/\b[A-Z]\w+\b/g)].map(([name]) => name)
      assert.deepEqual(used.filter((name) => !names.has(name) && !made.has(name) && name !== 'Naslog_CL'), [], String(properties.functionAlias))
      const open = (pattern: RegExp): number => query.match(pattern)?.length ?? 0
      assert.equal(open(/\(/g), open(/\)/g))
      assert.ok(files.find(({ name }) => name === 'functions.kql')!.text.includes(query))
    }
  })
})

describe('what naslog init datadog writes', () => {
  test('a pipeline with processors that Datadog knows', () => {
    const pipeline = jsonOf(datadogFiles(), 'pipeline.json')
    assert.deepEqual(Object.keys(pipeline).sort(), ['filter', 'is_enabled', 'name', 'processors'])
    // https://docs.datadoghq.com/api/latest/logs-pipelines/
    const known = ['date-remapper', 'status-remapper', 'geo-ip-parser', 'user-agent-parser', 'category-processor']
    for (const { type, is_enabled } of pipeline['processors'] as Tree[]) assert.ok(known.includes(type as string) && is_enabled === true)
  })

  test('facets lie where the logs have their attributes', () => {
    const { facets, attributes } = jsonOf(datadogFiles(), 'facets.json')
    const encode = createDatadogEncoder({ source: 'naslog', service: 'nas', tags: [] })
    for (const { field, attribute } of attributes as { field: string; attribute: string | null }[]) {
      const event = new Event()
      const declared = allFields.find(({ name }) => name === field)!
      event.values[declared.index] = valueFor(declared)
      const log = JSON.parse(encode(event)) as Tree
      if (attribute !== null) assert.notEqual(attribute.split('.').reduce<any>((tree, name) => tree?.[name], log), undefined, `${field} at ${attribute}`)
    }
    assert.ok((facets as Tree[]).length > 20)
    for (const { path, type } of facets as Tree[]) assert.ok(String(path).startsWith('@') && ['string', 'integer'].includes(type as string))
  })
})

function valueFor({ type, array }: Field) {
  if (type === 'flattened' || type === 'geo_point') return new Json('{"x":1}')
  return array ? ['x'] : type === 'long' ? 1 : type === 'boolean' ? true : 'x'
}

describe('naslog init DESTINATION', () => {
  for (const name of ['elasticsearch', 'azure', 'datadog']) {
    test(`${name}: writes a folder and says what to do; a second time it refuses`, async (t) => {
      const directory = temporaryFolder(t)
      const first = await withIo(run, { argv: ['init', name, '--directory', directory] })
      assert.deepEqual([first.code, first.stderr], [0, ''])
      const folder = join(directory, `naslog-${name}`)
      for (const file of readdirSync(folder).filter((each) => each.endsWith('.json'))) JSON.parse(readFileSync(join(folder, file), 'utf8'))
      assert.match(first.stdout, /^1\. [\s\S]*^2\. [\s\S]*^3\. destinations: \[\{/m)
      const [some] = readdirSync(folder)
      writeFileSync(join(folder, some!), 'mine')
      const second = await withIo(run, { argv: ['init', name, '--directory', directory] })
      assert.equal(second.code, 1)
      assert.match(second.stderr, /exists; nothing was written/)
      assert.equal(readFileSync(join(folder, some!), 'utf8'), 'mine')
    })
  }

  test('what it does not know is a usage error', async (t) => {
    const directory = temporaryFolder(t)
    assert.match((await withIo(run, { argv: ['init', 'elasticserch', '--directory', directory] })).stderr, /found 'elasticserch' \(did you mean elasticsearch\?\)/)
    const strange = await withIo(run, { argv: ['init', 'azure', '--vendor', 'qnap', '--directory', directory] })
    assert.deepEqual([strange.code, strange.stderr], [2, "naslog: naslog init azure does not take the option --vendor\nTry 'naslog init --help'.\n"])
    assert.ok(!existsSync(join(directory, 'naslog-azure')))
  })
})
