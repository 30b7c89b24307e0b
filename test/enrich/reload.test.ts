import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { ConfigurationError } from '../../src/config/error.ts'
import { toBytes } from '../../src/lib/bytes.ts'
import { flatRecordOf, reception } from '../support/pipeline.ts'
import { connLine, enrichmentOf, pipelineOf, withoutFolder, write } from './support.ts'

const broken: readonly (readonly [file: string, section: string, content: string | Buffer | undefined, errors: readonly string[]])[] = [
  ['d.yaml', 'inventory', '- {match: a, sit: b}\n- {site: c}\n', [
    "d.yaml:1:14: unknown key '[0].sit' (did you mean site?)",
    'd.yaml:2:3: [1]: expected a device with `match:` or `cluster:`, found a mapping',
  ]],
  ['d.yaml', 'inventory', '- {match: a, zone: Europe/Roma}\n', [
    'd.yaml:1:20: [0].zone: expected a time zone such as Europe/Rome, UTC or +02:00, found "Europe/Roma" (did you mean Europe/Rome?)',
  ]],
  ['d.yaml', 'inventory', 'match: a\n', ['d.yaml:1:1: expected a list of mappings, found a mapping']],
  ['d.yaml', 'inventory', '- {match: [a\n', [
    'd.yaml:2:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
    'd.yaml:2:1: Flow map in block collection must be sufficiently indented and end with a }',
  ]],
  ['d.csv', 'inventory', 'match,site\na,b\n"c\n', ['d.csv:3: expected a closing quote, found the end of the file']],
  ['d.csv', 'inventory', 'match,sitte\na,b\n', ["d.csv:1: unknown column 'sitte' (did you mean site?)"]],
  ['d.csv', 'inventory', '# devices\nmatch,sitte,x\na,b,c\nd,e,f\n', ["d.csv:2: unknown column 'sitte' (did you mean site?)", "d.csv:2: unknown column 'x'"]],
  ['D.CSV', 'inventory', 'match,sitte\na,b\n', ["D.CSV:1: unknown column 'sitte' (did you mean site?)"]],
  ['d.csv', 'inventory', `match,${'x'.repeat(1_000_000)}\na,b\n`, [`d.csv:1: unknown column '${'x'.repeat(37)}...'`]],
  ['d.csv', 'inventory', 'match,,site\na,b,c\n', ["d.csv:2: expected nothing in a column without a name, found 'b'"]],
  ['d.csv', 'inventory', 'match,site\na,b,c\n', ['d.csv:2: expected at most 2 cells, found 3']],
  ['n.csv', 'networks', 'cidr,name\n10.0.0.0/8,a\n\n10.0.0.1/8,b\n', [
    'n.csv:4: [1].cidr[0]: expected a network such as 10.0.0.0/8 whose bits behind the prefix are zero, found "10.0.0.1/8"',
  ]],
  ['d.csv', 'inventory', Buffer.from('match\n\xe9\n', 'latin1'), ['d.csv: is not UTF-8 text']],
  ['none.yaml', 'inventory', undefined, ['none.yaml: no such file']],
]

for (const [file, section, content, errors] of broken) {
  test(`a broken table is refused at the start: ${errors[0]}`, async () => {
    const name = write(file, content ?? '')
    if (content === undefined) rmSync(name)
    await assert.rejects(enrichmentOf(`${section}: {file: ${name}}\n`), (error: unknown) => {
      assert.ok(error instanceof ConfigurationError, String(error))
      assert.deepEqual(error.complaints.map(({ where, text }) => withoutFolder(`${where}: ${text}`)), errors)
      return true
    })
  })
}

test('a table that changes is read again; a broken one leaves the old in use, and is told once', async () => {
  const file = write('reload.yaml', '- {match: nas1, site: one}\n')
  const enrichment = await enrichmentOf(`inventory: {file: ${file}}\n`)
  const pipeline = pipelineOf(enrichment)
  const site = (): unknown => flatRecordOf(pipeline(toBytes(connLine()), reception))['labels.site']
  const refresh = (): string[] => enrichment.refresh().map(withoutFolder)
  assert.equal(site(), 'one')
  assert.deepEqual(refresh(), [])

  write('reload.yaml', '- {match: nas1, site: two more}\n')
  assert.equal(site(), 'one')
  assert.deepEqual(refresh(), ['reload.yaml: has changed, read again'])
  assert.equal(site(), 'two more')

  write('reload.yaml', '- {match: nas1, site: three, colour: red}\n')
  assert.deepEqual(refresh(), ["reload.yaml:1:30: unknown key '[0].colour'; what was read before stays in use"])
  assert.deepEqual(refresh(), [])
  assert.equal(site(), 'two more')

  rmSync(file)
  assert.deepEqual(refresh(), ['reload.yaml: no such file; what was read before stays in use'])
  assert.deepEqual(refresh(), [])
  assert.equal(site(), 'two more')

  write('reload.yaml', '- {match: nas1, site: four}\n')
  assert.deepEqual(refresh(), ['reload.yaml: has changed, read again'])
  assert.equal(site(), 'four')
})
