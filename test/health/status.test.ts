import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, test } from 'node:test'
import { createReport } from '../../src/health/report.ts'
import { describeBytes, describeClock, describeCount, describeSpan } from '../../src/health/describe.ts'
import type { ExaminedPart } from '../../src/health/examine.ts'
import { writeState, type DestinationHealth, type DeviceHealth } from '../../src/health/state.ts'
import { journal } from '../../src/modes/journal.ts'
import { status } from '../../src/modes/status.ts'
import { openDelivery } from '../../src/journal/index.ts'
import { withIo } from '../cli/fake-io.ts'
import { append, opened, succeeded, temporaryDirectory } from '../journal/support.ts'
import { healthOf, NOW } from './support.ts'

const device: DeviceHealth = { name: 'nas1', lastLineAt: NOW - 12_000, clockDifference: 0.4, stops: 0, starts: 0, gap: false }
const events: DestinationHealth = { name: 'events', condition: 'working', delivered: 52_413, rejected: 0, retries: 0 }

const show = (directory: string, json = false) =>
  withIo((io) => status({ journal: { directory }, health: { every: 15_000 }, deadLetters: join(directory, 'dead-letters.jsonl'), json }, io), {})

describe('naslog status', () => {
  test('of a process that is well', async (context) => {
    const dir = temporaryDirectory(context)
    const own = opened({ dir })
    for (let number = 0; number < 3; number++) append(own, `line ${number}`, NOW - 1000)
    const delivery = succeeded(openDelivery(own.part, { destinations: ['events'], sync: 'never' }))
    delivery.commit('events', succeeded(delivery.read('events', { maxRecords: 1, maxBytes: 100 })).next)
    delivery.close()
    writeState(own.part, healthOf({
      pid: process.pid,
      lines: [{ parser: 'qnap', understood: 52_000, flagged: 412, broken: 1 }, { parser: 'plain', understood: 7, flagged: 0, broken: 0 }],
      problems: [{ problem: 'invalid_address', lines: 1 }, { problem: 'empty_line', lines: 412 }, { problem: 'constructor', lines: 1 }],
      devices: [{ ...device, name: 'qfsd-1', stops: 2, starts: 1, lastStopAt: NOW - 90_000, lastStartAt: NOW - 7_200_000, gap: true, clockDifference: 3602 }, device],
      otherDevicesLines: 1234,
      destinations: [events],
    }))
    const { code, stdout } = await show(dir)
    own.close()
    assert.equal(stdout.replace(dir, '/var/spool/naslog').replace(String(process.pid), '812').replace(/ +$/gm, ''), `all is well

journal /var/spool/naslog
  part  process${' '.repeat(5 + String(process.pid).length)}accepted  on disk  destination  waiting  bytes  oldest
  0001  running (812)  3         96 B     events       2        64 B   1 s ago

destinations
  destination  condition  delivered  rejected  retries  reason
  events       working    52,413     0         0

lines since 2026-11-20T09:00:00Z, counted until 5 s ago
  parser  understood  flagged  broken
  qnap    52,000      412      1
  plain   7           0        0       claimed by no parser

problems
  problem          lines
  empty_line       412    The line was empty.
  invalid_address  1      A client address is not an address.
  constructor      1

devices
  device  last line  clock                               audit stream
  nas1    12 s ago   in step
  qfsd-1  12 s ago   behind by 1 h (a wrong time zone?)  stopped 2×, last 1 min ago  started 1×, last 2 h ago  IN A GAP
  1,234 lines of others: no usable name, or too many devices
`)
    assert.equal(code, 0)
  })

  test('without a journal, and with an empty one', async (context) => {
    const dir = temporaryDirectory(context)
    const nothing = await show(join(dir, 'missing'))
    assert.equal(nothing.code, 1)
    assert.match(nothing.stdout, /^something is wrong\n  wrong: there is no journal: naslog omprog has not run with this configuration\n/)
    const empty = await show(dir)
    assert.equal(empty.code, 1)
    assert.match(empty.stdout, /wrong: naslog omprog is not running\n[^]*: empty\n\ncounters: none written yet\n$/)
  })

  test('of a process that is dead: the last that it said, and what waits', async (context) => {
    const dir = temporaryDirectory(context)
    const own = opened({ dir })
    append(own, 'waiting', NOW - 3_600_000)
    own.close()
    writeState(own.part, healthOf({ pid: process.pid, destinations: [{ ...events, condition: 'held', reason: '401 Unauthorized' }] }))
    appendFileSync(join(dir, 'dead-letters.jsonl'), '{}\n')
    const { code, stdout } = await show(dir)
    assert.equal(code, 1)
    assert.deepEqual(stdout.split('\n').filter((line) => line.includes('wrong')), [
      'something is wrong',
      '  wrong: naslog omprog is not running',
      '  wrong: lines of part 0001 have been waiting for destination events for 1 h',
    ])
    assert.match(stdout, /events +held +52,413 +0 +0 +401 Unauthorized\n  dead letters: 3 B in /)
    assert.match(stdout, /0001 +not running +1 +33 B +events +1 +33 B +1 h ago/)
  })

  test('as JSON', async (context) => {
    const dir = temporaryDirectory(context)
    const own = opened({ dir })
    append(own, 'waiting', NOW - 1000)
    writeState(own.part, healthOf({ pid: process.pid, destinations: [events], devices: [{ ...device, stops: 1, lastStopAt: NOW }] }))
    const { code, stdout } = await show(dir, true)
    own.close()
    assert.equal(code, 0)
    assert.deepEqual(JSON.parse(stdout), {
      healthy: true,
      complaints: [],
      journal: dir,
      parts: [{
        part: '0001', owner: 'alive', pid: process.pid, accepted: 1, bytes: 33,
        waiting: [{ destination: 'events', lines: 1, bytes: 33, oldest_received_at: '2026-11-20T09:59:59.000Z' }],
      }],
      started_at: '2026-11-20T09:00:00.000Z',
      state_at: '2026-11-20T09:59:55.000Z',
      destinations: [events],
      lines: [],
      line_bytes: 0,
      problems: [],
      dropped: [],
      devices: [{ name: 'nas1', last_line_at: '2026-11-20T09:59:48.000Z', clock_difference: 0.4, stops: 1, starts: 0, last_stop_at: '2026-11-20T10:00:00.000Z', gap: false }],
      other_devices_lines: 0,
    })
  })

  test('nothing that comes from outside reaches the terminal as it is', async (context) => {
    const hostile = 'a\x1b[2J\r\n\x07\u202eb\x9b'
    const dir = temporaryDirectory(context)
    const own = opened({ dir })
    writeState(own.part, healthOf({
      pid: process.pid,
      lines: [{ parser: hostile, understood: 1, flagged: 0, broken: 0 }],
      problems: [{ problem: hostile, lines: 1 }],
      devices: [{ ...device, name: hostile }],
      destinations: [{ ...events, name: hostile, condition: 'retrying', reason: hostile }],
    }))
    const { stdout } = await show(dir)
    const json = await show(dir, true)
    own.close()
    for (const text of [stdout, json.stdout]) assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
    assert.equal((JSON.parse(json.stdout) as { devices: { name: string }[] }).devices[0]?.name, hostile)
    assert.equal(stdout.split('a\\x1b[2J\\x0d\\x0a\\x07\\u202eb\\u009b').length - 1, 8)
  })
})

describe('what is complained of', () => {
  const part = (changes: Partial<ExaminedPart> = {}): ExaminedPart => ({
    part: '/spool/0001', name: '0001', owner: 'alive', pid: 812, segments: 1, bytes: 0, oldest: 0, next: 0, destinations: [],
    state: healthOf({ destinations: [events] }), ...changes,
  })
  const waiting = (age: number) => [{
    destination: 'events', cursor: 'good' as const, position: { sequence: 0, segment: 0, offset: 0 }, waiting: 1, waitingBytes: 33, oldestReceivedAt: NOW - age,
  }]
  const with2 = (first: Partial<ExaminedPart>, second: Partial<ExaminedPart>): ExaminedPart[] => [part(first), part({ part: '/spool/0002', name: '0002', ...second })]
  const inCondition = (condition: 'retrying' | 'held', reason?: string) => healthOf({ destinations: [{ ...events, condition, reason }] })

  const cases: [name: string, parts: ExaminedPart[], complaints: string[]][] = [
    ['nothing', [part()], []],
    ['a device in a gap is no fault of naslog', [part({ state: healthOf({ devices: [{ ...device, gap: true }] }) })], []],
    ['lines that wait are no fault either', [part({ destinations: waiting(15 * 60_000) })], []],
    ['unless they wait for long', [part({ destinations: waiting(15 * 60_000 + 1) })], ['lines of part 0001 have been waiting for destination events for 15 min']],
    ['held', [part({ state: inCondition('held', '401') })], ['destination events needs a person: 401 (part 0001)']],
    ['retrying', [part({ state: inCondition('retrying') })], ['destination events does not take records: no reason (part 0001)']],
    ['a state that is not written any more', [part({ state: healthOf({ stateAt: NOW - 60_001 }) })], ['the process of part 0001 has not written its state for 1 min']],
    ['a state of the process before', [part({ pid: 4 })], ['the process of part 0001 has not written its state yet']],
    ['a part that was adopted has no state of its own', with2({}, { state: undefined }), []],
    ['nor does that of its dead owner count', with2({}, { state: { ...inCondition('held'), pid: 5 } }), []],
    ['a dead part beside a living one', with2({}, { owner: 'dead', state: inCondition('held') }), []],
    ['all dead', [part({ owner: 'dead', state: inCondition('held') })], ['naslog omprog is not running']],
    ['owners that cannot be known', [part({ owner: 'unknown' })], []],
  ]
  for (const [name, parts, complaints] of cases) {
    test(name, () => {
      const report = createReport(parts, { journal: '/spool', every: 15_000, deadLetters: '/nonexistent', now: NOW })
      assert.deepEqual(report.complaints, complaints)
      assert.equal(report.healthy, complaints.length === 0)
    })
  }

  test('several processes are joined', () => {
    const first = healthOf({
      lines: [{ parser: 'qnap', understood: 1, flagged: 2, broken: 3 }], lineBytes: 5, problems: [{ problem: 'truncated', lines: 1 }],
      devices: [{ ...device, stops: 1, lastStopAt: 5 }], otherDevicesLines: 1, destinations: [events],
    })
    const second = healthOf({
      pid: 813, lines: [{ parser: 'qnap', understood: 10, flagged: 0, broken: 0 }], lineBytes: 6, problems: [{ problem: 'truncated', lines: 2 }],
      devices: [{ ...device, lastLineAt: NOW, clockDifference: 9, gap: true }], destinations: [{ ...events, condition: 'held', delivered: 1 }],
    })
    const report = createReport(with2({ state: first }, { pid: 813, state: second }), { journal: '/spool', every: 15_000, deadLetters: '/nonexistent', now: NOW })
    assert.deepEqual(report.lines, [{ parser: 'qnap', understood: 11, flagged: 2, broken: 3 }])
    assert.deepEqual(report.problems, [{ problem: 'truncated', lines: 3 }])
    assert.deepEqual(report.devices, [{ ...device, lastLineAt: NOW, clockDifference: 9, gap: true, stops: 1, lastStopAt: 5, lastStartAt: undefined }])
    assert.deepEqual(report.destinations.map(({ condition, delivered }) => [condition, delivered]), [['held', 52_414]])
    assert.deepEqual([report.lineBytes, report.otherDevicesLines], [11, 1])
  })
})

describe('naslog journal', () => {
  const run = (directory: string, options: Partial<Parameters<typeof journal>[0]> = {}) =>
    withIo((io) => journal({ journal: { directory }, export: false, json: false, ...options }, io), {})

  /** Two parts, two destinations; the second destination has never taken anything. */
  const prepared = (dir: string): void => {
    const own = opened({ dir })
    for (const line of ['one', 'tw\xc3\xb6', 'not UTF-8: \xff', 'four']) append(own, line, NOW - 90_000)
    const delivery = succeeded(openDelivery(own.part, { destinations: ['fast'], sync: 'never' }))
    delivery.commit('fast', succeeded(delivery.read('fast', { maxRecords: 3, maxBytes: 100 })).next)
    delivery.close()
    const other = opened({ dir })
    append(other, 'five', NOW - 1000)
    other.close()
    own.close()
    writeState(own.part, healthOf({ pid: process.pid, destinations: [{ ...events, name: 'fast' }, { ...events, name: 'new' }] }))
    assert.deepEqual([own.part, other.part].map((part) => basename(part)), ['0001', '0002'])
  }

  test('shows what waits, for whom, since when', async (context) => {
    const dir = temporaryDirectory(context)
    prepared(dir)
    const { code, stdout } = await run(dir)
    assert.equal(code, 0)
    assert.equal(stdout.replace(dir, '/spool'), `journal /spool
  part  process      accepted  on disk  destination  waiting  bytes  oldest
  0001  not running  4         127 B    fast         1        30 B   1 min ago
                                        new          4        127 B  1 min ago
  0002  not running  1         30 B     fast         1        30 B   1 s ago
                                        new          1        30 B   1 s ago
`)
    assert.equal((JSON.parse((await run(dir, { json: true })).stdout) as { parts: unknown[] }).parts.length, 2)
  })

  test('writes the waiting lines as they were received', async (context) => {
    const dir = temporaryDirectory(context)
    prepared(dir)
    const cases: [destination: string | undefined, lines: string][] = [
      [undefined, 'one\ntwö\nnot UTF-8: \ufffd\nfour\nfive\n'],
      ['fast', 'four\nfive\n'],
    ]
    for (const [destination, lines] of cases) {
      const { code, stdout, stderr } = await run(dir, { export: true, destination })
      assert.deepEqual([code, stdout, stderr], [0, lines, ''])
    }
  })

  test('refuses what is not there', async (context) => {
    const dir = temporaryDirectory(context)
    assert.deepEqual(await run(join(dir, 'x\x1b')), { code: 1, stdout: '', stderr: `naslog: there is no journal in ${dir}/x\\x1b\n` })
    assert.deepEqual(await run(dir), { code: 0, stdout: `journal ${dir}: empty\n`, stderr: '' })
    prepared(dir)
    assert.deepEqual(await run(dir, { export: true, destination: 'x\n' }), {
      code: 1, stdout: '', stderr: 'naslog: the journal knows no destination x\\x0a; it has fast, new\n',
    })
  })
})

describe('figures for people', () => {
  const spans: [ms: number, text: string][] = [
    [-5, '0 s'], [59_999, '59 s'], [60_000, '1 min'], [3_599_999, '59 min'], [3_600_000, '1 h'], [18_600_000, '5 h 10 min'],
    [86_400_000, '1 d'], [97_200_000, '1 d 3 h'],
  ]
  test('spans', () => spans.forEach(([ms, text]) => assert.equal(describeSpan(ms), text)))
  const sizes: [bytes: number, text: string][] = [[0, '0 B'], [1023, '1023 B'], [1024, '1.0 KiB'], [1536, '1.5 KiB'], [1_048_575, '1.0 MiB'], [2 ** 31, '2.0 GiB'], [2 ** 51, '2048.0 TiB']]
  test('sizes', () => sizes.forEach(([bytes, text]) => assert.equal(describeBytes(bytes), text)))
  const counts: [count: number, text: string][] = [[0, '0'], [999, '999'], [1000, '1,000'], [1_234_567, '1,234,567']]
  test('counts', () => counts.forEach(([count, text]) => assert.equal(describeCount(count), text)))
  const clocks: [seconds: number | undefined, text: string][] = [
    [undefined, ''], [0, 'in step'], [-2, 'in step'], [2.1, 'behind by 2 s'], [-90, 'ahead by 1 min'], [-3601, 'ahead by 1 h (a wrong time zone?)'],
    [3595, 'behind by 59 min (a wrong time zone?)'], [19_800, 'behind by 5 h 30 min (a wrong time zone?)'], [900, 'behind by 15 min'], [1500, 'behind by 25 min'], [86_400, 'behind by 1 d'],
  ]
  test('clocks', () => clocks.forEach(([seconds, text]) => assert.equal(describeClock(seconds), text)))
})
