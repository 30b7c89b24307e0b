import assert from 'node:assert/strict'
import { test } from 'node:test'
import { qnap } from '../../src/parsers/qnap/index.ts'
import { fieldsOf, parse, type Fields } from './qnap-support.ts'

const BODY = 'conn log: Users: bob, Source IP: 192.0.2.1, Computer name: pc, Connection type: SAMBA, Accessed resources: S/f, Action: Read'

const claimed = [
  ...qnap.samples,
  BODY,
  `<30>Oct 30 20:24:24 nas qlogd[14]: ${BODY}`,
  `<30>Oct 30 20:24:24 nas qulogd[14] ${BODY}`,
  `<30>Oct 30 20:24:24 nas ${BODY}`,
  `something of a relay qulogd[14]: ${BODY}`,
  `something of a relay qlogd[14] ${BODY}`,
]
for (const line of claimed) {
  test(`qnap claims: ${line}`, () => {
    const fields = parse(line)
    assert.equal(fields?.['event.kind'], 'event')
    assert.ok(fields['event.action'])
  })
}

const unclaimed = [
  '',
  'no header at all',
  `<38>Nov 20 10:15:00 web nginx[1]: GET /?q=${BODY}`,
  `<38>Nov 20 10:15:00 web sshd[1]: Invalid user qulogd[1]: ${BODY}`,
  `a line without program that quotes ${BODY}`,
  `${'x'.repeat(600)} qulogd[14]: ${BODY}`,
  '<30>1 2026-06-28T19:39:06.466+01:00 h other 1 - [Other@1 a="QuLog@Access"] text',
  'Category: of no event',
  '<30>Nov 20 10:15:00 web app: Category: x, Content: y',
]
for (const line of unclaimed) test(`qnap leaves alone: ${line.slice(0, 80)}`, () => assert.equal(parse(line), undefined))

test('qnap: other text of its own program is claimed, and broken', () => {
  const fields = parse('<30>Oct 30 20:24:24 nas qulogd[14]: rotated')
  assert.equal(fields?.['event.kind'], 'pipeline_error')
  assert.equal(fields?.message, 'rotated')
})

test('qnap: the mark of the relayed message counts, not one in its user name', () => {
  const fields = fieldsOf(`relay qulogd[14]: ${BODY.replace('bob', `qulogd[1]: conn log: Users: root`)}`)
  assert.equal(fields['user.name'], 'qulogd[1]: conn log: Users: root')
})

const fragments: [line: string, expected: Fields][] = [
  ['Category: Login and Security, Content: [Users] Failed to log in via user account "<account>". Source IP address: <postazione>.', {
    'event.action': 'login-fail', 'event.category': ['authentication'], 'event.type': ['start'], 'event.outcome': 'failure', 'user.name': '<account>',
    'source.address': '<postazione>', 'qnap.nas.application': 'Users', 'qnap.nas.category': 'Login and Security',
    message: '[Users] Failed to log in via user account "<account>". Source IP address: <postazione>.', 'naslog.problems': ['missing_key', 'invalid_address'],
  }],
  ['Application: General Settings, Category: Date & Time, Content: [General Settings] Modified date/time settings.', {
    'event.action': 'modified-time-settings', 'event.category': ['configuration'], 'event.type': ['change'], 'event.outcome': 'success',
    'qnap.nas.application': 'General Settings', 'qnap.nas.category': 'Date & Time',
    message: '[General Settings] Modified date/time settings.', 'naslog.problems': ['missing_key'],
  }],
  ['event log: Users: <account>, Source IP: <postazione>, ..., Application: General Settings, Category: Date & Time, Content: [General Settings] Modified date/time settings.', {
    'event.action': 'modified-time-settings', 'event.category': ['configuration'], 'event.type': ['change'], 'event.outcome': 'success',
    'user.name': '<account>', 'source.address': '<postazione>', 'qnap.nas.application': 'General Settings', 'qnap.nas.category': 'Date & Time',
    message: '[General Settings] Modified date/time settings.', 'naslog.problems': ['missing_key', 'invalid_address'],
  }],
]
for (const [line, expected] of fragments) test(`qnap, what people quote: ${line}`, () => assert.deepEqual(fieldsOf(line), expected))
