import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createMonitor, type MonitorOptions } from '../../src/health/monitor.ts'
import { removeStaleTextfiles, textfilePath, writeTextfile } from '../../src/health/textfile.ts'
import { readState, writeState } from '../../src/health/state.ts'
import { openDelivery } from '../../src/journal/index.ts'
import { append, opened, succeeded, temporaryDirectory } from '../journal/support.ts'
import { testPipeline } from '../support/pipeline.ts'
import { parseExposition } from './exposition.ts'
import { forwarderState, healthOf, NOW } from './support.ts'

/** A monitor of a process that owns a part of a journal, and what it reports. */
function monitored(test: TestContext, changes: Partial<MonitorOptions> = {}) {
  const directory = temporaryDirectory(test)
  const journal = join(directory, 'journal')
  const own = opened({ dir: journal })
  test.after(() => own.close())
  const reports: string[] = []
  const options: MonitorOptions = {
    version: '1.2.3', pid: 812, journal, part: own.part, adopted: () => [],
    states: () => new Map([['events', forwarderState({ condition: 'retrying', reason: 'no answer', delivered: 3, retries: 2 })]]),
    textfile: join(directory, 'naslog.prom'), report: (message) => reports.push(message), now: () => NOW,
    ...changes,
  }
  return { directory, journal, own, reports, options }
}

test('what was counted, and what waits, is in the textfile and the state', (context) => {
  const { directory, own, options, reports } = monitored(context)
  for (let number = 0; number < 3; number++) append(own, `line ${number}`, NOW - 2000 + number)
  const delivery = succeeded(openDelivery(own.part, { destinations: ['events'], sync: 'never' }))
  delivery.commit('events', succeeded(delivery.read('events', { maxRecords: 1, maxBytes: 100 })).next)
  delivery.close()
  const monitor = createMonitor(options)
  const line = '<38>1 2026-11-20T10:00:00Z nas1 sshd 7 - - hello'
  monitor.counters.observe(testPipeline()(line, { at: NOW, reference: NOW, repaired: false, delivery: '' }), line.length, NOW)
  monitor.write()

  const path = join(directory, 'naslog.0001.prom')
  assert.deepEqual(readdirSync(directory).sort(), ['journal', 'naslog.0001.prom'])
  assert.equal(statSync(path).mode & 0o777, 0o644)
  const samples = parseExposition(readFileSync(path, 'utf8'))
  const value = (name: string, labels: Record<string, string> = {}) =>
    samples.find((each) => each.name === name && Object.entries(labels).every(([label, text]) => each.labels[label] === text))?.value
  assert.equal(value('naslog_lines_total', { parser: 'plain', outcome: 'understood' }), 1)
  assert.equal(value('naslog_line_bytes_total'), 48)
  assert.equal(value('naslog_journal_lines_total'), 3)
  assert.equal(value('naslog_journal_waiting_lines', { destination: 'events' }), 2)
  assert.equal(value('naslog_journal_oldest_waiting_time_seconds', { destination: 'events' }), (NOW - 1999) / 1000)
  assert.equal(value('naslog_destination_condition', { condition: 'retrying' }), 1)
  assert.equal(value('naslog_device_last_line_time_seconds', { device: 'nas1' }), NOW / 1000)

  const state = readState(own.part)
  assert.deepEqual(state?.destinations, [{ name: 'events', condition: 'retrying', reason: 'no answer', delivered: 3, rejected: 0, retries: 2 }])
  assert.deepEqual([state?.pid, state?.part, state?.stateAt], [812, '0001', NOW])
  assert.equal(statSync(join(own.part, 'health.json')).mode & 0o777, 0o640)
  assert.deepEqual(reports, [])

  // The next process goes on with the devices; its counters begin anew.
  const next = createMonitor(options).counters.counts()
  assert.deepEqual(next.devices.map(({ name }) => name), ['nas1'])
  assert.deepEqual(next.lines, [])
})

test('an adopted part: what waits in it is told here, its owner’s own files go', (context) => {
  const adopted: string[] = []
  const { directory, journal, own, options } = monitored(context, { adopted: () => adopted })
  const other = opened({ dir: journal })
  append(other, 'left behind', NOW - 9000)
  other.close()
  writeState(other.part, healthOf({ part: '0002' }))
  writeTextfile(options.textfile!, other.part, 'naslog_up 1\n')
  const monitor = createMonitor(options)
  monitor.write()
  assert.ok(existsSync(join(directory, 'naslog.0002.prom')))
  const partsWith = (metric: string) =>
    parseExposition(readFileSync(join(directory, 'naslog.0001.prom'), 'utf8')).filter(({ name }) => name === metric).map(({ labels }) => labels['part'])
  assert.deepEqual(partsWith('naslog_journal_waiting_lines'), ['0001'])
  adopted.push(other.part)
  monitor.write()
  assert.ok(!existsSync(join(directory, 'naslog.0002.prom')))
  assert.equal(readState(other.part), undefined)
  assert.deepEqual(partsWith('naslog_journal_waiting_lines'), ['0001', '0002'])
  assert.deepEqual(partsWith('naslog_state_time_seconds'), ['0001'])
  assert.ok(readState(own.part) !== undefined)
})

test('what the system refuses is reported once, and once when it is over', (context) => {
  const { directory, options, reports } = monitored(context)
  const monitor = createMonitor({ ...options, textfile: join(directory, 'later', 'naslog.prom') })
  monitor.write()
  monitor.write()
  assert.equal(reports.length, 1)
  assert.match(reports[0]!, /^the Prometheus textfile cannot be written: ENOENT/)
  mkdirSync(join(directory, 'later'))
  monitor.write()
  monitor.write()
  assert.deepEqual(reports.slice(1), ['the Prometheus textfile is written again'])
})

test('stale textfiles: those of parts that are gone, and no other file', (context) => {
  const directory = temporaryDirectory(context)
  const journal = join(directory, 'journal')
  mkdirSync(join(journal, '0001'), { recursive: true })
  const kept = ['naslog.0001.prom', 'naslog.prom', 'naslog.x.prom', 'other.0007.prom', 'naslog.0007.txt', 'naslog.0001.prom.tmp', 'naslog.07.prom']
  const removed = ['naslog.0007.prom', 'naslog.0008.prom.tmp', 'naslog.12345.prom']
  for (const name of [...kept, ...removed]) writeFileSync(join(directory, name), '')
  removeStaleTextfiles(join(directory, 'naslog.prom'), journal, [])
  assert.deepEqual(readdirSync(directory).sort(), ['journal', ...kept].sort())
})

test('the names of textfiles', () => {
  assert.equal(textfilePath('/a/naslog.prom', '/spool/0001'), '/a/naslog.0001.prom')
  assert.equal(textfilePath('/a.b/naslog', '/spool/12345'), '/a.b/naslog.12345')
})

test('a textfile replaces what is there, and follows no link that somebody has laid', (context) => {
  const directory = temporaryDirectory(context)
  const path = join(directory, 'naslog.prom')
  writeFileSync(join(directory, 'victim'), 'precious')
  symlinkSync(join(directory, 'victim'), join(directory, 'naslog.0001.prom.tmp'))
  symlinkSync(join(directory, 'victim'), join(directory, 'naslog.0001.prom'))
  const umask = process.umask(0o077)
  writeTextfile(path, '0001', 'new\n')
  process.umask(umask)
  assert.equal(readFileSync(join(directory, 'victim'), 'utf8'), 'precious')
  assert.equal(readFileSync(join(directory, 'naslog.0001.prom'), 'utf8'), 'new\n')
  assert.equal(statSync(join(directory, 'naslog.0001.prom')).mode & 0o777, 0o644)
})

test('a state that cannot be read is none', (context) => {
  const directory = temporaryDirectory(context)
  const state = healthOf()
  const spoilt = ['', '{', 'null', '[]', '{}', JSON.stringify({ ...state, format: 2 }), JSON.stringify({ ...state, stateAt: 1e300 }), JSON.stringify({ ...state, lineBytes: -1 })]
  for (const text of spoilt) {
    writeFileSync(join(directory, 'health.json'), text)
    assert.equal(readState(directory), undefined, text)
  }
  rmSync(join(directory, 'health.json'))
  assert.equal(readState(directory), undefined)
  writeState(directory, state)
  assert.deepEqual(readState(directory), state)
})
