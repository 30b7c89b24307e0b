import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { readCursor } from '../../src/journal/cursor.ts'
import { openDelivery } from '../../src/journal/index.ts'
import type { SyncPolicy } from '../../src/journal/index.ts'
import { append, opened, Player, readAll, say, succeeded, temporaryDirectory } from './support.ts'

const [, bundle, part, dir, detail] = process.argv
if (part === 'append') appendForEver(dir!, detail!)
else if (part === 'commit') commitForEver(dir!)
else {
  for (const sync of ['never', 'always'] as const) {
    test(`kill -9 under load, sync ${sync}: nothing acknowledged is missing, nothing stands twice`, async (context) => {
      const dir = temporaryDirectory(context)
      const acknowledged: number[] = []
      for (const enough of [1, 40, 400, 1500]) {
        const player = new Player(context, bundle!, ['append', dir, JSON.stringify({ sync, run: acknowledged.length })])
        await player.hasWritten(sync === 'never' ? enough : Math.ceil(enough / 20))
        await player.kill()
        acknowledged.push(player.lines.length)
      }
      const journal = opened({ dir })
      assert.equal(journal.part, join(dir, '0001'))
      const delivery = succeeded(openDelivery(journal.part, { destinations: ['d'], sync }))
      const { lines, notices } = readAll(delivery, 'd')
      assert.deepEqual(notices, [])
      let at = 0
      for (const [run, count] of acknowledged.entries()) {
        let number = 0
        while (lines[at] === lineOf(run, number)) {
          at++
          number++
        }
        assert.ok(number >= count, `run ${run}: ${count} acknowledged, ${number} found`)
      }
      assert.equal(at, lines.length)
      delivery.close()
      journal.close()
    })
  }

  test('kill -9 while cursors are written: the cursor is whole, and not behind what was committed', async (context) => {
    const dir = temporaryDirectory(context)
    const journal = opened({ dir, segmentBytes: 20_000 })
    for (let number = 0; number < 20_000; number++) append(journal, lineOf(0, number), 1)
    let committed = 0
    for (const enough of [1, 50, 700]) {
      const player = new Player(context, bundle!, ['commit', journal.part])
      await player.hasWritten(enough)
      await player.kill()
      const cursor = readCursor(journal.part, 'd')
      assert.ok(typeof cursor === 'object', `the cursor is ${JSON.stringify(cursor)}`)
      assert.ok(cursor.sequence >= committed + player.lines.length)
      committed = cursor.sequence
      const delivery = succeeded(openDelivery(journal.part, { destinations: ['d'], sync: 'never' }))
      const { records } = succeeded(delivery.read('d', { maxRecords: 1, maxBytes: 1 }))
      assert.equal(records[0]?.line, lineOf(0, committed))
      delivery.close()
    }
    journal.close()
  })
}

function lineOf(run: number, number: number): string {
  return `run ${run} line ${number} ${'.'.repeat(number % 300)}`
}

/** Appends as fast as it can, and writes a line for each that was accepted. */
function appendForEver(dir: string, detail: string): void {
  const { sync, run } = JSON.parse(detail) as { sync: SyncPolicy; run: number }
  const journal = opened({ dir, sync, segmentBytes: 50_000 })
  for (let number = 0; ; number++) {
    assert.equal(append(journal, lineOf(run, number), Date.now()), 'ok')
    say(String(number))
  }
}

/** Commits record by record, and writes a line for each. */
function commitForEver(path: string): void {
  const delivery = succeeded(openDelivery(path, { destinations: ['d'], sync: 'never' }))
  for (;;) {
    const batch = succeeded(delivery.read('d', { maxRecords: 1, maxBytes: 1 }))
    if (batch.records.length === 0) return
    assert.equal(delivery.commit('d', batch.next), 'ok')
    say(String(batch.next.sequence))
  }
}
