import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openDelivery } from '../../src/journal/index.ts'
import { append, deliverAll, opened, Player, readAll, succeeded, temporaryDirectory } from './support.ts'

const LINE = 'x'.repeat(1000)
const FRAME_BYTES = 1026

/** What `fill` has seen. */
interface Seen {
  appended: number
  refusal: unknown
  /** Of the last segment, after the refusal. */
  bytes: number
  delivered: number
  afterwards: unknown
}

/** A mount namespace of its own: the file system goes with the process. */
const ON_SMALL_DISK = ['unshare', '--map-root-user', '--mount', 'sh', '-c', 'mount -t tmpfs -o size=1m none "$0" && exec "$@"']
const canMount = spawnSync('unshare', ['--map-root-user', '--mount', 'sh', '-c', 'mount -t tmpfs -o size=1m none /mnt']).status === 0

const [, bundle, part, dir, segmentBytes] = process.argv
if (part === 'fill') fill(dir!, Number(segmentBytes))
else {
  test('the disk is full: refused as a value, no torn record, room again after delivery', { skip: canMount ? false : 'may not mount a file system' }, async (context) => {
    const dir = temporaryDirectory(context)
    const player = new Player(context, bundle!, ['fill', dir, '100000'], [...ON_SMALL_DISK, dir])
    assert.equal(await player.left(), 0)
    const seen = JSON.parse(player.lines[0]!) as Seen
    assert.ok(seen.appended > 900 && seen.appended < 1024, `${seen.appended} of 1026 bytes on 1 MiB`)
    assert.match((seen.refusal as { full: string }).full, /found room$|ENOSPC/)
    assert.equal(seen.bytes % FRAME_BYTES, 0)
    assert.equal(seen.delivered, seen.appended)
    assert.equal(seen.afterwards, 'ok')
  })

  test('the limit on the size of a file: the record that does not fit is cut back', async (context) => {
    const dir = temporaryDirectory(context)
    const player = new Player(context, bundle!, ['fill', dir, '1000000'], ['bash', '-c', 'ulimit -f 64; exec "$@"', 'bash'])
    assert.equal(await player.left(), 0)
    const seen = JSON.parse(player.lines[0]!) as Seen
    assert.equal(seen.appended, Math.floor(65_536 / FRAME_BYTES))
    assert.match((seen.refusal as { full: string }).full, /: only 898 of 1026 bytes found room$/)
    assert.equal(seen.bytes, seen.appended * FRAME_BYTES)
    assert.equal(seen.delivered, seen.appended)
    const journal = opened({ dir })
    assert.deepEqual(journal.notices, [])
    assert.equal(append(journal, LINE, 1), 'ok')
    journal.close()
  })

  test('what cannot be cut back is not followed by anything', (context) => {
    const dir = withDevice(context, '/dev/full')
    const journal = opened({ dir })
    for (let attempt = 0; attempt < 2; attempt++) {
      assert.match((append(journal, LINE, 1) as { failed: string }).failed, /^cutting an unfinished record off .*EINVAL/)
    }
    journal.close()
  })

  test('a failed sync is told, and the next record goes into a new segment', (context) => {
    const dir = withDevice(context, '/dev/null')
    const journal = opened({ dir, sync: 'always' })
    assert.match((append(journal, 'one', 1) as { failed: string }).failed, /^sync of .*EINVAL/)
    assert.equal(append(journal, 'two', 1), 'ok')
    assert.equal(append(journal, 'three', 1), 'ok')
    const delivery = succeeded(openDelivery(journal.part, { destinations: ['d'], sync: 'always' }))
    assert.deepEqual(deliverAll(delivery, 'd'), ['two', 'three'])
    assert.deepEqual(readdirSync(journal.part).filter((name) => name.endsWith('.log')), ['00000000000000000001.log'])
    delivery.close()
    journal.close()
  })

  test('what waits for a commit is synced there, with the policy always only', (context) => {
    for (const [sync, committed] of [['always', /^sync of .*EINVAL/], [{ everyMs: 1000 }, undefined], ['never', undefined]] as const) {
      const journal = opened({ dir: withDevice(context, '/dev/null'), sync })
      assert.equal(append(journal, 'one', 1, { deferred: true }), 'ok')
      const result = journal.commit()
      if (committed === undefined) assert.equal(result, 'ok')
      else assert.match((result as { failed: string }).failed, committed)
      assert.equal(append(journal, 'one', 1, { deferred: true }), 'ok')
      assert.equal(journal.commit(), 'ok')
      journal.close()
    }
  })

  test('the limit of the journal counts all parts, and what is delivered makes room', (context) => {
    const dir = temporaryDirectory(context)
    const maxBytes = 40 * FRAME_BYTES
    const other = opened({ dir, maxBytes })
    for (let number = 0; number < 10; number++) assert.equal(append(other, LINE, 1), 'ok')
    const journal = opened({ dir, maxBytes })
    let appended = 0
    while (append(journal, LINE, 1) === 'ok') appended++
    assert.equal(appended, 30)
    assert.match((append(journal, '', 1) as { full: string }).full, /has reached its limit$/)
    const delivery = succeeded(openDelivery(journal.part, { destinations: ['d'], sync: 'never' }))
    assert.equal(deliverAll(delivery, 'd').length, 30)
    assert.equal(append(journal, LINE, 1), 'ok')
    assert.equal(readAll(delivery, 'd').lines.length, 1)
    delivery.close()
    journal.close()
    other.close()
  })
}

/** A journal whose first segment is a device: `full` refuses every write, and neither can be synced or cut. */
function withDevice(context: TestContext, device: string): string {
  const dir = temporaryDirectory(context)
  mkdirSync(join(dir, '0001'))
  symlinkSync(device, join(dir, '0001', '00000000000000000000.log'))
  return dir
}

/** Appends until it is refused, delivers everything, appends once more, and writes what it saw. */
function fill(dir: string, segmentBytes: number): void {
  const journal = opened({ dir, segmentBytes, sync: { everyMs: 1000 } })
  let appended = 0
  let refusal: unknown
  while ((refusal = append(journal, LINE, 1)) === 'ok') appended++
  const last = readdirSync(journal.part).filter((name) => name.endsWith('.log')).sort().at(-1)!
  const { size } = statSync(join(journal.part, last))
  const delivery = succeeded(openDelivery(journal.part, { destinations: ['d'], sync: 'never' }))
  const delivered = deliverAll(delivery, 'd', 50).length
  const afterwards = append(journal, LINE, 1)
  console.log(JSON.stringify({ appended, refusal, bytes: size, delivered, afterwards } satisfies Seen))
}
