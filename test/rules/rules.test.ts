import assert from 'node:assert/strict'
import { test } from 'node:test'
import { run } from '../../src/cli.ts'
import { loadSettings } from '../../src/config.ts'
import { ConfigurationError } from '../../src/config/error.ts'
import { withIo } from '../cli/fake-io.ts'
import { connLine, recordsOf, withoutFolder, write } from '../enrich/support.ts'

const RULES = `
rules:
  - {name: monitoring, when: "user.name: nagios and source.ip: 10.0.0.0/8", do: drop}
  - {name: admins, when: "user.name: adm-*", do: {tag: [admin, watch], set: {labels.owner: "Büro", labels.note: n}}}
  - {name: reads, when: "event.action: read and not tags: watch", do: sample 1/4}
  - {name: small sample, when: "event.action: read and not tags: watch", do: sample 1/6}
  - {name: all, when: "event.kind: *", do: {tag: seen}}
`

test('rules run in their order; a rule sees what those before it have set', async () => {
  const [dropped, admin] = await recordsOf(RULES, [connLine({ user: 'nagios' }), connLine({ user: 'adm-bob' })])
  assert.equal(dropped?.['naslog.dropped_by'], 'monitoring')
  assert.deepEqual(dropped?.['naslog.rules'], ['monitoring'])
  assert.deepEqual(admin?.['naslog.rules'], ['admins', 'all'])
  assert.deepEqual(admin?.['tags'], ['year_inferred', 'admin', 'watch', 'seen'])
  assert.equal(admin?.['labels.owner'], 'Büro')
  assert.equal(admin?.['labels.note'], 'n')
  assert.equal(admin?.['naslog.dropped_by'], undefined)
})

test('sampling is decided by event.id alone, and two rates make their least common multiple', async () => {
  const lines = Array.from({ length: 2000 }, (_, index) => connLine({ path: `FINANCE/${index}.txt` }))
  const records = await recordsOf(RULES, lines)
  for (const record of records) {
    const number = parseInt(String(record['event.id']).slice(0, 12), 16)
    const expected = number % 4 !== 0 ? 'reads' : number % 6 !== 0 ? 'small sample' : undefined
    assert.equal(record['naslog.dropped_by'], expected)
    assert.equal(record['naslog.sample_rate'], expected === undefined ? 12 : expected === 'small sample' ? 4 : undefined)
  }
  const kept = records.filter((record) => record['naslog.dropped_by'] === undefined).length
  assert.ok(kept > 100 && kept < 240, String(kept))
})

test('the filter leaves dropped lines out and says how many, by rule', async () => {
  const config = write('drop.yaml', 'rules:\n  - {name: "noise\\u0301", when: "user.name: nagios", do: drop}\n  - {name: other, when: "user.name: x", do: drop}\n')
  const stdin = [connLine({ user: 'nagios' }), connLine(), connLine({ user: 'nagios' }), connLine({ user: 'x' })].join('\n')
  const { code, stdout, stderr } = await withIo(run, { argv: ['--config', config, '--format', 'flat', '--fields', 'user.name'], stdin })
  assert.equal(code, 0)
  assert.equal(stdout, '{"user.name":"alice"}\n')
  assert.equal(stderr, 'naslog: dropped by rules: noise\u0301 2, other 1\n')
})

test('mmexternal owes a record for each line: it says which rule drops it', async () => {
  const config = write('external.yaml', 'rules:\n  - {name: noise, when: "user.name: nagios", do: drop}\n')
  const { stdout, stderr } = await withIo(run, { argv: ['mmexternal', '--config', config], stdin: [connLine({ user: 'nagios' }), connLine()].join('\n') })
  const [dropped, kept] = stdout.trimEnd().split('\n').map((record) => JSON.parse(record)['$!'].naslog)
  assert.equal(dropped.dropped_by, 'noise')
  assert.equal('dropped_by' in kept, false)
  assert.equal(stderr, '')
})

test('a rule may look at fields that nobody writes', async () => {
  const config = write('ext.yaml', 'rules:\n  - {name: docs, when: "file.extension: docx", do: drop}\n')
  const { stdout } = await withIo(run, { argv: ['--config', config, '--format', 'flat', '--fields', 'user.name'], stdin: connLine() })
  assert.equal(stdout, '')
})

test('explain shows the rules that a line met', async () => {
  const config = write('explain.yaml', RULES)
  const page = async (line: string): Promise<string> => (await withIo(run, { argv: ['explain', '--config', config, line] })).stdout
  assert.match(await page(connLine({ user: 'nagios' })), /^rules\n {2}monitoring {2}drops the line$/m)
  assert.match(await page(connLine({ user: 'adm-bob' })), /^rules\n {2}admins\n {2}all$/m)
  assert.doesNotMatch((await withIo(run, { argv: ['explain', connLine()] })).stdout, /^rules/m)
})

const wrong: readonly (readonly [rules: string, error: string])[] = [
  ['[{name: a, when: "usr.name: x", do: drop}]', `naslog.yaml:1:25: rules[0].when: column 1: no field is called 'usr.name' (did you mean user.name?), found "usr.name: x"`],
  ['[{name: a, when: "user.name: x y", do: drop}]', 'naslog.yaml:1:25: rules[0].when: column 14: expected `and`, `or` or the end, found \'y\'; a value with blanks needs quotes, found "user.name: x y"'],
  ['[{name: a, when: "user.name: x", do: sample 1/0}]', 'naslog.yaml:1:45: rules[0].do: expected `drop`, `sample 1/100`, or a mapping of `tag:` (a list) and `set:` (of labels.site, labels.environment, labels.owner, labels.team, labels.purpose, labels.severity, labels.case, labels.note), found "sample 1/0"'],
  ['[{name: a, when: "user.name: x", do: {}}]', 'naslog.yaml:1:45: rules[0].do: expected `drop`, `sample 1/100`, or a mapping of `tag:` (a list) and `set:` (of labels.site, labels.environment, labels.owner, labels.team, labels.purpose, labels.severity, labels.case, labels.note), found a mapping'],
  ['[{name: a, when: "user.name: x", do: drop}, {name: a, when: "user.name: x", do: drop}]', 'naslog.yaml:1:8: rules: expected rules with different names, found a list'],
  ['[{name: a, do: drop}]', 'naslog.yaml:1:9: rules[0].when: expected a filter such as `event.action: delete`, found nothing'],
]
for (const [rules, message] of wrong) {
  test(`rules refused: ${rules}`, async () => {
    await assert.rejects(loadSettings({ config: write('naslog.yaml', `rules: ${rules}\n`) }, {}), (error: unknown) => {
      assert.ok(error instanceof ConfigurationError)
      assert.deepEqual(error.complaints.map(({ where, text }) => `${withoutFolder(where)}: ${text}`), [message])
      return true
    })
  })
}
