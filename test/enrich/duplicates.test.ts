import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connLine, failedLine, recordsOf } from './support.ts'

const YAML = 'duplicates: {window: 5s}\n'
const conn = (values = {}): string => connLine({ service: 'HTTPS', path: 'Administration', action: 'Login Fail', ...values })

test('the second of the two lines of a failed login points at the first, in either order', async () => {
  for (const lines of [[conn(), failedLine()], [failedLine(), conn()], [conn({ user: 'Alice' }), failedLine({ user: 'alice' })]]) {
    const [first, second] = await recordsOf(YAML, lines)
    assert.equal(first?.['naslog.duplicate_of'], undefined)
    assert.equal(second?.['naslog.duplicate_of'], first?.['event.id'])
  }
})

test('what differs is no duplicate', async () => {
  for (const lines of [
    [conn(), conn()],
    [conn(), failedLine({ user: 'bob' })],
    [conn(), failedLine({ ip: '10.9.9.9' })],
    [conn(), failedLine({ host: 'NAS2' })],
    [conn(), failedLine({ time: 'Jun  9 10:20:21' })],
    [connLine({ service: 'HTTPS', path: 'Administration', action: 'Login Success' }), failedLine()],
  ]) {
    const records = await recordsOf(YAML, lines)
    for (const record of records) assert.equal(record['naslog.duplicate_of'], undefined)
  }
})

test('each line has one twin: three failures and their events make three pairs', async () => {
  const times = ['Jun  9 10:20:15', 'Jun  9 10:20:16', 'Jun  9 10:20:17']
  const records = await recordsOf(YAML, [...times.map((time) => conn({ time })), ...times.map((time) => failedLine({ time }))])
  const ids = records.map((record) => record['event.id'])
  assert.deepEqual(records.map((record) => record['naslog.duplicate_of']), [undefined, undefined, undefined, ids[0], ids[1], ids[2]])
})

test('a flood of names is forgotten, not kept: the newest still find their twins', async () => {
  const users = Array.from({ length: 5000 }, (_, index) => `u${index}`)
  const records = await recordsOf(YAML, [...users.map((user) => conn({ user })), failedLine({ user: 'u4999' }), failedLine({ user: 'u0' })])
  assert.equal(records[5000]?.['naslog.duplicate_of'], records[4999]?.['event.id'])
  assert.equal(records[5001]?.['naslog.duplicate_of'], undefined)
})

test('a rule may drop duplicates', async () => {
  const [, second] = await recordsOf(`${YAML}rules: [{name: twins, when: "naslog.duplicate_of: *", do: drop}]\n`, [conn(), failedLine()])
  assert.equal(second?.['naslog.dropped_by'], 'twins')
})
