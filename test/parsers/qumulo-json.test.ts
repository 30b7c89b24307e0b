import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createEncoder } from '../../src/encode/record.ts'
import type { Envelope } from '../../src/envelope/envelope.ts'
import { Event } from '../../src/event.ts'
import { fromBytes, toBytes } from '../../src/lib/bytes.ts'
import { qumulo } from '../../src/parsers/qumulo/index.ts'
import { readJson } from '../../src/parsers/qumulo/json.ts'
import type { AuditRecord } from '../../src/parsers/qumulo/record.ts'
import { jsonBody, operationBody, parse } from './qumulo-parse.ts'

const KEYS: [place: 'record' | 'user_id' | 'details', key: string, field: keyof AuditRecord][] = [
  ['record', 'user_ip', 'address'],
  ['record', 'protocol', 'protocol'],
  ['record', 'operation', 'operation'],
  ['record', 'status', 'status'],
  ['user_id', 'name', 'account'],
  ['user_id', 'sid', 'sid'],
  ['user_id', 'auth_id', 'authId'],
  ['details', 'path', 'path'],
  ['details', 'target', 'target'],
  ['details', 'file_id', 'fileId'],
  ['details', 'offset', 'offset'],
  ['details', 'size', 'size'],
  ['details', 'file_size', 'fileSize'],
  ['details', 'extra_name', 'extraName'],
  ['details', 'second_extra_name', 'secondExtraName'],
]

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom('"', '\\', '/', ',', ':', '{', '}', 'a', 'u', '0', ' ', 'é', '日', '😀', '\ud800', '\n', '\0'), maxLength: 20 }),
)
const unknownKey = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'toString', 'status_', 'before', ''), text)
const leaf = fc.oneof(text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
const anything = fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' })
function objectOf(keys: string[], value: fc.Arbitrary<unknown>) {
  return fc
    .array(fc.oneof({ weight: 3, arbitrary: fc.tuple(fc.constantFrom(...keys), value) }, { weight: 1, arbitrary: fc.tuple(unknownKey, anything) }), { maxLength: 8 })
    .map((pairs) => Object.fromEntries(pairs))
}
const keysOf = (place: string) => KEYS.filter(([at]) => at === place).map(([, key]) => key)
const record = fc
  .tuple(objectOf(keysOf('record'), leaf), objectOf(keysOf('user_id'), leaf), objectOf(keysOf('details'), leaf), fc.boolean())
  .map(([top, user_id, details, last]) => (last ? { ...top, user_id, details } : { details, user_id, ...top }))

/** Spellings of one value: as JSON.stringify writes it, with blanks, and with everything beyond ASCII escaped. */
const spellings: ((value: object) => string)[] = [
  (value) => JSON.stringify(value),
  jsonBody,
  (value) => JSON.stringify(value, null, 1),
  (value) => JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0')),
]

test('valid JSON reads as JSON.parse reads it', () => {
  fc.assert(
    fc.property(record, fc.constantFrom(...spellings), (value, spell) => {
      const body = spell(value)
      const read = readJson(toBytes(body))
      assert.deepEqual([read.truncated, read.repaired, read.broken], [false, false, undefined])
      const oracle = JSON.parse(body) as Record<string, Record<string, unknown>>
      for (const [place, key, field] of KEYS) {
        const holder: Record<string, unknown> = place === 'record' ? oracle : (oracle[place] as Record<string, unknown>)
        const expected = Object.hasOwn(holder, key) ? holder[key] : undefined
        if (typeof expected === 'string') assert.equal(read[field], toBytes(expected), key)
        else if (typeof expected === 'number') assert.equal(Number(read[field]), expected, key)
        else assert.equal(read[field], undefined, key)
      }
    }),
    { numRuns: 500 },
  )
})

test('whatever JSON.parse refuses is flagged, and the record is valid JSON all the same', () => {
  const edit = fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.string({ unit: fc.constantFrom('"', '\\', ',', ':', '{', '}', '[', ']', ' ', '0', '-', 'n', 'u', 'é'), maxLength: 3 }))
  fc.assert(
    fc.property(record, fc.constantFrom(...spellings), fc.array(edit, { minLength: 1, maxLength: 3 }), (value, spell, edits) => {
      let body = spell(value)
      for (const [where, remove, insert] of edits) {
        const at = 1 + (where % body.length)
        body = body.slice(0, at) + insert + body.slice(at + remove)
      }
      const result = parse(body)
      assert.ok(result !== undefined)
      let valid = true
      try {
        JSON.parse(fromBytes(toBytes(body)))
      } catch {
        valid = false
      }
      if (!valid) assert.ok(result['naslog.problems'] !== undefined, body)
    }),
    { numRuns: 1000 },
  )
})

const full = operationBody('fs_rename', { file_id: '4', before: { ctime: '2024-06-11T14:55:43Z', owner: { sid: 'S-1-1' } }, path: '/a\\b"é', target: '/target' })

test('JSON that was cut anywhere keeps the members before the cut', () => {
  const bytes = toBytes(full)
  const whole = readJson(bytes)
  for (let length = 1; length < bytes.length; length++) {
    const cut = readJson(bytes.slice(0, length))
    assert.equal(cut.broken, undefined)
    assert.equal(cut.repaired, false)
    assert.equal(cut.truncated, true)
    for (const [, , field] of KEYS) {
      const value = cut[field] as string | undefined
      if (value === undefined) continue
      const original = whole[field] as string
      if (field === 'path' || field === 'target') assert.ok(original.startsWith(value))
      else assert.equal(value, original)
    }
    if (cut.before !== undefined) assert.deepEqual(cut.before, whole.before)
  }
})

test('a cut path is kept, marked as cut', () => {
  const result = parse(full.slice(0, full.indexOf('\\\\b')))
  assert.equal(result?.['file.path'], '/a')
  assert.equal(result?.['event.action'], 'rename')
  assert.equal(result?.['event.kind'], 'event')
  assert.equal(result?.['naslog.truncated'], true)
  assert.deepEqual(result?.['naslog.problems'], ['truncated'])
})

test('JSON members that are kept as they stand hold no control character', () => {
  const states = { before: { 'k\x7f\u0085': 'a\u009bb' }, after: { k: ['\u0080\u009f\x7f'], 'é\u00a0': '\u00a0' } }
  const body = operationBody('fs_write_metadata', { path: '/a', ...states }, { 'new\u0085': 'x\x7f' })
  const event = new Event()
  assert.ok(qumulo.parse({ line: toBytes(body), body: toBytes(body), appname: 'qumulo' } as Envelope, event))
  const text = fromBytes(createEncoder({ format: 'flat' })(event))
  assert.doesNotMatch(text.trimEnd(), /[\x00-\x1f\x7f-\x9f]/)
  const record = JSON.parse(text) as Record<string, unknown>
  assert.deepEqual(record['qumulo.audit.before'], states.before)
  assert.deepEqual(record['qumulo.audit.after'], states.after)
  assert.deepEqual(record['qumulo.audit.unmapped'], { 'new\u0085': 'x\x7f' })
})

test('a time of the details that the calendar does not have is left out', () => {
  const state = { ctime: '2026-04-31T00:00:00Z', mtime: '2026-04-30T00:00:00.123456789Z' }
  const result = parse(operationBody('fs_write_metadata', { path: '/a', before: state, after: state }))
  assert.equal(result?.['file.ctime'], undefined)
  assert.equal(result?.['file.mtime'], state.mtime)
})

test('JSON that was cut before its operation is broken, and keeps what it has', () => {
  const result = parse('{"details": {"path": "/some/fi')
  assert.equal(result?.['event.kind'], 'pipeline_error')
  assert.equal(result?.['file.path'], '/some/fi')
  assert.equal(result?.['event.action'], undefined)
  assert.equal(result?.['error.message'], 'expected the operation, found the end of the line')
})

test('backslashes that are no escapes stand for themselves', () => {
  const result = parse('{"user_id": {"name": "AD\\alice"}, "user_ip": "::1", "protocol": "api", "operation": "rest_login", "status": "ok", "details": {"before": {"x": "\\q"}}}')
  assert.equal(result?.['user.name'], 'alice')
  assert.equal(result?.['user.domain'], 'AD')
  assert.deepEqual(result?.['qumulo.audit.before'], { x: '\\q' })
  assert.deepEqual(result?.['naslog.problems'], ['json_repaired'])
})

const failures: [what: string, body: string, message: RegExp][] = [
  ['text behind the object', operationBody('fs_open', {}) + ' x', /expected the end of the line at byte \d+ of the JSON, found "x"/],
  ['a value without quotes', '{"user_ip": "::1", "operation": fs_open}', /expected a value at byte 32 of the JSON, found "fs_open}"/],
  ['a missing comma', '{"operation": "fs_open" "status": "ok"}', /expected , or }/],
  ['a missing colon', '{"operation" "fs_open"}', /expected :/],
  ['a comma too many', '{"operation": "fs_open",}', /expected a key/],
  ['no operation', '{"user_ip": "::1", "status": "ok"}', /expected the operation, found a record without it/],
  ['an operation that is no text', '{"operation": {"a": 1}}', /expected the operation/],
  ['metadata that is no JSON', operationBody('fs_open', {}).replace('{}', '{"before": {a}}'), /expected a JSON object of at most 16 levels as qumulo.audit.before, found "{a}"/],
  ['metadata that is too deep', operationBody('fs_open', {}).replace('{}', '{"after": ' + '{"a":'.repeat(17) + '1' + '}'.repeat(17) + '}'), /at most 16 levels/],
]
for (const [what, body, message] of failures) {
  test(`broken JSON: ${what}`, () => {
    const result = parse(body)
    assert.equal(result?.['event.kind'], 'pipeline_error')
    assert.match(String(result?.['error.message']), message)
  })
}

test('members without a field of their own are kept where they stood', () => {
  const body = operationBody('fs_open', { path: '/a', new_key: { deep: [1, 'é'] }, flag: true, nothing: null }, { version: 12345678901234567890n.toString(), size: [] })
  assert.deepEqual(parse(body.replace('"admin"', '"admin", "uid": 7'))?.['qumulo.audit.unmapped'], {
    version: '12345678901234567890',
    size: [],
    user_id: { uid: 7 },
    details: { new_key: { deep: [1, 'é'] }, flag: true },
  })
})

test('keys of Object.prototype are keys like any other', () => {
  const body = '{"__proto__": {"operation": "fs_delete"}, "constructor": 1, "operation": "fs_open", "user_ip": "::1", "protocol": "smb2", "status": "ok", "details": {"before": {"__proto__": {"x": 1}}, "__proto__": 5}}'
  const result = parse(body)
  assert.equal(result?.['event.action'], 'open')
  assert.equal(JSON.stringify(result?.['qumulo.audit.unmapped']), '{"__proto__":{"operation":"fs_delete"},"constructor":1,"details":{"__proto__":5}}')
  assert.equal(JSON.stringify(result?.['qumulo.audit.before']), '{"__proto__":{"x":1}}')
  assert.equal(({} as Record<string, unknown>)['x'], undefined)
})

test('of duplicate keys the last counts, and the output has it once', () => {
  const body = '{"operation": "fs_delete", "operation": "fs_open", "user_ip": "::1", "protocol": "smb2", "status": "ok", "details": {"after": {"a": "é", "a": "\\u00e9\\u65e5", "n": [{"b": 1, "b": 2}]}, "x": 1, "x": 2}}'
  const result = parse(body)
  assert.equal(result?.['event.action'], 'open')
  assert.equal(JSON.stringify(result?.['qumulo.audit.after']), '{"a":"é日","n":[{"b":2}]}')
  assert.deepEqual(result?.['qumulo.audit.unmapped'], { details: { x: 2 } })
})

const numbers: [written: string, size: unknown, exact: unknown][] = [
  ['0', 0, undefined],
  ['"261456"', 261456, undefined],
  ['9007199254740991', 9007199254740991, undefined],
  ['9007199254740993', undefined, '9007199254740993'],
  ['9223372036854775807', undefined, '9223372036854775807'],
  ['-1', undefined, '-1'],
  ['1.5', undefined, '1.5'],
  ['1e3', undefined, '1e3'],
  ['null', undefined, undefined],
  ['""', undefined, undefined],
]
for (const [written, size, exact] of numbers) {
  test(`size written as ${written}`, () => {
    const result = parse(operationBody('fs_write_data', { path: '/a' }).replace('"/a"', `"/a", "size": ${written}, "offset": ${written}, "file_size": ${written}`))
    assert.deepEqual([result?.['qumulo.audit.size'], result?.['qumulo.audit.size_exact']], [size, exact])
    assert.deepEqual([result?.['qumulo.audit.offset'], result?.['qumulo.audit.offset_exact']], [size, exact])
    assert.deepEqual([result?.['file.size'], result?.['qumulo.audit.file_size_exact']], [size, exact])
  })
}

test('nothing in a string forges a member', () => {
  const hostile = fc.oneof(text, fc.constantFrom('"status": "ok"', '", "status": "ok', '\\", "status": "ok", "x": "\\', '"}, "operation": "fs_open", "details": {"path": "'))
  fc.assert(
    fc.property(hostile, hostile, hostile, (path, target, name) => {
      const body = operationBody('fs_rename', { path: '/' + path, target, file_id: '9' }, { status: 'fs_read_only_error', user_id: { name: 'AD\\' + name } })
      const result = parse(body)
      const utf8 = (value: string) => Buffer.from(value).toString()
      assert.equal(result?.['file.path'], utf8('/' + path))
      assert.equal(result?.['qumulo.audit.target_path'], target === '' ? undefined : utf8(target))
      assert.equal(result?.['qumulo.audit.user.name'], utf8('AD\\' + name))
      assert.equal(result?.['event.outcome'], 'failure')
      assert.equal(result?.['file.inode'], '9')
      assert.equal(result?.['naslog.problems'], undefined)
    }),
    { numRuns: 300 },
  )
})

test('a megabyte of anything is read in linear time, without recursion', () => {
  const long = 1 << 20
  const start = '{"user_ip": "::1", "operation": "fs_open", "details": {"path": "/a", '
  for (const unit of ['[', '{"a":', '"', '\\', '\\"', '\\u', '\\u0041', '"a": 1, ', '"a": {}, ', '0', ' ', '"\\', '[]', '{"a":[']) {
    const fill = unit.repeat(long / unit.length)
    for (const body of [start + fill, start + '"before": {"x": ' + fill, start + '"x": "' + fill + '"}}', start + '"x": ' + fill + '}}', '{' + fill]) parse(body)
  }
})
