import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync, rmSync } from 'node:fs'
import { test } from 'node:test'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { follow, newSignals, openDelivery, Syncer } from '../../src/journal/index.ts'
import type { Delivery, Signals } from '../../src/journal/index.ts'
import { askForNewSegment, takeNewSegmentRequest } from '../../src/journal/signals.ts'
import { append, opened, succeeded, temporaryDirectory } from './support.ts'

const LIMITS = { maxRecords: 100, maxBytes: 100_000 }

interface Task {
  part: string
  signals: Signals | undefined
  count: number
}

if (!isMainThread) void followInThread(workerData as Task)
else {
  for (const told of [true, false]) {
    test(`a thread follows the live segment, ${told ? 'told of appends' : 'by looking again and again'}`, async (context) => {
      const signals = told ? newSignals() : undefined
      const journal = opened({ dir: temporaryDirectory(context), segmentBytes: 10_000, ...(signals && { signals }) })
      const expected = Array.from({ length: 3000 }, (_, number) => `line ${number} ${'.'.repeat(number % 50)}`)
      const task: Task = { part: journal.part, signals, count: expected.length }
      const worker = new Worker(process.argv[1]!, { workerData: task })
      const result = once(worker, 'message')
      const exit = once(worker, 'exit')
      for (const [number, line] of expected.entries()) {
        assert.equal(append(journal, line, number), 'ok')
        if (number % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 10))
      }
      assert.deepEqual((await result)[0], expected)
      await exit
      journal.close()
    })
  }

  test('following stops when told to, also while it waits', async (context) => {
    const signals = newSignals()
    const journal = opened({ dir: temporaryDirectory(context), signals })
    const delivery = succeeded(openDelivery(journal.part, { destinations: ['d'], sync: 'never' }))
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 20)
    for await (const batch of follow(() => delivery.read('d', LIMITS), signals, stop.signal)) assert.fail(JSON.stringify(batch))
    delivery.close()
    journal.close()
  })

  test('a failure to read is handed out', async (context) => {
    const journal = opened({ dir: temporaryDirectory(context) })
    const delivery = succeeded(openDelivery(journal.part, { destinations: ['d'], sync: 'never' }))
    rmSync(journal.part, { recursive: true })
    for await (const batch of follow(() => delivery.read('d', LIMITS), undefined, new AbortController().signal)) {
      assert.match((batch as { failed: string }).failed, /^reading journal .*ENOENT/)
      break
    }
    delivery.close()
    journal.close()
  })

  test('a syncer works beside the appender; after a failure the appender begins a new segment', (context) => {
    const signals = newSignals()
    const journal = opened({ dir: temporaryDirectory(context), signals, sync: { everyMs: 1000 } })
    const syncer = new Syncer(journal.part, signals)
    append(journal, 'one', 1)
    assert.equal(syncer.sync(), 'ok')
    assert.equal(syncer.sync(), 'ok')
    askForNewSegment(signals)
    append(journal, 'two', 1)
    append(journal, 'three', 1)
    assert.deepEqual(readdirSync(journal.part).sort(), ['00000000000000000000.log', '00000000000000000001.log', 'owner.lock'])
    assert.equal(syncer.sync(), 'ok')
    rmSync(journal.part, { recursive: true })
    assert.match((syncer.sync() as { failed: string }).failed, /^sync of journal .*may not survive a power cut/)
    assert.ok(takeNewSegmentRequest(signals))
    assert.ok(!takeNewSegmentRequest(signals))
    syncer.close()
    journal.close()
  })
}

async function followInThread({ part, signals, count }: Task): Promise<void> {
  const delivery: Delivery = succeeded(openDelivery(part, { destinations: ['d'], sync: 'never' }))
  const stop = new AbortController()
  const lines: string[] = []
  for await (const batch of follow(() => delivery.read('d', LIMITS), signals, stop.signal)) {
    const { records, next, notices } = succeeded(batch)
    assert.deepEqual(notices, [])
    lines.push(...records.map((record) => record.line))
    assert.equal(delivery.commit('d', next), 'ok')
    if (lines.length >= count) stop.abort()
  }
  delivery.close()
  parentPort!.postMessage(lines)
}
