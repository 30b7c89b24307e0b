// Whatever a line holds: one record, valid JSON and UTF-8, nothing empty, nothing that a terminal would obey.
import assert from 'node:assert/strict'
import { isUtf8 } from 'node:buffer'
import { test } from 'node:test'
import fc from 'fast-check'
import { createEncoder } from '../src/encode/record.ts'
import { allFields } from '../src/fields/index.ts'
import { repairUtf8, toBytes } from '../src/lib/bytes.ts'
import { fixtureLines, fixtureNames } from './support/fixtures.ts'
import { reception, testPipeline } from './support/pipeline.ts'

const pipeline = testPipeline()
const encoders = [createEncoder({ format: 'ecs' }), createEncoder({ format: 'flat' })]
const lines = fixtureNames().flatMap(fixtureLines)

/** Pieces that break naive parsers. */
const fragment = fc.constantFrom(
  ', Action: Delete', ', Source IP: 6.6.6.6', ', Computer name: evil', ', Users: root', ', Accessed resources: x', 'conn log: Users: ', '","', '""', '"', '\\', '\\"',
  '{', '}', '{"', '": "', '[', ']', '<30>', '<14>1 ', 'qulogd[1]: ', ' qumulo ', 'Jun  9 10:20:15 ', '2026-01-01T00:00:00Z ', '\0', '\t', '\r', '\x1b[31m', '\x7f', '\u009b', '\u202e',
  '__proto__', 'constructor', '\ud800', '\u{1f600}', 'é', '\ufeff', '#011', '#000', ' -> ', '---', '(null)', ' '.repeat(50), 'x'.repeat(2000), '[QuLog@Access ip="', 'message repeated 3 times: [',
)
const anything = fc.oneof(fragment, fc.string({ maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 20 }))

/** A real line with pieces put in, cut out and cut off; as a byte string, perhaps not even UTF-8. */
const hostileLine = fc
  .tuple(fc.constantFrom(...lines), fc.array(fc.tuple(fc.nat(), fc.nat(30), anything), { maxLength: 5 }), fc.option(fc.nat()), fc.boolean())
  .map(([line, edits, cut, raw]) => {
    let text = line
    for (const [at, remove, insert] of edits) {
      const position = at % (text.length + 1)
      text = text.slice(0, position) + (raw ? insert : toBytes(insert)) + text.slice(position + remove)
    }
    return (cut === null ? text : text.slice(0, cut % (text.length + 1))).replaceAll('\n', ' ')
  })

function assertNothingEmpty(value: unknown, path: string): void {
  assert.notEqual(value, '', `${path} is empty`)
  assert.notEqual(value, null, `${path} is null`)
  if (typeof value !== 'object' || value === null) return
  if (path.startsWith('.qumulo.audit.before') || path.startsWith('.qumulo.audit.after') || path.startsWith('.qumulo.audit.unmapped')) return
  if (path.startsWith('.log.syslog.structured_data')) return
  const members = Object.entries(value)
  if (path !== '') assert.ok(members.length > 0, `${path} has no members`)
  for (const [key, member] of members) assertNothingEmpty(member, `${path}.${key}`)
}

test('properties: any line gives one clean record', () => {
  fc.assert(
    fc.property(fc.oneof(hostileLine, fc.string({ maxLength: 300 }).map((text) => toBytes(text.replaceAll('\n', ' ')))), (line) => {
      // The rim repairs what is not UTF-8 before the pipeline sees it.
      const text = repairUtf8(line.replace(/[^\0-\xff]/g, '?'))
      for (const encode of encoders) {
        const record = encode(pipeline(text, reception))
        const bytes = Buffer.from(record, 'latin1')
        assert.ok(isUtf8(bytes), 'not UTF-8')
        assert.doesNotMatch(record, /[\x00-\x1f\x7f]|\xc2[\x80-\x9f]/, 'a raw control character')
        const parsed = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>
        assertNothingEmpty(parsed, '')
        assert.equal(Object.getPrototypeOf(parsed), Object.prototype)
      }
    }),
    { numRuns: 4000 },
  )
})

test('properties: an address or a time holds nothing that a record would have to escape', () => {
  const plain = allFields.filter(({ type, array }) => (type === 'ip' || type === 'date') && !array)
  const check = (line: string): void => {
    const event = pipeline(repairUtf8(line), reception)
    for (const field of plain) {
      const value = event.get(field)
      if (value !== undefined) assert.match(String(value), /^[\dA-Za-z:.+-]+$/, field.name)
    }
  }
  lines.forEach(check)
  fc.assert(fc.property(hostileLine, (line) => check(line.replace(/[^\0-\xff]/g, '?'))), { numRuns: 2000 })
})

test('properties: of a plain event, no text but that of raw fields needs an escape, and not to look for any changes nothing', () => {
  let plainEvents = 0
  const check = (line: string): void => {
    const event = pipeline(line, reception)
    if (!event.isPlain) return
    plainEvents++
    for (const field of allFields) {
      const value = event.get(field)
      if (field.raw || !(typeof value === 'string' || Array.isArray(value))) continue
      assert.doesNotMatch([value].flat().join(), /[\x00-\x1f"\\\x7f]|\xc2[\x80-\x9f]/, field.name)
    }
    const records = encoders.map((encode) => encode(event))
    event.isPlain = false
    assert.deepEqual(records, encoders.map((encode) => encode(event)))
  }
  lines.forEach(check)
  assert.ok(plainEvents > lines.length / 4, `${plainEvents} of ${lines.length} real lines`)
  fc.assert(fc.property(hostileLine, (line) => check(repairUtf8(line.replace(/[^\0-\xff]/g, '?')))), { numRuns: 4000 })
  // One piece in a line that is plain otherwise: nearly all that the above leaves is no longer plain.
  const plainLines = lines.filter((line) => pipeline(line, reception).isPlain)
  fc.assert(
    fc.property(fc.constantFrom(...plainLines), fc.nat(), fc.oneof(anything, fc.constantFrom('"', '\\', '\x7f', '\xc2\x9b', '\xc2\xb0', '\x1b')), (line, at, piece) => {
      const position = at % (line.length + 1)
      check(repairUtf8(line.slice(0, position) + toBytes(piece.replaceAll('\n', ' ')) + line.slice(position)))
    }),
    { numRuns: 4000 },
  )
  // Pieces of a content become fields: the application of its bracket, and names.
  for (const content of ['[Power] Restarting NAS.', '[Users] Created user "bob".', '[Shared Folders] Deleted shared folder "Public/x".']) {
    const line = `<30>Jun  9 10:20:15 NAS qulogd[1]: event log: Users: admin, Source IP: 10.0.0.1, Computer name: pc, Application: ---, Category: General, Content: ${content}`
    assert.ok(pipeline(line, reception).isPlain)
    for (let at = 0; at <= line.length; at++) for (const piece of ['"', '\\', '\x1b']) check(line.slice(0, at) + piece + line.slice(at))
  }
})

test('properties: the same line, read again from the start, has the same id; equal lines do not collapse', () => {
  const ids = (): string[] => {
    const fresh = testPipeline()
    return [...lines, ...lines, ...lines].map((line) => {
      const [id] = /"id":"[0-9a-f]{32}"/.exec(encoders[0]?.(fresh(line, reception)) ?? '') ?? []
      assert.ok(id)
      return id
    })
  }
  const first = ids()
  assert.deepEqual(ids(), first)
  assert.equal(new Set(first).size, first.length)
})

for (const [name, piece] of [
  ['Source IP', ', Source IP: 1.1.1.1, Computer name: x'],
  ['Action', ', Action: Delete'],
  ['quotes', '","'],
  ['doubled quotes', '""'],
  ['backslashes', '\\'],
  ['open objects', '{"a":'],
  ['open arrays', '['],
  ['arrows', 'a -> a/'],
  ['header', 'Jun  9 10:20:15 h '],
  ['escapes', '#015'],
  ['blanks', ' '],
] as const) {
  test(`properties: a line of 1 MB of ${name} gives a record`, () => {
    const filler = piece.repeat(Math.ceil(1_000_000 / piece.length))
    for (const line of [
      filler,
      `Jun  9 10:20:15 NAS qulogd[1]: conn log: Users: ${filler}`,
      `Jun  9 10:20:15 NAS qulogd[1]: conn log: Users: bob, Source IP: 10.0.0.1, Computer name: ---, Connection type: SAMBA, Accessed resources: ${filler}, Action: Read`,
      `Jun  9 10:20:15 NAS qulogd[1]: event log: Users: bob, Source IP: 10.0.0.1, Computer name: ---, Content: [Users] Created user "${filler}".`,
      `<30>1 2026-06-28T19:39:06Z nas qulogd: 1 - [QuLog@Access user="${filler}"] x`,
      `2026-01-27T14:12:23Z groot-1 qumulo 10.0.0.1,"a",smb2,fs_delete,ok,1,"${filler}",""`,
      `2026-01-27T14:12:23Z groot-1 qumulo {"user_ip": "10.0.0.1", "operation": "fs_delete", "details": {"path": "${filler}"}}`,
      `2026-01-27T14:12:23Z groot-1 qumulo {"user_ip": "10.0.0.1", "operation": "fs_delete", "details": ${filler}`,
    ]) {
      assert.doesNotThrow(() => JSON.parse(encoders[0]?.(pipeline(line, reception)) ?? ''))
    }
  })
}
