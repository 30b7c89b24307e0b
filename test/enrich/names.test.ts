// A name that is hidden must stand nowhere in the record, in whatever spelling a device, a client or a relay may write it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toBytes } from '../../src/lib/bytes.ts'
import { flatRecordOf, recordOf, reception } from '../support/pipeline.ts'
import { connLine, enrichmentOf, failedLine, pipelineOf, qumuloLine, recordsOf, write } from './support.ts'

const keyFile = write('names.key', 'n'.repeat(32))
const hiding = (action: string): string => `
accounts: {administrators: [nobody-here]}
duplicates: {}
paths: {}
rules: [{name: all, when: "event.kind: *", do: {tag: seen, set: {labels.note: n}}}]
privacy:
  key_file: ${keyFile}
  rules:
    - {fields: [user.name, user.domain, user.id, user.target.name, source.domain, source.ip], do: ${action}}
    - {fields: [event.original], do: keep}
`

/** What somebody may make of a name. */
const spellings: Record<string, (name: string) => string> = {
  'as it is': (name) => name,
  'upper case': (name) => name.toUpperCase(),
  'lower case': (name) => name.toLowerCase(),
  capitals: (name) => name.toLowerCase().replace(/^./u, (letter) => letter.toUpperCase()),
  'two characters for an é, as macOS writes it': (name) => name.normalize('NFD'),
  'as a URL writes it': encodeURIComponent,
}

const letters = ['a', 'B', 'c', 'D', '7', '0', '.', '-', '_', 'é', 'Ö', 'Ж', ' ', '*', "'"]
/** Begins and ends so that no other word of a line has it in it. */
const name = fc.string({ unit: fc.constantFrom(...letters), minLength: 0, maxLength: 10 }).map((text) => `zq${text}qz`)

const json = (text: string): string => JSON.stringify(text).slice(1, -1)
const csv = (text: string): string => text.replaceAll('"', '""')
const parameter = (text: string): string => text.replace(/["\\\]]/g, '\\$&')

/** Lines in which `user` is an account, and `shown` the same account in another spelling. */
const lines: readonly ((user: string, shown: string) => string)[] = [
  (user, shown) => connLine({ user, path: `homes/${shown}/${shown}.docx` }),
  (user, shown) => connLine({ user: `CORP\\${user}`, computer: shown, path: `homes/x/letter of ${shown} (old).docx` }),
  (user, shown) => connLine({ user, path: `homes/${shown}/a -> homes/${shown}/b_${shown}`, action: 'Rename' }),
  (user, shown) => connLine({ user: 'somebody', computer: user, path: `Public/${shown}/x` }),
  (user, shown) => failedLine({ user }).replace('localhost', shown),
  (user, shown) => `Jun  9 10:20:15 NAS1 qulogd[1]: event log: Users: ${user}, Source IP: 10.1.2.3, Computer name: ${shown}, Application: Users, Category: General, Content: [Users] Changed the folder of "${shown}", by ${shown}.`,
  (user, shown) => qumuloLine({ user: csv(`AD\\${user}`), path: csv(`/homes/${shown}/~$${shown}.docx`) }),
  (user, shown) => `<14>1 2026-01-27T14:12:23Z groot-1 qumulo - - - ${JSON.stringify({ user_id: { sid: 'S-1-5-21-1', auth_id: '7', name: user }, user_ip: '10.1.2.3', protocol: 'smb2', operation: 'fs_rename', status: 'ok', details: { file_id: '3', path: `/h/${shown}/a`, new_path: `/h/${shown}/b`, note: shown } })}`,
  (user, shown) => `<30>1 2026-06-28T19:39:06.466+01:00 h qulogd: 1 - [QuLog@Access mac="00-00-5E-00-53-23" ip="10.1.2.3" user="${parameter(user)}" source="s" computer="${parameter(shown)}" application="---" action="512" action_result="0" service="1024" extra_data="u=${encodeURIComponent(shown)}&${parameter(shown)}" client_id="c ${parameter(shown)}" client_app="w" client_agent="m (${parameter(shown)})"] Public/${shown}/a`,
  (user, shown) => `{"rcv":"2026-01-27T14:12:23.999+00:00","ip":"192.0.2.20","raw":"${json(connLine({ user, path: `homes/${shown}/a` }))}"}`,
]

for (const action of ['pseudonymise', 'drop', 'truncate 2']) {
  test(`no spelling of a name that is hidden stands in the record: ${action}`, async () => {
    const pipeline = pipelineOf(await enrichmentOf(hiding(action)), true)
    fc.assert(
      fc.property(name, fc.constantFrom(...Object.keys(spellings)), fc.constantFrom(...lines), (user, spelling, line) => {
        const shown = spellings[spelling]!(user)
        const event = pipeline(toBytes(line(user, shown)), reception)
        const texts = [JSON.stringify(recordOf(event)), ...Object.values(flatRecordOf(event)).map((value) => JSON.stringify(value))].map((text) => text.normalize('NFC').toLowerCase())
        for (const text of texts) for (const each of [user, shown]) assert.ok(!text.includes(json(each.normalize('NFC').toLowerCase())), `${each} in ${text}`)
      }),
      { numRuns: 300 },
    )
  })
}

/** Each line with what must stand nowhere in its record. */
const metadata = (owner: string): string =>
  `<14>1 2026-01-27T14:12:27Z groot-2 qumulo - - - ${JSON.stringify({ user_id: { sid: 'S-1-5-21-1104', auth_id: '8589935693', name: 'zq' }, user_ip: '10.1.2.3', protocol: 'smb2', operation: 'fs_write_metadata', status: 'ok', details: { path: '/x', file_id: '9', before: { owner: { name: owner } }, after: { mode: '0644' } } })}`
const rule = (fields: string, action: string): string => `privacy: {key_file: ${keyFile}, rules: [{fields: [${fields}], do: ${action}}]}\n`
const cases: readonly (readonly [what: string, yaml: string, line: string, gone: readonly string[]])[] = [
  ['blanks and dots around a name', hiding('drop'), qumuloLine({ user: ' zquill. ', path: '/homes/zquill/x' }), ['zquill']],
  ['a name whose last character QNAP writes as *', hiding('drop'), connLine({ user: 'zquill*', path: 'homes/zquill$/x' }), ['zquill']],
  ['a name that overlaps an address', hiding('drop'), failedLine({ user: 'address: 10.77', ip: '10.77.88.99' }), ['10.77', '88.99']],
  ['a computer whose name holds a part of the name', hiding('drop'), connLine({ user: 'zquill-mary', computer: 'xx/yy/zquill', path: 'xx/yy/zquill-mary/a' }), ['zquill', 'mary']],
  ['the other ids of an account', rule('user.name, user.id', 'pseudonymise'), metadata('zq'), ['8589935693', 'S-1-5-21-1104']],
  ['owners in the metadata', rule('user.name', 'pseudonymise'), metadata('victim'), ['victim']],
  ['owners in the metadata, by an administrator', `accounts: {administrators: [zq]}\n${rule('user.name', 'drop').replace('rules: [', "rules: [{when: 'user.roles: administrator', fields: [user.name], do: keep}, ")}`, metadata('victim'), ['victim']],
  ['the line of a message that is dropped', rule('message', 'drop'), failedLine({ user: 'zquill' }), []],
  ['the line of an object that is dropped', rule('qumulo.audit.before', 'drop'), metadata('victim'), ['victim']],
  ['the new path of a rename', rule('file.path', 'drop'), connLine({ path: 'HR/zq.doc -> HR/zquill.doc', action: 'Rename' }), ['HR/', 'zquill.doc', 'zq.doc']],
  ['the cluster of a host', rule('host.name', 'drop'), qumuloLine({ host: 'zquill-1' }), ['zquill']],
]
for (const [what, yaml, line, gone] of cases) {
  test(`hidden too: ${what}`, async () => {
    const [record] = await recordsOf(yaml, [line], true)
    if (!yaml.includes('event.original')) assert.equal(record?.['event.original'], undefined)
    const text = JSON.stringify({ ...record, 'event.original': undefined })
    for (const each of gone) assert.ok(!text.includes(each), `${each} in ${text}`)
  })
}

test('what is no name hides nothing: a computer called "." and root over NFS change no path and no address', async () => {
  const [dot] = await recordsOf(hiding('drop'), [connLine({ computer: '.', path: 'FINANCE/a.b.docx' })])
  assert.equal(dot?.['file.path'], 'FINANCE/a.b.docx')
  const [root] = await recordsOf(rule('user.id', 'pseudonymise'), [qumuloLine({ host: 'groot-0', ip: '10.0.0.1', user: '0', path: '/v 0/0.txt' }).replace('smb2', 'nfs3')])
  assert.equal(root?.['source.address'], '10.0.0.1')
  assert.equal(root?.['host.name'], 'groot-0')
  assert.equal(root?.['file.path'], '/v 0/0.txt')
  assert.match(String(root?.['user.id']), /^anon/)
})

test('a JSON line that writes a name with escapes: the name stands nowhere, and the line is left out', async () => {
  const line = '<14>1 2026-01-27T14:12:27Z groot-2 qumulo - - - {"user_id": {"name": "CORP\\\\zq\\u00e9", "sid": "S-1-5-21-7"}, "user_ip": "10.1.2.3", "protocol": "smb2", "operation": "fs_read_data", "status": "ok", "details": {"path": "/homes/z\\u0071\\u00e9/plan.txt", "file_id": "9"}}'
  const [record] = await recordsOf(hiding('pseudonymise').replace('    - {fields: [event.original], do: keep}\n', ''), [line], true)
  assert.match(String(record?.['file.path']), /^\/homes\/anon[0-9a-f]{16}\/plan\.txt$/)
  assert.equal(record?.['event.original'], undefined)
  assert.doesNotMatch(JSON.stringify(record), /zqé|z\\u0071/i)
})

/** Names that might break the search for them. */
const hostile: readonly string[] = [
  'a', 'Z', '7', '.', '-', '/', '*', '$', '.*', '(a+)+$', '[a-z]', '$&', '$1', '\\', '\\1', '%s', '{}', 'anon', 'removed', '[removed]', '__proto__', 'constructor', 'null', 'undefined', 'a b', 'a  b', "o'brien", '"a"',
  'x'.repeat(255), 'x'.repeat(257), 'x'.repeat(100_000), 'é', '😀', '\u202e', 'a\u0301', '#011', 'homes', 'docx', 'a.docx', 'S-1-5-18', '10.1.2.3', '2026', 'true',
]
for (const user of hostile) {
  test(`a name that might break the search: ${user.slice(0, 20)}`, async () => {
    const enriched = hiding('pseudonymise')
    for (const line of [connLine({ user, path: `homes/${user}/a.docx` }), qumuloLine({ user: csv(user), path: csv(`/homes/${user}/a.docx`) })]) {
      const [plain] = await recordsOf('duplicates: {}\n', [line])
      const [record] = await recordsOf(enriched, [line])
      for (const field of ['user.name', 'user.id'] as const) {
        if (plain?.[field] === undefined) continue
        assert.match(String(record?.[field]), /^anon[0-9a-f]{16}$/)
        assert.ok(!(record?.['related.user'] as string[]).includes(String(plain[field])))
      }
      for (const field of ['@timestamp', 'event.action', 'event.category', 'event.outcome', 'naslog.parser', 'ecs.version']) assert.deepEqual(record?.[field], plain?.[field], field)
    }
  })
}
