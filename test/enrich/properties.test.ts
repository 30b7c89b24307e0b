// Whatever a line holds, with everything configured: a record, of the types that are declared.
import assert from 'node:assert/strict'
import { isUtf8 } from 'node:buffer'
import { isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { createEncoder } from '../../src/encode/record.ts'
import { allFields } from '../../src/fields/index.ts'
import { repairUtf8, toBytes } from '../../src/lib/bytes.ts'
import { fixtureLines, fixtureNames } from '../support/fixtures.ts'
import { flatRecordOf, reception } from '../support/pipeline.ts'
import { mmdb } from './mmdb.ts'
import { connLine, enrichmentOf, pipelineOf, qumuloLine, write } from './support.ts'

const EVERYTHING = `
inventory: {entries: [{match: "*nas*", site: x, zone: Asia/Tokyo, tags: [a]}, {cluster: groot, owner: y}]}
networks: {entries: [{cidr: 0.0.0.0/0, name: all, trust: none}, {cidr: "::/0", name: six}]}
geoip: {city: ${write('properties.mmdb', mmdb([['0.0.0.0/1', { country: { iso_code: 'IT' }, location: { latitude: { double: 1.5 }, longitude: { double: 2 } } }]], 'Test'))}}
accounts: {administrators: ["a*", "*\\\\b"], service: ["*x*y*z*"]}
paths: {entries: [{path: /a/b/c, share: s, sensitivity: high}]}
duplicates: {}
rules:
  - {name: one, when: 'message: "a b" or file.path: *a*b*c* or source.ip: 10.0.0.0/8', do: {tag: t, set: {labels.note: n}}}
  - {name: two, when: 'file.size > 3 and @timestamp > 2020', do: sample 1/3}
privacy:
  key_file: ${write('properties.key', 'k'.repeat(32))}
  rules:
    - {when: "user.name: a*", fields: [user.name, file.name], do: truncate 3}
    - {fields: [user.name, user.domain, user.id, source.domain, source.ip, source.address, host.ip], do: pseudonymise}
    - {fields: [qnap.nas.mac, file.extension], do: drop}
    - {fields: [event.original, message], do: keep}
  unparsed: keep
`
const everything = async () => pipelineOf(await enrichmentOf(EVERYTHING), true)

const lines = fixtureNames().flatMap(fixtureLines)
const fragment = fc.constantFrom(
  ', Action: Delete', ', Source IP: 6.6.6.6', ', Users: root', '","', '""', '"', '\\', '{', '}', '<30>', '\0', '\x1b[31m', '__proto__', 'constructor', '\ud800', 'é', '#011', ' -> ', '---',
  ' '.repeat(50), 'x'.repeat(400), '::ffff:10.0.0.1', '::', '0.0.0.0', '.', '/', '-', '[removed]', 'anon',
)
const hostileLine = fc
  .tuple(fc.constantFrom(...lines), fc.array(fc.tuple(fc.nat(), fc.nat(30), fc.oneof(fragment, fc.string({ unit: 'binary', maxLength: 10 }))), { maxLength: 5 }))
  .map(([line, edits]) => {
    let text = line
    for (const [at, remove, insert] of edits) {
      const position = at % (text.length + 1)
      text = text.slice(0, position) + toBytes(insert) + text.slice(position + remove)
    }
    return repairUtf8(text.replaceAll('\n', ' '))
  })

test('any line with everything configured gives a record of the declared types', async () => {
  const pipeline = await everything()
  const encode = createEncoder({ format: 'ecs' })
  fc.assert(
    fc.property(hostileLine, (line) => {
      const event = pipeline(line, reception)
      const bytes = Buffer.from(encode(event), 'latin1')
      assert.ok(isUtf8(bytes))
      JSON.parse(bytes.toString('utf8'))
      const record = flatRecordOf(event)
      for (const field of allFields) {
        const value = record[field.name]
        if (value === undefined) continue
        for (const each of field.array ? (value as unknown[]) : [value]) {
          assert.ok(each !== '' && each !== null, field.name)
          if (field.type === 'ip') assert.notEqual(isIP(String(each)), 0, `${field.name}: ${String(each)} of ${line}`)
          // rsyslog's own receive time is taken as it comes.
          if (field.type === 'date' && !line.includes('"rcv"')) assert.ok(!Number.isNaN(Date.parse(String(each))), `${field.name}: ${String(each)}`)
          if (field.type === 'long') assert.ok(Number.isSafeInteger(each), field.name)
        }
      }
    }),
    { numRuns: 1500 },
  )
})

for (const piece of ['a', '-ab', 'a ', '/', '.', '*', '10.0.0.1 ', '\\', '$']) {
  test(`long values of ${JSON.stringify(piece)} are no burden`, async () => {
    const pipeline = await everything()
    const long = piece.repeat(Math.ceil(300_000 / piece.length))
    const half = long.slice(0, 150_001)
    for (const line of [
      connLine({ user: half, path: `homes/${long}`, computer: half }),
      connLine({ user: piece.repeat(3), path: `homes/${long}` }),
      qumuloLine({ user: half, path: `/homes/${long}` }),
      qumuloLine({ user: piece.repeat(50), path: `/homes/${long}` }),
    ]) {
      assert.ok(flatRecordOf(pipeline(line, reception))['event.id'])
    }
  })
}
