import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { createCounters, type CountersOptions } from '../../src/health/counters.ts'
import type { DeviceHealth } from '../../src/health/state.ts'
import { toBytes } from '../../src/lib/bytes.ts'
import { testPipeline } from '../support/pipeline.ts'
import { NOW } from './support.ts'

type Arrival = readonly [line: string, at: number]

/** The counts after these lines; the collector is in Rome, a line may be a byte string already. */
function countsAfter(lines: readonly Arrival[], options?: CountersOptions) {
  const pipeline = testPipeline()
  const counters = createCounters(options)
  for (const [text, at] of lines) {
    const line = /^[\x00-\xff]*$/.test(text) ? text : toBytes(text)
    counters.observe(pipeline(line, { at, reference: at, repaired: false, delivery: `0001 ${at}` }), line.length, at)
  }
  return counters.counts()
}

const from = (host: string, time = '2026-11-20T10:00:00Z'): string => `<38>1 ${time} ${host} sshd 7 - - hello`
const audit = (operation: string, host = 'qfsd-1'): string => `Nov 20 10:00:00 ${host} qumulo 203.0.113.0,"system",internal,${operation},ok,,"",""`

test('lines by parser and outcome, problems by kind, bytes', () => {
  const lines = [
    audit('fs_create_file'),
    audit('fs_create_file'),
    audit('invented_operation'),
    'Nov 20 10:00:00 qfsd-1 qumulo {"user_ip": ',
    '<38>Nov 20 10:15:00 gateway sshd[712]: hello',
    '',
  ]
  const counts = countsAfter(lines.map((line) => [line, NOW]))
  const rows = new Map(counts.lines.map(({ parser, ...rest }) => [parser, rest]))
  assert.deepEqual(rows.get('plain'), { understood: 1, flagged: 1, broken: 0 })
  assert.deepEqual(rows.get('qumulo'), { understood: 2, flagged: 1, broken: 1 })
  const problems = new Map(counts.problems.map(({ problem, lines }) => [problem, lines]))
  assert.equal(problems.get('unknown_operation'), 1)
  assert.equal(problems.get('empty_line'), 1)
  assert.equal(counts.lineBytes, lines.join('').length)
  assert.equal(counts.otherDevicesLines, 1)
})

describe('the clock of a device', () => {
  const cases: [name: string, time: string, at: string, expected: number | undefined][] = [
    ['in step', '2026-11-20T10:00:00Z', '2026-11-20T10:00:00.250Z', 0.25],
    ['behind by an hour', '2026-11-20T09:00:00Z', '2026-11-20T10:00:00Z', 3600],
    ['ahead', '2026-11-20T10:00:05.5Z', '2026-11-20T10:00:00Z', -5.5],
    ['offset in the stamp', '2026-11-20T11:00:00+01:00', '2026-11-20T10:00:01Z', 1],
    ['without a time there is nothing to compare', '-', '2026-11-20T10:00:00Z', undefined],
  ]
  for (const [name, time, at, expected] of cases) {
    test(name, () => {
      const [device] = countsAfter([[from('nas1', time), Date.parse(at)]]).devices
      assert.equal(device?.clockDifference, expected)
    })
  }

  test('is compared once a second', () => {
    const [device] = countsAfter([
      [from('nas1', '2026-11-20T10:00:00Z'), NOW],
      [from('nas1', '2026-11-20T08:00:00Z'), NOW + 999],
    ]).devices
    assert.equal(device?.clockDifference, 0)
    const [later] = countsAfter([
      [from('nas1', '2026-11-20T10:00:00Z'), NOW],
      [from('nas1', '2026-11-20T09:59:58Z'), NOW + 1000],
    ]).devices
    assert.equal(later?.clockDifference, 3)
  })
})

describe('gaps in an audit stream', () => {
  const line = (operation: string, second: number): Arrival => [audit(operation), NOW + second * 1000]
  const cases: [name: string, lines: Arrival[], expected: Partial<DeviceHealth>][] = [
    ['none', [line('fs_create_file', 0)], { stops: 0, starts: 0, gap: false, lastStopAt: undefined, lastStartAt: undefined }],
    ['stopped', [line('remote_syslog_shutdown', 0)], { stops: 1, starts: 0, gap: true, lastStopAt: NOW }],
    ['its last lines come behind', [line('remote_syslog_shutdown', 0), line('fs_create_file', 60)], { gap: true }],
    ['it goes on without saying so', [line('remote_syslog_shutdown', 0), line('fs_create_file', 61)], { gap: false, stops: 1, starts: 0 }],
    ['started again', [line('remote_syslog_shutdown', 0), line('remote_syslog_startup', 9)], { gap: false, stops: 1, starts: 1, lastStopAt: NOW, lastStartAt: NOW + 9000 }],
    ['a stop is told before it is tried', [line('begin_remote_syslog_shutdown', 0)], { gap: false, stops: 0 }],
  ]
  for (const [name, lines, expected] of cases) {
    test(name, () => {
      const [device] = countsAfter(lines).devices
      assert.deepEqual({ ...device, ...expected }, device)
    })
  }
})

describe('devices', () => {
  test('by host name, or address, or sender; the last line by time of reception', () => {
    const { devices, otherDevicesLines } = countsAfter([
      [from('nas1'), NOW + 5000],
      [from('nas1'), NOW],
      [from('192.0.2.7'), NOW],
      [from('__proto__'), NOW],
      ['no header at all', NOW],
    ])
    assert.deepEqual(devices.map(({ name, lastLineAt }) => [name, lastLineAt - NOW]), [['nas1', 5000], ['192.0.2.7', 0], ['__proto__', 0]])
    assert.equal(otherDevicesLines, 1)
  })

  test('a name that is none is not followed', () => {
    const names = ['a'.repeat(256), 'x\x1b[31m', 'x\x7f', 'x\xff', '\xc2\x85', '\xe2\x80\xae']
    const { devices, otherDevicesLines } = countsAfter(names.map((name) => [from(name), NOW]))
    assert.deepEqual(devices, [])
    assert.equal(otherDevicesLines, names.length)
    assert.deepEqual(countsAfter([[from('né-名前'), NOW], [from('a"b\\c{}'), NOW]]).devices.map(({ name }) => name), ['né-名前', 'a"b\\c{}'])
  })

  test('a flood of names neither fills the memory nor drives out a device that speaks', () => {
    const flood: Arrival[] = Array.from({ length: 50 }, (_, n) => [from(`fake${n}`), NOW + n])
    const { devices, otherDevicesLines } = countsAfter([[from('nas1'), NOW], ...flood, [from('nas1'), NOW + 99]], { deviceLimit: 10 })
    assert.equal(devices.length, 10)
    assert.deepEqual([devices[0]?.name, devices[0]?.lastLineAt], ['nas1', NOW + 99])
    assert.equal(otherDevicesLines, 41)
  })

  test('where there is no room, devices that were silent for a day are forgotten, and only then', () => {
    const day = 24 * 3_600_000
    const lines: Arrival[] = [[from('old'), NOW], [from('nas1'), NOW + 1000], [from('nas1'), NOW + day], [from('new'), NOW + day + 1]]
    assert.deepEqual(countsAfter(lines, { deviceLimit: 2 }).devices.map(({ name }) => name), ['nas1', 'new'])
    assert.deepEqual(countsAfter(lines, { deviceLimit: 3 }).devices.map(({ name }) => name), ['old', 'nas1', 'new'])
  })

  test('those of the process before are known from the start', () => {
    const before = countsAfter([[audit('remote_syslog_shutdown'), NOW], [from('silent'), NOW]]).devices
    const { devices } = countsAfter([[audit('remote_syslog_startup'), NOW + 5000]], { devices: before })
    assert.deepEqual(devices.map(({ name, stops, starts, gap }) => ({ name, stops, starts, gap })), [
      { name: 'qfsd-1', stops: 1, starts: 1, gap: false },
      { name: 'silent', stops: 0, starts: 0, gap: false },
    ])
  })
})

test('property: every line is counted once, by outcome and by device, whatever it holds', () => {
  const lines = fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 20 }).map(from)), { maxLength: 20 })
  fc.assert(
    fc.property(lines, (texts) => {
      const followed = new Set<string>()
      const counts = countsAfter(texts.map((text) => [toBytes(text.replaceAll('\n', ' ')), NOW]), { deviceLimit: 5 })
      assert.equal(counts.lines.reduce((sum, { understood, flagged, broken }) => sum + understood + flagged + broken, 0), texts.length)
      assert.ok(counts.devices.length <= 5)
      for (const { name } of counts.devices) {
        assert.doesNotMatch(name, /[\x00-\x1f\x7f-\x9f]/)
        assert.ok(!followed.has(name))
        followed.add(name)
      }
    }),
    { numRuns: 300 },
  )
})
