import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createSyslogEncoder, type SyslogContent } from '../../src/encode/syslog5424.ts'
import { parameterName } from '../../src/encode/structured-data.ts'
import { Event } from '../../src/event.ts'
import { Json, type Value } from '../../src/fields/declare.ts'
import { allFields, F } from '../../src/fields/index.ts'
import { fromBytes, toBytes } from '../../src/lib/bytes.ts'

type Values = Partial<Record<keyof typeof F, Value>>

function eventOf(values: Values): Event {
  const event = new Event()
  for (const [name, value] of Object.entries(values)) event.values[F[name as keyof typeof F].index] = value
  return event
}

const encode = (content: SyslogContent, values: Values, options = {}): string => fromBytes(createSyslogEncoder({ content, ...options })(eventOf(values)))

const header: Values = {
  '@timestamp': '2026-06-09T10:30:00.5+02:00',
  'log.syslog.priority': 30,
  'log.syslog.hostname': 'NAS8E49A8',
  'log.syslog.appname': 'qulogd',
  'log.syslog.procid': '29981',
  'event.dataset': 'qnap_nas.log',
}

describe('the header of RFC 5424', () => {
  const fields = [F['user.name']]
  const cases: readonly (readonly [name: string, values: Values, expected: string])[] = [
    ['everything', header, '<30>1 2026-06-09T10:30:00.5+02:00 NAS8E49A8 qulogd 29981 qnap_nas.log -'],
    ['nothing', {}, '<134>1 - - naslog - - -'],
    ['a priority that does not exist', { 'log.syslog.priority': 999 }, '<134>1 - - naslog - - -'],
    ['priority 0', { 'log.syslog.priority': 0 }, '<0>1 - - naslog - - -'],
    ['six digits of nine', { '@timestamp': '2021-05-18T00:50:00.123456789Z' }, '<134>1 2021-05-18T00:50:00.123456Z - naslog - - -'],
    ['no digits', { '@timestamp': '2021-05-18T00:50:00Z' }, '<134>1 2021-05-18T00:50:00Z - naslog - - -'],
    ['the address of the sender', { 'naslog.sender.address': '2001:db8::1' }, '<134>1 - 2001:db8::1 naslog - - -'],
    ['blanks, brackets and control characters', { 'log.syslog.appname': 'a b\nc]é', 'log.syslog.hostname': 'x y' }, '<134>1 - x_y a_b_c]_ - - -'],
    ['long names', { 'log.syslog.appname': 'a'.repeat(49), 'log.syslog.msgid': 'm'.repeat(33), 'log.syslog.procid': 'p'.repeat(129), 'log.syslog.hostname': 'h'.repeat(256) },
      `<134>1 - ${'h'.repeat(255)} ${'a'.repeat(48)} ${'p'.repeat(128)} ${'m'.repeat(32)} -`],
  ]
  for (const [name, values, expected] of cases) {
    test(name, () => assert.equal(encode('structured-data', values, { fields }), expected))
  }
  test('a fixed APP-NAME', () => assert.equal(encode('structured-data', header, { fields, appName: 'my naslog' }).split(' ')[3], 'my_naslog'))
})

test('ECS JSON is the record behind an empty structured data, without a byte order mark', () => {
  const message = encode('ecs', { ...header, 'user.name': toBytes('zoë') }, { fields: [F['user.name'], F['event.dataset']] })
  assert.equal(message, '<30>1 2026-06-09T10:30:00.5+02:00 NAS8E49A8 qulogd 29981 qnap_nas.log - {"event":{"dataset":"qnap_nas.log"},"user":{"name":"zoë"}}')
})

describe('structured data', () => {
  const element = (values: Values): string => encode('structured-data', values, { fields: allFields.slice() }).slice('<134>1 - - naslog - - '.length)
  const cases: readonly (readonly [name: string, values: Values, expected: string])[] = [
    ['text, number, truth', { 'user.name': 'bob', 'file.size': 12, 'naslog.truncated': true }, '[naslog@32473 user_name="bob" file_size="12" naslog_truncated="true"]'],
    ['an array repeats its parameter', { 'related.user': ['a', 'b'] }, '[naslog@32473 related_user="a" related_user="b"]'],
    ['quote, backslash, bracket', { 'user.name': 'a"b\\c]d[e' }, '[naslog@32473 user_name="a\\"b\\\\c\\]d[e"]'],
    ['control characters as rsyslog writes them', { 'user.name': toBytes('a\nb\x1b[31m\x7f\u0085') }, '[naslog@32473 user_name="a#012b#033[31m#177#302#205"]'],
    ['an object is its JSON', { 'qumulo.audit.after': new Json('{"a":[1]}') }, '[naslog@32473 qumulo_audit_after="{\\"a\\":[1\\]}"]'],
    ['the message is MSG', { message: 'a ] b', 'user.name': 'x' }, '[naslog@32473 user_name="x"] a ] b'],
    ['UTF-8 has a byte order mark', { message: toBytes('é') }, '- \ufeffé'],
  ]
  for (const [name, values, expected] of cases) test(name, () => assert.equal(element(values), expected))

  test('a line without free text has a summary for people', () => {
    const message = encode('structured-data', { 'user.name': 'bob', 'event.action': 'read', 'file.path': '/a b' })
    assert.equal(message, '<134>1 - - naslog - - [naslog@32473 event_action="read" user_name="bob" file_path="/a b"] bob read /a b')
  })

  test('the name of every field is a PARAM-NAME', () => {
    const names = allFields.map(parameterName)
    for (const name of names) assert.match(name, /^[a-z0-9_]{1,32}$/)
    assert.equal(new Set(names).size, names.length)
  })

  test('whatever a value holds, it reads back as one value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ unit: fc.constantFrom('"', '\\', ']', ' ', '=', 'a', '['), maxLength: 12 }), (any, hostile) => {
        for (const value of [any, hostile, any + hostile]) {
          const printable = value.replace(/[\x00-\x1f\x7f-\x9f]/g, '.')
          const read = readElement(element({ 'user.name': toBytes(printable), 'user.id': 'end' }))
          assert.deepEqual(read, { user_name: fromBytes(toBytes(printable)), user_id: 'end' })
        }
      }),
      { numRuns: 100 },
    )
  })
})

/** Reads one SD-ELEMENT as RFC 5424 says, character by character. */
function readElement(text: string): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null) as Record<string, string>
  let at = text.indexOf(' ')
  assert.equal(text.slice(0, at), '[naslog@32473')
  while (text[at] === ' ') {
    const equals = text.indexOf('="', at)
    const name = text.slice(at + 1, equals)
    let value = ''
    for (at = equals + 2; text[at] !== '"'; at++) {
      if (text[at] === '\\') at++
      assert.ok(at < text.length)
      value += text[at]
    }
    parameters[name] = value
    at++
  }
  assert.equal(text.slice(at), ']')
  return { ...parameters }
}

describe('CEF', () => {
  const cef = (values: Values): string => encode('cef', values).replace(/^<\d+>(?:\S+ ){7}/, '')
  const cases: readonly (readonly [name: string, values: Values, expected: string])[] = [
    ['nothing', {}, 'CEF:0|naslog|syslog|unknown|plain:event|event|3|'],
    [
      'an access',
      {
        'event.action': 'read', 'event.dataset': 'qnap_nas.log', 'observer.vendor': 'QNAP', 'observer.product': 'NAS', 'event.outcome': 'success',
        'user.name': 'bob', 'source.ip': '192.0.2.7', 'file.path': '/a/b c.txt', 'file.name': 'b c.txt', 'event.category': ['file', 'host'],
        '@timestamp': '2026-06-09T10:30:00.5+02:00', 'event.id': '07e3',
      },
      'CEF:0|QNAP|NAS|unknown|qnap_nas.log:read|read|3|rt=1780993800500 src=192.0.2.7 externalId=07e3 act=read outcome=success suser=bob cat=file,host filePath=/a/b c.txt fname=b c.txt',
    ],
    ['pipe and backslash in the header', { 'event.action': 'a|b\\c\nd' }, 'CEF:0|naslog|syslog|unknown|plain:a\\|b\\\\c#012d|a\\|b\\\\c#012d|3|act=a|b\\\\c\\nd'],
    ['equals, backslash and line ends in the extension', { 'user.name': 'a=b\\c\r\nd|e\x1b' }, 'CEF:0|naslog|syslog|unknown|plain:event|event|3|suser=a\\=b\\\\c\\r\\nd|e#033'],
    ['an address of IPv6', { 'source.ip': '2001:db8::1', 'host.ip': ['fe80::1'] }, 'CEF:0|naslog|syslog|unknown|plain:event|event|3|c6a2=2001:db8::1 c6a2Label=Source IPv6 Address c6a1=fe80::1 c6a1Label=Device IPv6 Address'],
    ['a rename', { 'file.path': '/a/old.txt', 'file.name': 'old.txt', 'qumulo.audit.target_path': '/b/new.txt' }, 'CEF:0|naslog|syslog|unknown|plain:event|event|3|filePath=/b/new.txt fname=new.txt oldFilePath=/a/old.txt oldFileName=old.txt'],
    ['a rename of a directory', { 'file.path': '/a/', 'qumulo.audit.target_path': '/b/c/' }, 'CEF:0|naslog|syslog|unknown|plain:event|event|3|filePath=/b/c/ fname=c oldFilePath=/a/'],
    ['a failure', { 'event.outcome': 'failure', 'log.syslog.severity.code': 7 }, 'CEF:0|naslog|syslog|unknown|plain:event|event|5|outcome=failure'],
    ['an emergency', { 'log.syslog.severity.code': 0 }, 'CEF:0|naslog|syslog|unknown|plain:event|event|10|'],
    ['a broken line', { 'event.kind': 'pipeline_error', 'naslog.problems': ['a', 'b'] }, 'CEF:0|naslog|syslog|unknown|plain:pipeline_error|pipeline error|6|cs1=a,b cs1Label=Problems'],
  ]
  for (const [name, values, expected] of cases) test(name, () => assert.equal(cef(values), expected))

  test('no value forges a key, a header field or a line', () => {
    const parts = fc.constantFrom('|', '\\', '=', '\n', '\r', ' src=10.0.0.1', 'CEF:0|', 'x', ' ')
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 10 }), (pieces) => {
        const value = pieces.join('')
        const message = cef({ 'user.name': value, 'event.action': value, 'source.ip': '192.0.2.7' })
        assert.doesNotMatch(message, /[\r\n]/)
        const { header, keys } = readCef(message)
        const action = value.replaceAll('\n', '#012').replaceAll('\r', '#015')
        assert.deepEqual(header, ['CEF:0', 'naslog', 'syslog', 'unknown', `plain:${action}`, action, '3'])
        assert.deepEqual(keys, ['src', 'act', 'suser'])
      }),
      { numRuns: 100 },
    )
  })

  test('fields that are not wanted are not told', () => {
    assert.equal(encode('cef', { 'user.name': 'bob', 'event.action': 'read' }, { fields: [F['event.action']] }).split('|').at(-1), 'act=read')
  })
})

/** Reads a CEF message character by character: the header, unescaped, and the keys of the extension. */
function readCef(message: string): { header: string[]; keys: string[] } {
  const header = ['']
  let at = 0
  for (; header.length < 8; at++) {
    if (message.charAt(at) === '|') header.push('')
    else header.push(header.pop() + message.charAt(message.charAt(at) === '\\' ? ++at : at))
  }
  const extension = message.slice(at)
  const keys: string[] = []
  for (let i = 0; i < extension.length; i++) {
    if (extension[i] === '\\') i++
    else if (extension[i] === '=') keys.push(extension.slice(extension.lastIndexOf(' ', i) + 1, i))
  }
  return { header: header.slice(0, 7), keys }
}
