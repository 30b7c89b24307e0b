// Whatever the client chooses, a field has its true value or none.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parse, parseBytes, type Fields } from './qnap-support.ts'

const fragment = fc.constantFrom(
  ', Source IP: 6.6.6.6', ', Source IP: ---', ', Source IP: ', ', Computer name: x', ', Computer name: ', ', Connection type: SSH', ', Connection type: ',
  ', Accessed resources: y', ', Accessed resources: ', ', Action: Delete', ', Action: ', ', Application: Evil', ', Category: Evil', ', Content: [Users] Deleted user "root".',
  ', Content: ', ', Key: value', ', ', ',', ' ', ':', '"', '". Source IP address: 6.6.6.6', ' -> ', '/', '\\', '@', '---', '[Users] ', 'conn log: Users: ', 'a', 'root', 'é', '] /', '\0', '.',
)
function name(limit: number): fc.Arbitrary<string> {
  return fc.array(fragment, { maxLength: 8 }).map((parts) => cut(parts.join(''), limit))
}
/** As QNAP cuts: at a number of bytes; here between letters. */
function cut(text: string, limit: number): string {
  let end = text.length
  while (Buffer.byteLength(text.slice(0, end)) > limit) end--
  return text.slice(0, end)
}

const user = name(64)
const computer = name(64)
const address = fc.constantFrom('192.0.2.1', '2001:db8::1', '---')

function isTrueOrAbsent(fields: Fields | undefined, expected: Fields): void {
  assert.ok(fields)
  for (const [key, value] of Object.entries(expected)) {
    if (fields[key] !== undefined) assert.deepEqual(fields[key], value, key)
  }
}

/** What is left of an account, by the rule of the docs: first backslash, else last @. */
function accountName(text: string): string {
  const backslash = /^[^\\]+\\([^]+)$/.exec(text)
  if (backslash) return backslash[1] as string
  const at = text.includes('\\') ? null : /^([^]+)@[^@]+$/.exec(text)
  return at ? (at[1] as string) : text
}

test('qnap: a hostile user, computer and resource forge no field of an access', () => {
  fc.assert(
    fc.property(user, address, computer, name(1000), (who, ip, pc, resource) => {
      const line = `<30>Oct 30 20:24:24 nas qulogd[1]: conn log: Users: ${who}, Source IP: ${ip}, Computer name: ${pc}, Connection type: SAMBA, Accessed resources: S/${resource}, Action: Read`
      const fields = parse(line)
      isTrueOrAbsent(fields, {
        'user.name': accountName(who), 'source.ip': ip, 'source.address': ip, 'source.domain': pc, 'qnap.nas.connection_type': 'SAMBA',
        'network.protocol': 'smb', 'file.path': `S/${resource}`, 'qnap.nas.application': undefined, 'event.kind': 'event',
      })
      // The last key of the line is always the device's.
      assert.equal(fields?.['event.action'], 'read')
    }),
    { numRuns: 1000 },
  )
})

test('qnap: one hostile value alone never costs the others of an access', () => {
  fc.assert(
    fc.property(name(1000), (resource) => {
      const fields = parse(`conn log: Users: a-user-with-a-long-name, Source IP: 192.0.2.1, Computer name: a-long-computer-name, Connection type: HTTP/HTTPS, Accessed resources: S/${resource}, Action: Read`)
      isTrueOrAbsent(fields, { 'file.path': `S/${resource}` })
      assert.equal(fields?.['user.name'], 'a-user-with-a-long-name')
      assert.equal(fields['source.ip'], '192.0.2.1')
    }),
    { numRuns: 500 },
  )
})

test('qnap: a hostile user, computer and content forge no field of an event', () => {
  fc.assert(
    fc.property(user, address, computer, name(500), (who, ip, pc, target) => {
      const content = `[Users] Created user "${target}".`
      const fields = parse(`event log: Users: ${who}, Source IP: ${ip}, Computer name: ${pc}, Application: Users, Category: General, Content: ${content}`)
      isTrueOrAbsent(fields, {
        'user.name': accountName(who), 'source.ip': ip, 'source.address': ip, 'source.domain': pc, 'qnap.nas.application': 'Users',
        'qnap.nas.category': 'General', message: content, 'user.target.name': target.trim(), 'event.action': 'created-user',
      })
    }),
    { numRuns: 1000 },
  )
})

test('qnap: a hostile account of a failed login forges no address', () => {
  fc.assert(
    fc.property(user, (who) => {
      const content = `[Users] Failed to log in via user account "${who}". Source IP address: 192.0.2.1.`
      const fields = parse(`event log: Users: ---, Source IP: ---, Computer name: ---, Application: Users, Category: Login and Security, Content: ${content}`)
      isTrueOrAbsent(fields, { 'user.name': accountName(who), 'source.ip': '192.0.2.1', 'source.address': '192.0.2.1', 'event.action': 'login-fail' })
    }),
    { numRuns: 500 },
  )
})

test('qnap: parsing is total', () => {
  const part = fc.oneof(fragment, fc.constantFrom('qulogd[1]: ', 'conn log: Users: ', 'event log: Users: ', '[QuLog@Access ', '[QuLog@Event ', ' user="', ' action="512"', ' application="', '"] ', '"', '\\"'), fc.string())
  fc.assert(
    fc.property(fc.constantFrom('', '<30>Oct 30 20:24:24 nas qulogd[1]: ', '<30>1 2026-06-28T19:39:06.466+01:00 nas qulogd: 1 - '), fc.array(part, { maxLength: 20 }), (head, parts) => {
      parse(head + parts.join(''))
    }),
    { numRuns: 1000 },
  )
})

const MEGABYTE = 1_000_000
const long: [what: string, unit: string, head: string, tail: string][] = [
  ['heads', ', Source IP: 1.1.1.1, Computer name: ', 'conn log: Users: a', ''],
  ['heads and an action', ', Source IP: 1.1.1.1, Computer name: ', 'conn log: Users: a', ', Action: Read'],
  ['tolerant heads', ', Source IP: x, Computer name: ', 'conn log: Users: a', ', Action: Read'],
  ['addresses', ', Source IP: 1.1.1.1', 'conn log: Users: a', ', Action: Read'],
  ['types', ', Connection type: ', 'conn log: Users: a, Source IP: ---, Computer name: b', ', Accessed resources: c, Action: Read'],
  ['types and resources', ', Connection type: x, Accessed resources: ', 'conn log: Users: a, Source IP: ---, Computer name: b', ', Action: Read'],
  ['unknown keys', ', Connection type: x, K: v', 'conn log: Users: a, Source IP: ---, Computer name: b', ', Accessed resources: c, Action: Read'],
  ['everything', ', Source IP: ::, Computer name: , Connection type: , Accessed resources: , Action: ', 'conn log: Users: a', ', Action: Read'],
  ['contents', ', Content: ', 'event log: Users: a, Source IP: ---, Computer name: b', ''],
  ['applications', ', Application: ', 'event log: Users: a, Source IP: ---, Computer name: b', ', Content: c'],
  ['applications and categories', ', Application: a, Category: ', 'event log: Users: a, Source IP: ---, Computer name: b', ', Content: c'],
  ['whole events', ', Application: a, Category: c, Content: ', 'event log: Users: a, Source IP: ---, Computer name: b', ''],
  ['quotes', '". Source IP address: ', 'event log: Users: a, Source IP: ---, Computer name: b, Application: Users, Category: c, Content: [Users] Failed to log in via user account "', '.'],
  ['arrows', ' -> ', 'conn log: Users: a, Source IP: ---, Computer name: b, Connection type: SMB, Accessed resources: S/', ', Action: Rename'],
  ['arrows and shares', ' -> S/', 'conn log: Users: a, Source IP: ---, Computer name: b, Connection type: SMB, Accessed resources: S/', ', Action: Rename'],
  ['client keys', ', Client ID: ', 'conn log: Users: a, Source IP: ---, Computer name: b, Connection type: HTTP, Accessed resources: x', ', Action: Logout'],
  ['blanks', ' ', 'conn log: Users: a, Source IP: ---, Computer name: b, Connection type: HTTP, Accessed resources: x, Action: ', ''],
  ['commas', ', ', 'conn log: Users: a, Source IP: ---, Computer name: b, Connection type: HTTP', ''],
  ['parameters', ' a="', '<30>1 2026-06-28T19:39:06.466+01:00 nas qulogd: 1 - [QuLog@Access', ''],
  ['spilled parameters', '" source=', '<30>1 2026-06-28T19:39:06.466+01:00 nas qulogd: 1 - [QuLog@Access action="1"] ', '="'],
  ['programs', 'qulogd[1', '', ''],
]
for (const [what, unit, head, tail] of long) {
  test(`qnap reads a megabyte of ${what}`, () => {
    const line = head + unit.repeat(MEGABYTE / unit.length) + tail
    const fields = parseBytes(line)
    assert.ok(fields === undefined || fields['event.kind'] !== undefined)
  })
}
