import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { loadPrivacy } from '../../src/destinations/privacy.ts'
import { loadServiceSettings } from '../../src/config.ts'
import { ConfigurationError } from '../../src/config/error.ts'
import { joinConfiguration } from '../../src/config/layers.ts'
import { printConfiguration } from '../../src/config/print.ts'
import { replay, temporaryDirectory, write } from '../replay/support.ts'
import { linesOf } from '../support/lines.ts'
import { makeSite, Omprog } from '../support/omprog.ts'
import { startStub } from './stub.ts'

/** One file destination sees the names, the next pseudonyms, others less. */

const KEY = 'k'.repeat(40)
const anon = (text: string): string => `anon${createHmac('sha256', KEY).update(`text\0${text}`).digest('hex').slice(0, 16)}`
const PEOPLE = ['user.name', 'user.domain', 'user.id', 'user.target.name', 'source.domain']

/** Destinations `names`, `pseudonyms` and `nobody` below a folder, and the key. */
function destinationsIn(dir: string): object[] {
  const key = write(join(dir, 'privacy.key'), `${KEY}\n`)
  const file = (name: string, more: object): object => ({ name, type: 'file', path: join(dir, `${name}.out`), format: 'flat', linger: '20ms', ...more })
  return [
    file('names', {}),
    file('pseudonyms', { where: 'user.name: alice', privacy: { key_file: key, rules: [{ fields: PEOPLE, do: 'pseudonymise' }, { fields: ['source.ip'], do: 'truncate' }] } }),
    file('kept', { privacy: { key_file: key, rules: [{ fields: ['event.original'], do: 'keep' }, { fields: ['user.name'], do: 'pseudonymise' }] } }),
    file('nobody', { privacy: { rules: [{ fields: [...PEOPLE, 'source.ip', 'message'], do: 'drop' }] } }),
  ]
}

function recordsIn(dir: string, name: string): Record<string, unknown>[] {
  return linesOf(join(dir, `${name}.out`)).map((line) => JSON.parse(line) as Record<string, unknown>)
}

const LINE = '<30>Jun  9 10:20:15 NAS qulogd[1]: conn log: Users: alice, Source IP: 10.1.2.3, Computer name: ALICE-PC, Connection type: SAMBA, Accessed resources: homes/alice/a.txt, Action: Read'
const OTHER = LINE.replace('Users: alice', 'Users: bob').replace('ALICE-PC', 'BOBS').replace('homes/alice', 'homes/bob')
const UNKNOWN = '<30>Jun  9 10:20:16 NAS thing[1]: hello alice'

/** What must hold of each destination, whoever delivered to it. */
function assertCopies(dir: string): void {
  const [names, bob, unknown] = recordsIn(dir, 'names')
  assert.equal(names?.['user.name'], 'alice')
  assert.deepEqual(names?.['related.user'], ['alice'])
  assert.deepEqual(names?.['related.ip'], ['10.1.2.3'])
  assert.equal(names?.['event.original'], LINE)
  assert.equal(bob?.['user.name'], 'bob')
  assert.equal(unknown?.['message'], 'hello alice')

  // `where` saw the name that the record does not show.
  const copies = recordsIn(dir, 'pseudonyms')
  assert.equal(copies.length, 1)
  const copy = copies[0]
  assert.equal(copy?.['user.name'], anon('alice'))
  assert.deepEqual(copy?.['related.user'], [anon('alice')])
  assert.deepEqual(copy?.['related.hosts'], [anon('alice-pc'), 'NAS'])
  assert.equal(copy?.['source.ip'], '10.1.2.0')
  assert.deepEqual(copy?.['related.ip'], ['10.1.2.0'])
  assert.equal(copy?.['file.path'], `homes/${anon('alice')}/a.txt`)
  assert.equal(copy?.['event.original'], undefined)
  assert.equal(copy?.['event.id'], createHmac('sha256', KEY).update(`id\0${String(names?.['event.id'])}`).digest('hex').slice(0, 32))

  const [kept] = recordsIn(dir, 'kept')
  assert.equal(kept?.['event.original'], LINE.replace('Users: alice', `Users: ${anon('alice')}`).replace('ALICE-PC', `${anon('alice')}-PC`).replace('homes/alice', `homes/${anon('alice')}`))

  const nobody = recordsIn(dir, 'nobody')
  assert.equal(nobody.length, 3)
  assert.doesNotMatch(JSON.stringify(nobody), /alice|bob|10\.1\.2\.3/i)
  assert.deepEqual(nobody.map((record) => record['event.id']), recordsIn(dir, 'names').map((record) => record['event.id']))
}

function configIn(dir: string, more: object = {}): string {
  return write(join(dir, 'naslog.yaml'), JSON.stringify({ destinations: destinationsIn(dir), keep_original: true, timezone: { default: 'UTC' }, dead_letters: join(dir, 'dead.jsonl'), ...more }))
}

describe('privacy of a destination', { timeout: 60_000 }, () => {
  test('replay: each destination has its own copy', async (t) => {
    const dir = temporaryDirectory(t)
    const config = configIn(dir)
    const log = write(join(dir, 'a.log'), `${LINE}\n${OTHER}\n${UNKNOWN}\n`)
    for (const name of ['names', 'pseudonyms', 'kept', 'nobody']) assert.equal((await replay(['--config', config, '--to', name, log])).code, 0)
    assertCopies(dir)
  })

  test('omprog: the same, all at once', async (t) => {
    const site = makeSite(t, { more: {} })
    writeFileSync(site.config, JSON.stringify({ ...(JSON.parse(readFileSync(site.config, 'utf8')) as object), destinations: destinationsIn(site.dir), keep_original: true }))
    const program = new Omprog(t, site)
    assert.ok(await program.ready(), program.stderr)
    for (const line of [LINE, OTHER, UNKNOWN]) assert.equal(await program.ask(line), 'OK')
    assert.equal((await program.end()).code, 0, program.stderr)
    assertCopies(site.dir)
  })

  test('that of the file goes before it: what is gone there does not come back', async (t) => {
    const dir = temporaryDirectory(t)
    const config = configIn(dir, { privacy: { rules: [{ fields: ['user.name'], do: 'truncate 2' }, { fields: ['source.ip'], do: 'drop' }] } })
    const log = write(join(dir, 'a.log'), `${LINE}\n`)
    for (const name of ['names', 'pseudonyms', 'kept']) assert.equal((await replay(['--config', config, '--to', name, log])).code, 0)
    const [names] = recordsIn(dir, 'names')
    assert.deepEqual([names?.['user.name'], names?.['source.ip'], names?.['related.ip']], ['al', undefined, undefined])
    assert.equal(recordsIn(dir, 'pseudonyms').length, 0)
    assert.equal(recordsIn(dir, 'kept')[0]?.['user.name'], anon('al'))
  })

  test('dead letters replayed: the copy has the id that it would have had', async (t) => {
    const dir = temporaryDirectory(t)
    const stub = await startStub(t, () => ({ status: 200 }))
    const privacy = { key_file: write(join(dir, 'key'), KEY), rules: [{ fields: ['user.name'], do: 'pseudonymise' }] }
    const config = write(join(dir, 'web.yaml'), JSON.stringify({ destinations: [{ name: 'web', type: 'http', url: stub.url, gzip: false, format: 'flat', privacy }], dead_letters: join(dir, 'dead.jsonl') }))
    stub.answer = ({ body }) => ({ status: body.includes(anon('alice')) ? 422 : 200 })
    assert.equal((await replay(['--config', config, '--to', 'web', write(join(dir, 'a.log'), `${LINE}\n${OTHER}\n${LINE}\n`)])).code, 3)
    const first = stub.requests.map(({ body }) => body).filter((body) => body.includes(anon('alice')) && !body.trim().includes('\n'))
    stub.requests.length = 0
    stub.answer = () => ({ status: 200 })
    assert.equal((await replay(['--config', config, '--dead-letter', join(dir, 'dead.jsonl')])).code, 0)
    assert.equal(stub.requests.map(({ body }) => body).join(''), first.join(''))
  })
})

async function complaintsOf(t: TestContext, privacy: object): Promise<string> {
  const config = write(join(temporaryDirectory(t), 'naslog.yaml'), JSON.stringify({ destinations: [{ name: 'a', type: 'file', privacy }] }))
  try {
    await loadPrivacy((await loadServiceSettings({ config }, {})).destinations)
    return ''
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error))
    return error.complaints.map(({ text }) => text).join('\n')
  }
}

test('it is validated as that of the file', async (t) => {
  assert.match(await complaintsOf(t, { rules: [{ fields: ['user.nam'], do: 'drop' }] }), /destinations\[0\]\.privacy\.rules\[0\]\.fields\[0\]: expected the name of a field .*did you mean user\.name/)
  assert.match(await complaintsOf(t, { rules: [{ fields: ['user.name'], do: 'pseudonymise' }] }), /expected `key_file:` beside a rule that pseudonymises/)
  assert.match(await complaintsOf(t, { key_file: '/nowhere/key', rules: [{ fields: ['user.name'], do: 'pseudonymise' }] }), /no such file/)
  assert.match(await complaintsOf(t, { key_fil: '/x', rules: [{ fields: ['user.name'], do: 'drop' }] }), /unknown key 'destinations\[0\]\.privacy\.key_fil' \(did you mean key_file\?\)/)
})

test('--print-config names the file of the key, never what stands in it', async (t) => {
  const printed = printConfiguration(await joinConfiguration({ config: configIn(temporaryDirectory(t)) }, {}))
  assert.match(printed, /privacy:\n\s+key_file: .*privacy\.key\n\s+rules:\n/)
  assert.doesNotMatch(printed, /kkkk/)
})

test('the example of docs/destinations/README.md is right', async (t) => {
  const [, example = ''] = /```yaml\n(destinations:\n[\s\S]*?privacy:[\s\S]*?)```/.exec(readFileSync('docs/destinations/README.md', 'utf8')) ?? []
  const dir = temporaryDirectory(t)
  const yaml = example.replace('/etc/naslog/privacy.key', write(join(dir, 'privacy.key'), KEY))
  const { destinations } = await loadServiceSettings({ config: write(join(dir, 'naslog.yaml'), yaml) }, {})
  assert.deepEqual([...(await loadPrivacy(destinations)).keys()], ['statistics'])
})
