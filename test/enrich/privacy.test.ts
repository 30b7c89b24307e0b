import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { createPseudonyms } from '../../src/enrich/pseudonym.ts'
import { toBytes } from '../../src/lib/bytes.ts'
import { parseAddress } from '../../src/lib/cidr.ts'
import { ConfigurationError } from '../../src/config/error.ts'
import { flatRecordOf, reception } from '../support/pipeline.ts'
import { connLine, enrichmentOf, failedLine, pipelineOf, qumuloLine, recordsOf, withoutFolder, write } from './support.ts'

const KEY = 'k'.repeat(40)
const keyFile = write('privacy.key', `${KEY}\n`)
const PEOPLE = '[user.name, user.domain, user.id, user.target.name, source.domain]'
const ALL = `
privacy:
  key_file: ${keyFile}
  rules:
    - {fields: ${PEOPLE}, do: pseudonymise}
    - {fields: [source.ip, source.address], do: pseudonymise}
`
const anon = (text: string): string => `anon${createHmac('sha256', KEY).update(`text\0${text}`).digest('hex').slice(0, 16)}`

test('a pseudonym stands wherever the name stood, in either case, and nowhere within a longer word', async () => {
  const [record] = await recordsOf(
    `privacy: {key_file: ${keyFile}, rules: [{fields: [user.name], do: pseudonymise}, {fields: [event.original], do: keep}]}\n`,
    [connLine({ user: 'CORP\\Alice', path: 'homes/alice/alice2/ALICE_x.docx' })],
    true,
  )
  const name = anon('alice')
  assert.equal(record?.['user.name'], name)
  assert.equal(record?.['user.domain'], 'CORP')
  assert.deepEqual(record?.['related.user'], [name])
  assert.equal(record?.['file.path'], `homes/${name}/alice2/${name}_x.docx`)
  assert.equal(record?.['file.name'], `${name}_x.docx`)
  assert.equal(record?.['event.original'], connLine({ user: `CORP\\${name}`, path: `homes/${name}/alice2/${name}_x.docx` }))
})

test('event.original goes where anything was hidden, unless a rule keeps it; it stays where nothing was', async () => {
  const records = await recordsOf(ALL, [connLine(), 'Jun  9 10:20:15 NAS1 qulogd[1]: event log: Users: System, Source IP: 127.0.0.1, Computer name: localhost, Content: [Power] Restarting NAS.'], true)
  assert.equal(records[0]?.['event.original'], undefined)
  const [kept] = await recordsOf(`privacy: {rules: [{fields: [user.id], do: drop}]}\n`, [connLine()], true)
  assert.equal(kept?.['event.original'], connLine())
})

test('dropped names leave gaps, in lists nothing', async () => {
  const [record] = await recordsOf(`privacy: {rules: [{fields: [user.name, user.domain], do: drop}]}\n`, [qumuloLine({ user: 'AD\\alice', path: '/homes/alice/a.txt' })])
  assert.equal(record?.['user.name'], undefined)
  assert.equal(record?.['related.user'], undefined)
  assert.equal(record?.['qumulo.audit.user.name'], '[removed]\\[removed]')
  assert.equal(record?.['file.path'], '/homes/[removed]/a.txt')
})

test('addresses: truncated to /24 and /48; their other forms too', async () => {
  const yaml = 'privacy: {rules: [{fields: [source.ip, source.address], do: truncate}]}\n'
  const [v4, v6, mapped] = await recordsOf(yaml, [failedLine({ ip: '10.1.2.3' }), connLine({ ip: '2001:db8:1:2::3' }), connLine({ ip: '::ffff:10.1.2.3' })])
  assert.equal(v4?.['source.ip'], '10.1.2.0')
  assert.deepEqual(v4?.['related.ip'], ['10.1.2.0'])
  assert.equal(v4?.['message'], '[Users] Failed to log in via user account "alice". Source IP address: 10.1.2.0.')
  assert.equal(v6?.['source.ip'], '2001:db8:1::')
  assert.equal(mapped?.['source.ip'], '10.1.2.0')
  assert.equal(mapped?.['source.address'], '10.1.2.0')
})

test('truncate N keeps that many characters, and nothing of a value that has no more', async () => {
  const yaml = 'privacy: {rules: [{fields: [user.name], do: truncate 2}]}\n'
  const [a, b] = await recordsOf(yaml, [connLine({ user: 'Éèé' }), connLine({ user: 'éè' })])
  assert.equal(a?.['user.name'], 'Éè')
  assert.equal(b?.['user.name'], undefined)
})

test('the first rule that fits decides; filters see the event as it was', async () => {
  const yaml = `
accounts: {service: [svc-*]}
privacy:
  key_file: ${keyFile}
  rules:
    - {when: "user.roles: service", fields: [user.name], do: keep}
    - {when: "source.ip: 10.0.0.0/8", fields: [source.ip, source.address], do: drop}
    - {when: "user.name: alice", fields: [file.name], do: drop}
    - {fields: [user.name], do: pseudonymise}
`
  const [service, alice] = await recordsOf(yaml, [connLine({ user: 'svc-backup' }), connLine({ user: 'alice' })])
  assert.equal(service?.['user.name'], 'svc-backup')
  assert.deepEqual(service?.['related.user'], ['svc-backup'])
  assert.equal(service?.['source.ip'], undefined)
  assert.equal(alice?.['user.name'], anon('alice'))
  assert.equal(alice?.['file.name'], undefined)
  assert.equal(alice?.['file.path'], 'FINANCE/[removed]')
})

test('what is made of a hidden field is hidden too, unless a rule names it', async () => {
  const yaml = (rules: string): string => `privacy: {key_file: ${keyFile}, rules: [${rules}]}\n`
  const [all] = await recordsOf(yaml('{fields: [file.path, source.ip], do: drop}'), [connLine()])
  for (const field of ['file.path', 'file.name', 'file.directory', 'qnap.nas.file.path', 'source.ip', 'source.address', 'related.ip']) assert.equal(all?.[field], undefined, field)
  const [some] = await recordsOf(yaml('{fields: [file.path], do: pseudonymise}, {fields: [file.directory], do: keep}'), [connLine()])
  assert.equal(some?.['file.path'], anon('finance/a.docx'))
  assert.equal(some?.['qnap.nas.file.path'], anon('finance/a.docx'))
  assert.equal(some?.['file.name'], anon('a.docx'))
  assert.equal(some?.['file.directory'], 'FINANCE')
})

test('text of lines that were not understood goes, unless it is to be kept', async () => {
  const yaml = (unparsed: string): string => `privacy: {unparsed: ${unparsed}, rules: [{fields: [user.name], do: drop}]}\n`
  const [dropped] = await recordsOf(yaml('drop'), ['alice was here'])
  assert.equal(dropped?.['message'], undefined)
  assert.equal(dropped?.['event.original'], undefined)
  const [kept] = await recordsOf(yaml('keep'), ['alice was here'])
  assert.equal(kept?.['message'], 'alice was here')
})

test('event.id does not give the line away, and stays the identity', async () => {
  const key = createHmac('sha256', KEY).update('identity').digest()
  const ids = (await recordsOf(ALL, [connLine(), connLine({ user: 'other' }), connLine()])).map((record) => record['event.id'])
  assert.equal(ids[0], createHash('sha256').update(key).update(connLine()).digest('hex').slice(0, 32))
  assert.equal(new Set(ids).size, 3)
  assert.deepEqual((await recordsOf(ALL, [connLine(), connLine({ user: 'other' }), connLine()])).map((record) => record['event.id']), ids)
})

test('a user cannot change what naslog says: words of our own are left alone', async () => {
  for (const user of ['smb', 'read', 'qnap', 'file', 'access', 'NAS', 'QNAP', 'event', '9', 'p', 'anon', 'removed', '-1', '.', '/', '2026']) {
    const [record] = await recordsOf(ALL, [connLine({ user })])
    const [plain] = await recordsOf('duplicates: {}\n', [connLine({ user })])
    for (const field of ['@timestamp', 'event.action', 'event.category', 'event.kind', 'network.protocol', 'naslog.parser', 'observer.vendor', 'observer.type', 'ecs.version']) {
      assert.deepEqual(record?.[field], plain?.[field], `${field} for ${user}`)
    }
    assert.equal(record?.['user.name'], anon(user.toLowerCase()))
    assert.notEqual(isIP(String(record?.['source.ip'])), 0)
  }
})

test('words of the device stay what they are, whatever a user is called', async () => {
  for (const user of ['ok', 'smb2', 'fs_read_data', 'file', 'fs_access_denied_error']) {
    for (const status of ['ok', 'fs_access_denied_error']) {
      const line = qumuloLine({ user }).replace(',ok,', `,${status},`)
      const [[record], [plain]] = [await recordsOf(ALL, [line]), await recordsOf('duplicates: {}\n', [line])]
      for (const field of ['operation', 'status', 'protocol', 'object'].map((name) => `qumulo.audit.${name}`).concat('error.code')) assert.equal(record?.[field], plain?.[field], `${field} for ${user}`)
      assert.equal(record?.['qumulo.audit.user.name'], anon(user))
    }
  }
  const [record] = await recordsOf(ALL, [connLine({ user: 'samba' })])
  assert.equal(record?.['qnap.nas.connection_type'], 'SAMBA')
})

test('pseudonyms of addresses share as many bits as the addresses do', () => {
  const pseudonyms = createPseudonyms(Buffer.from(KEY))
  const bits = (text: string): string => parseAddress(text)!.map((word) => word.toString(2).padStart(32, '0')).join('')
  const shared = (a: string, b: string): number => [...a].findIndex((bit, index) => bit !== b[index])
  for (const kind of [fc.ipV4(), fc.ipV6()]) {
    fc.assert(
      fc.property(kind, kind, (a, b) => {
        const [shownA, shownB] = [a, b].map((text) => pseudonyms.ofAddress(parseAddress(text)!)) as [string, string]
        assert.equal(isIP(shownA), isIP(shownB))
        assert.notEqual(isIP(shownA), 0)
        assert.equal(shared(bits(shownA), bits(shownB)), shared(bits(a), bits(b)))
      }),
      { numRuns: 40 },
    )
  }
  assert.notEqual(pseudonyms.ofAddress(parseAddress('10.0.0.1')!), '10.0.0.1')
  assert.equal(isIP(pseudonyms.ofAddress(parseAddress('10.0.0.1')!)), 4)
})

/** Whether a name stands in a text as a whole word, in either case. */
function stands(name: string, text: string): boolean {
  const escaped = name.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'iu').test(text)
}

test('no record holds an original name', async () => {
  const pipeline = pipelineOf(await enrichmentOf(ALL), true)
  const name = fc
    .string({ unit: fc.constantFrom('a', 'B', '7', 'é', '.', '-', '_', ' ', '$', '"', '\\', '/', ',', '*', "'", '[', '😀', '#011'), minLength: 1, maxLength: 8 })
    .map((text) => `zq${text}x`)
  const line = fc.tuple(name, name, name, fc.ipV4(), fc.nat(9)).map(([user, computer, other, ip, form]) => ({
    secrets: form === 3 ? [user, ip] : [user, computer, ip],
    text: [
      connLine({ user, computer, ip, path: `homes/${user}/${computer} of ${user}.docx` }),
      failedLine({ user, ip }).replace('localhost', computer),
      `Jun  9 10:20:15 NAS1 qulogd[1]: event log: Users: ${user}, Source IP: ${ip}, Computer name: ${computer}, Content: [Users] Created user "${other}". By ${user} from ${ip}.`,
      qumuloLine({ user: user.replaceAll('"', '""'), ip, path: `/homes/${user.replaceAll('"', '""')}/x` }),
      `2026-01-27T14:12:23Z groot-1 qumulo ${JSON.stringify({ user_id: { sid: 'S-1-5-21-1', auth_id: '7', name: user }, user_ip: ip, protocol: 'smb2', operation: 'fs_write_metadata', status: 'ok', details: { file_id: '3', path: `/h/${user}/${computer}`, before: { owner: user }, after: { owner: computer } } })}`,
      `<30>1 2026-06-28T19:39:06.466+01:00 h qulogd: 1 - [QuLog@Access mac="00-00-5E-00-53-23" ip="${ip}" user="${user.replace(/["\\\]]/g, '\\$&')}" source="s" computer="${computer.replace(/["\\\]]/g, '\\$&')}" application="---" action="512" action_result="0" service="1024" extra_data="${other.replace(/["\\\]]/g, '\\$&')}" client_id="c" client_app="w" client_agent="m"] Administration`,
      `${user} at ${computer} from ${ip}`,
      connLine({ user, computer, ip }).slice(0, -20),
      connLine({ user, computer, ip, path: `a/${user} -> a/${computer}`, action: 'Rename' }),
      connLine({ user: `CORP\\${user}`, computer, ip, path: `homes/${user}/x` }),
    ][form] as string,
  }))
  fc.assert(
    fc.property(line, ({ secrets, text }) => {
      const record = flatRecordOf(pipeline(toBytes(text), reception))
      // What the line calls the user may be less than was put in: a name with a comma is cut, one with a backslash has a domain.
      const plain = flatRecordOf(pipelineOfNothing(toBytes(text), reception))
      const hidden = ['user.name', 'user.domain', 'user.id', 'user.target.name', 'source.domain', 'source.ip', 'source.address'].flatMap((field) => plain[field] ?? []) as string[]
      const found = hidden.length === 0 ? [] : secrets
      const shown = Object.values(record).flat().map(String)
      for (const value of shown) {
        for (const secret of hidden) assert.ok(!stands(secret, value), `${secret} in ${value} of ${text}`)
        if (plain['naslog.problems'] === undefined && plain['naslog.parser'] !== 'plain') {
          for (const secret of found.filter((each) => !/[\\,]/.test(each) && hidden.includes(each))) assert.ok(!stands(secret, value), `${secret} in ${value} of ${text}`)
        }
      }
    }),
    { numRuns: 1000 },
  )
})

const pipelineOfNothing = pipelineOf({ enrichers: [], reads: new Set(), createLastStages: () => [], identityKey: undefined, zoneOf: () => undefined, refresh: () => [] })

for (const [section, message] of [
  [`{rules: [{fields: [user.name], do: pseudonymise}]}`, 'naslog.yaml:1:10: privacy: expected `key_file:` beside a rule that pseudonymises, found a mapping'],
  [`{rules: [{fields: [usr.name], do: drop}]}`, 'naslog.yaml:1:29: privacy.rules[0].fields[0]: expected the name of a field (docs/fields.md), found "usr.name" (did you mean user.name?)'],
  [`{rules: [{fields: [file.size], do: truncate}]}`, 'naslog.yaml:1:19: privacy.rules[0]: expected keep or drop for fields that are numbers, dates or objects, found a mapping'],
  [`{rules: [{fields: [user.name], do: hash}]}`, 'naslog.yaml:1:45: privacy.rules[0].do: expected keep, drop, pseudonymise, truncate or `truncate 3`, found "hash"'],
  [`{key_file: ${write('short.key', 'abc\n')}, rules: [{fields: [user.name], do: pseudonymise}]}`, 'short.key: expected a key of at least 32 bytes, found 3'],
  [`{key_file: /nowhere/privacy.key, rules: [{fields: [user.name], do: drop}]}`, '/nowhere/privacy.key: no such file'],
] as const) {
  test(`privacy refused: ${message.slice(0, 60)}`, async () => {
    await assert.rejects(enrichmentOf(`privacy: ${section}\n`), (error: unknown) => {
      assert.ok(error instanceof ConfigurationError, String(error))
      assert.deepEqual(error.complaints.map(({ where, text }) => withoutFolder(`${where}: ${text}`)), [message])
      return true
    })
  })
}
