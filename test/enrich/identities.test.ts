// SIDs, uids and auth ids get their names from a table.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ConfigurationError } from '../../src/config/error.ts'
import { flatRecordOf, reception } from '../support/pipeline.ts'
import { connLine, enrichmentOf, pipelineOf, qumuloLine, recordsOf, withoutFolder, write } from './support.ts'

const TABLE = `id,name,domain,kind
S-1-5-21-1-2-3-1104,alice,CORP,
S-1-5-21-1-2-3-1105,CORP\\bob,,
S-1-5-21-1-2-3-1106,"Ægir, Jr.",CORP,sid
1001,carol,,uid
1001,dave,LOCAL,auth_id
1002,erin,,
1002,second,,
500,boss,LOCAL,auth_id
`
const yaml = (content: string): string => `accounts: {identities: ${write('ids.csv', content)}, administrators: [boss]}\n`
const nfs = (line: string): string => line.replace(',smb2,', ',nfs3,')
const json = (user: Record<string, unknown>): string =>
  `<14>1 2026-01-27T14:12:23Z groot-1 qumulo - - - ${JSON.stringify({ user_id: user, user_ip: '10.1.2.3', protocol: 'smb2', operation: 'fs_read_data', status: 'ok', details: { file_id: '3', path: '/a' } })}`

const cases: readonly (readonly [what: string, line: string, name: string | undefined, domain?: string])[] = [
  ['a SID', qumuloLine({ user: 'S-1-5-21-1-2-3-1104' }), 'alice', 'CORP'],
  ['a name with its domain', qumuloLine({ user: 'S-1-5-21-1-2-3-1105' }), 'bob', 'CORP'],
  ['a name that is no ASCII, with a comma', qumuloLine({ user: 'S-1-5-21-1-2-3-1106' }), 'Ægir, Jr.', 'CORP'],
  ['a uid', nfs(qumuloLine({ user: '1001' })), 'carol'],
  ['an auth id', qumuloLine({ user: '1001' }), 'dave', 'LOCAL'],
  ['a number without a kind, as a uid', nfs(qumuloLine({ user: '1002' })), 'erin'],
  ['a number without a kind, as an auth id', qumuloLine({ user: '1002' }), 'erin'],
  ['an auth id beside a SID that the table does not have', json({ sid: 'S-1-5-21-9-9-9-9', auth_id: '1001' }), 'dave', 'LOCAL'],
  ['a well-known id with another name', qumuloLine({ user: '500' }), 'boss', 'LOCAL'],
  ['a well-known id that the table does not have', qumuloLine({ user: '501' }), 'Guest'],
  ['an id that nobody knows', qumuloLine({ user: 'S-1-5-21-1-2-3-9' }), undefined],
  ['a name in the line', json({ sid: 'S-1-5-21-1-2-3-1104', name: 'OTHER\\zoe' }), 'zoe', 'OTHER'],
  ['a QNAP whose user is called like an id', connLine({ user: '1001' }), '1001'],
]
for (const [what, line, name, domain] of cases) {
  test(`the name of ${what}`, async () => {
    const [record] = await recordsOf(yaml(TABLE), [line])
    assert.equal(record?.['user.name'], name)
    assert.equal(record?.['user.domain'], domain)
    if (name !== undefined) assert.ok((record?.['related.user'] as string[]).includes(name))
    if (name === 'boss') assert.deepEqual(record?.['user.roles'], ['administrator'])
  })
}

test('privacy hides the name that the table gave, and the id', async () => {
  const [record] = await recordsOf(`${yaml(TABLE)}privacy: {rules: [{fields: [user.name, user.domain, user.id], do: drop}]}\n`, [qumuloLine({ user: 'S-1-5-21-1-2-3-1104', path: '/homes/alice/a' })])
  assert.equal(record?.['file.path'], '/homes/[removed]/a')
  assert.doesNotMatch(JSON.stringify(record), /alice|1104/)
})

const refused: readonly (readonly [content: string, error: string])[] = [
  ['id,name\nS-1-5-21-1,\n', 'ids.csv:2: [0].name: expected a text without control characters, found nothing'],
  ['id,name\nalice,S-1-5-21-1\n', 'ids.csv:2: [0].id: expected a SID such as S-1-5-21-1-2-3-1104, or a number, found "alice"'],
  ['id,name,kind\n1,a,gid\n', 'ids.csv:2: [0].kind: expected sid, uid or auth_id, found "gid" (did you mean sid?)'],
  ['id,name,mail\n1,a,b\n', "ids.csv:1: unknown column 'mail'"],
  ['id,name\n__proto__,a\n', 'ids.csv:2: [0].id: expected a SID such as S-1-5-21-1-2-3-1104, or a number, found "__proto__"'],
  ['id,name\n1,"a\nb"\n', 'ids.csv:2: [0].name: expected a text without control characters, found "a\\nb"'],
  ['id,name\n1,"a\n', 'ids.csv:2: expected a closing quote, found the end of the file'],
]
for (const [content, error] of refused) {
  test(`a table of identities is refused at the start, and the old one kept later: ${error}`, async () => {
    await assert.rejects(enrichmentOf(yaml(content)), (thrown: unknown) => {
      assert.ok(thrown instanceof ConfigurationError, String(thrown))
      assert.equal(withoutFolder(thrown.complaints.map(({ where, text }) => `${where}: ${text}`).join()), error)
      return true
    })
    const enrichment = await enrichmentOf(yaml(TABLE))
    const pipeline = pipelineOf(enrichment)
    write('ids.csv', content)
    assert.deepEqual(enrichment.refresh().map(withoutFolder), [`${error}; what was read before stays in use`])
    assert.equal(flatRecordOf(pipeline(qumuloLine({ user: 'S-1-5-21-1-2-3-1104' }), reception))['user.name'], 'alice')
    write('ids.csv', 'id,name\nS-1-5-21-1-2-3-1104,alicia\n')
    assert.equal(enrichment.refresh().length, 1)
    assert.equal(flatRecordOf(pipeline(qumuloLine({ user: 'S-1-5-21-1-2-3-1104' }), reception))['user.name'], 'alicia')
  })
}

test('any text as a table is read, or refused with its line', async () => {
  const cell = fc.oneof(fc.constantFrom('id', 'name', '1', 'S-1-5-18', '"', '""', '#', ',', '\r\n', '\n', '__proto__', '\ufeff', 'é', '\0'), fc.string({ unit: 'binary', maxLength: 4 }))
  await fc.assert(
    fc.asyncProperty(fc.array(cell, { maxLength: 12 }), async (cells) => {
      const text = Buffer.from(`id,name\n${cells.join('')}`).toString()
      const enrichment = await enrichmentOf(yaml(text)).catch((error: unknown) => {
        assert.ok(error instanceof ConfigurationError, String(error))
        for (const { where } of error.complaints) assert.match(withoutFolder(where), /^ids\.csv:\d+$/)
      })
      if (enrichment !== undefined) assert.ok(flatRecordOf(pipelineOf(enrichment)(qumuloLine({ user: '1' }), reception))['event.id'])
    }),
    { numRuns: 300 },
  )
})
