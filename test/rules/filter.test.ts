import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Event } from '../../src/event.ts'
import { Json } from '../../src/fields/declare.ts'
import { F } from '../../src/fields/index.ts'
import { compileFilter } from '../../src/rules/filter.ts'
import { FilterError } from '../../src/rules/filter-error.ts'

function sample(): Event {
  const event = new Event()
  event.set(F['@timestamp'], '2026-06-09T10:20:15.123456789+02:00')
  event.set(F.message, '[Users] Failed to log in via user account "J\xc3\xb6rg".')
  event.set(F.tags, ['year_inferred', 'dmz'])
  event.set(F['event.action'], 'delete')
  event.set(F['user.name'], 'svc-backup')
  event.set(F['user.domain'], 'CORP')
  event.set(F['source.ip'], '10.1.2.3')
  event.set(F['host.ip'], ['2001:db8::7', '::ffff:192.0.2.9'])
  event.set(F['file.path'], 'FINANCE/B\xc3\xbcro/a (1) "x".docx')
  event.set(F['file.size'], 1_000_000)
  event.set(F['naslog.truncated'], true)
  event.set(F['log.syslog.structured_data'], new Json('{"a":{}}'))
  event.set(F['process.name'], 'and')
  event.set(F['source.domain'], 'a*b')
  return event
}

const holds = [
  'event.action: delete',
  'event.action:delete',
  '  event.action  :  delete  ',
  'event.action: (delete or rename)',
  'event.action: (rename or (write or delete))',
  'event.action: (not rename)',
  'user.name: (a or b or svc-backup) and event.action: (a or delete)',
  'tags: (a or dmz)',
  'user.name: a or event.action: delete',
  'not user.name: (svc or backup)',
  'event.action: (d* and not rename)',
  'event.action: (delete or rename) and not user.name: adm-*',
  'not event.action: read and user.name: svc-*',
  'not not event.action: delete',
  'NOT event.action: read AND user.name: svc-* Or event.action: x',
  'not(event.action: read)and user.name: svc-*',
  // and binds closer than or
  'event.action: delete or event.action: x and event.action: y',
  'event.action: x and event.action: y or event.action: delete',
  'user.name: *',
  'user.name: **',
  'user.name: svc*',
  'user.name: *backup',
  'user.name: s*c*b*up',
  'user.name: svc-backup*',
  'user.name: "svc-backup"',
  'not user.name: "svc-*"',
  'not user.name: SVC-backup',
  'not user.name: svc-backu',
  'not user.name: sv*vc-backup',
  'not user.id: *',
  'source.domain: a\\*b',
  'source.domain: "a*b"',
  'not source.domain: a\\*',
  'process.name: "and"',
  'process.name: and*',
  'tags: dmz',
  'tags: (x or dmz)',
  'tags: d*',
  'not tags: z*',
  // not of an array field: no member fits
  'not tags: (x or y)',
  'file.path: FINANCE/Büro/*',
  'file.path: "FINANCE/Büro/a (1) \\"x\\".docx"',
  'file.path: *\\ \\(1\\)\\ *.docx',
  'file.size > 999999',
  'file.size >= 1000000 and file.size <= 1000000',
  'file.size: 1000000',
  'file.size>999999.5',
  'not file.size < 1000000',
  'not process.pid > 0 and not process.pid <= 0',
  'source.ip: 10.0.0.0/8',
  'source.ip: 10.1.2.3',
  'source.ip: ::ffff:10.1.2.3',
  'source.ip: (192.168.0.0/16 or 10.1.2.0/24)',
  'not source.ip: 10.1.2.4/31',
  'source.ip > 9.255.255.255 and source.ip < 10.1.2.4',
  'host.ip: 2001:db8::/32',
  'host.ip: 192.0.2.0/24',
  'not host.ip: 2001:db9::/32',
  'source.ip: 0.0.0.0/0',
  'not source.ip: 2001::/16',
  '@timestamp: 2026',
  '@timestamp: 2026-06',
  '@timestamp: "2026-06-09"',
  '@timestamp: 2026-06-09T08:20',
  '@timestamp: 2026-06-09T08:20:15.123Z',
  '@timestamp: 2026-06-09T10:20:15+02:00',
  '@timestamp >= "2026-01-01"',
  '@timestamp >= 2026-06-09',
  'not @timestamp > 2026-06-09',
  '@timestamp <= 2026-06-09',
  'not @timestamp < 2026-06-09',
  '@timestamp < 2026-06-09T08:20:15.124Z',
  'naslog.truncated: true',
  'not naslog.truncated: false',
  'log.syslog.structured_data: *',
  'message: failed',
  'message: "failed to LOG in"',
  'message: Jörg',
  'message: fail*account',
  'message: "account \\"Jörg\\""',
  'not message: fail',
  'not message: "log via"',
  'not message: örg',
]

for (const text of holds) test(`filter holds: ${text}`, () => assert.equal(compileFilter(text).matches(sample()), true))
for (const text of holds) {
  test(`filter holds not: not (${text})`, () => assert.equal(compileFilter(`not (${text})`).matches(sample()), false))
}

test('an absent field fits nothing, neither value nor range', () => {
  const empty = new Event()
  for (const text of ['user.name: *', 'user.name: x', 'file.size < 5', '@timestamp: 2026', 'source.ip: ::/0', 'message: x', 'tags: x', 'naslog.truncated: false']) {
    assert.equal(compileFilter(text).matches(empty), false, text)
  }
})

const refused: readonly (readonly [text: string, column: number, message: string])[] = [
  ['', 1, 'expected a filter such as `event.action: delete`, found nothing'],
  ['   ', 1, 'expected a filter such as `event.action: delete`, found nothing'],
  ['usr.name: x', 1, "no field is called 'usr.name' (did you mean user.name?)"],
  ['event.action: x and usr.nme: y', 21, "no field is called 'usr.nme' (did you mean user.name?)"],
  ['delete', 1, "no field is called 'delete'"],
  ['user.name', 10, 'expected `:`, `<`, `<=`, `>` or `>=` behind user.name, found the end'],
  ['user.name = x', 11, "expected `:`, `<`, `<=`, `>` or `>=` behind user.name, found '='; equal is `:`, unequal is `not` before the field"],
  ['user.name!=x', 10, "expected `:`, `<`, `<=`, `>` or `>=` behind user.name, found '!=x'; equal is `:`, unequal is `not` before the field"],
  ['user.name:', 11, 'expected a value behind user.name:, found the end'],
  ['user.name: )', 12, "expected a value behind user.name:, found ')'"],
  ['file.size > (1 or 2)', 13, "expected a value behind file.size >, found '('"],
  ['user.name: and', 12, "expected a value, found the keyword 'and'; as a value it needs quotes"],
  ['user.name: a b', 14, "expected `and`, `or` or the end, found 'b'; a value with blanks needs quotes"],
  ['user.name: (a b)', 15, "expected `)` for the `(` at column 12, found 'b'"],
  ['(user.name: a', 14, 'expected `)` for the `(` at column 1, found the end'],
  ['user.name: a)', 13, "expected `and`, `or` or the end, found ')'"],
  ['user.name: a and', 17, 'expected the name of a field, found the end'],
  ['user.name: a or or user.name: b', 17, "expected the name of a field, found 'or'"],
  ['not', 4, 'expected the name of a field, found the end'],
  ['user.name: "a', 12, 'expected a closing quote for this one, found the end'],
  ['file.path: C:\\temp', 14, 'expected one of \\ " * ( ) : behind a backslash; a backslash itself is written twice'],
  ['file.path: "C:\\', 15, 'expected one of \\ " * ( ) : behind a backslash; a backslash itself is written twice'],
  ['file.size: big', 12, 'expected behind file.size: a number, found big'],
  ['file.size > 1*', 13, 'expected behind file.size > a number, found 1*'],
  ['user.name > a', 13, 'expected behind user.name > `:`: only numbers, dates and addresses have an order, found a'],
  ['source.ip: 10.0.0.1/8', 12, 'expected behind source.ip: an address, or a network such as 10.0.0.0/8 whose bits behind the prefix are zero, found 10.0.0.1/8'],
  ['source.ip: 10.*', 12, 'expected behind source.ip: an address, or a network such as 10.0.0.0/8 whose bits behind the prefix are zero, found 10.*'],
  ['source.ip > 10.0.0.0/8', 13, 'expected behind source.ip > an address, found 10.0.0.0/8'],
  ['@timestamp > 2026-02-30', 14, 'expected behind @timestamp > a date such as 2026-01-31 or a time such as 2026-01-31T10:30:00Z, found 2026-02-30'],
  ['@timestamp > now-1d', 14, 'expected behind @timestamp > a date such as 2026-01-31 or a time such as 2026-01-31T10:30:00Z, found now-1d'],
  ['naslog.truncated: yes', 19, 'expected behind naslog.truncated: true or false, found yes'],
  ['log.syslog.structured_data: a', 29, 'expected behind log.syslog.structured_data: `*`: of an object only its presence can be tested, found a'],
  ['user.name: é and é: x', 18, "no field is called 'é'"],
  ['user.name: 😀 and x', 18, "no field is called 'x'"],
  ['user.nam\x1b: x', 1, "no field is called 'user.nam\\x1b' (did you mean user.name?)"],
  ['('.repeat(200), 101, 'expected at most 100 parentheses within each other'],
  ['not '.repeat(200), 401, 'expected at most 100 parentheses within each other'],
]

for (const [text, column, message] of refused) {
  test(`filter refused: ${text.slice(0, 50)}`, () => {
    assert.throws(() => compileFilter(text), (error: unknown) => {
      assert.ok(error instanceof FilterError)
      assert.deepEqual([error.column, error.message], [column, message])
      return true
    })
  })
}

test('a filter names the fields that it looks at, each once', () => {
  const { fields } = compileFilter('user.name: a or (not source.ip: 10.0.0.0/8 and user.name: b)')
  assert.deepEqual(fields.map(({ name }) => name), ['user.name', 'source.ip'])
})

interface Tree {
  readonly text: string
  readonly value: boolean
}

/** Random filters with their value; every operand is put into parentheses where its operator needs them. */
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom<Tree>(
      { text: 'event.action: delete', value: true },
      { text: 'user.name: nobody', value: false },
      { text: 'file.size >= 5', value: true },
      { text: 'tags: (a or "b" or dmz)', value: true },
    ),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => ({ text: `(${a.text}) and (${b.text})`, value: a.value && b.value })),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => ({ text: `(${a.text})or(${b.text})`, value: a.value || b.value })),
    tie('tree').map((a) => ({ text: `not (${a.text})`, value: !a.value })),
  ),
}))

test('any combination has the value of its parts', () => {
  fc.assert(fc.property(tree, ({ text, value }) => assert.equal(compileFilter(text).matches(sample()), value)), { numRuns: 500 })
})

test('without parentheses: or of ands of nots', () => {
  const literal = fc.tuple(fc.boolean(), fc.boolean()).map(([negated, value]) => ({
    text: `${negated ? 'not ' : ''}event.action: ${value ? 'delete' : 'x'}`,
    value: negated !== value,
  }))
  fc.assert(
    fc.property(fc.array(fc.array(literal, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }), (ors) => {
      const text = ors.map((ands) => ands.map((each) => each.text).join(' and ')).join(' or ')
      const value = ors.some((ands) => ands.every((each) => each.value))
      assert.equal(compileFilter(text).matches(sample()), value)
    }),
    { numRuns: 300 },
  )
})

test('any text is a filter or a FilterError within the text', () => {
  const piece = fc.constantFrom('user.name', 'source.ip', ':', ' ', '(', ')', 'and', 'or', 'not', '"', '\\', '*', '<', '>=', '10.0.0.0/8', 'x', 'é', '\0')
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))), (text) => {
      try {
        compileFilter(text).matches(sample())
      } catch (error) {
        assert.ok(error instanceof FilterError, String(error))
        assert.ok(error.column >= 1 && error.column <= [...text].length + 1)
      }
    }),
    { numRuns: 1000 },
  )
})

test('any value in quotes fits exactly itself', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (value, other) => {
      const filter = compileFilter(`user.name: "${value.replace(/["\\]/g, '\\$&')}"`)
      for (const text of [value, other]) {
        const event = new Event()
        event.set(F['user.name'], Buffer.from(text).toString('latin1'))
        assert.equal(filter.matches(event), Buffer.from(text).equals(Buffer.from(value)))
      }
    }),
    { numRuns: 300 },
  )
})

test('of a long text an error shows its beginning', () => {
  for (const text of [`${'x'.repeat(1_000_000)}: a`, `file.size: ${'x'.repeat(1_000_000)}`, `user.name: a ${'x'.repeat(1_000_000)}`]) {
    assert.throws(() => compileFilter(text), (error: unknown) => error instanceof FilterError && error.message.length < 200)
  }
})
