import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { adoptParts, openDelivery, openJournal } from '../../src/journal/index.ts'
import type { Delivery, Journal } from '../../src/journal/index.ts'
import { isHeld, Lock, takeLock } from '../../src/journal/lock.ts'
import { append, deliverAll, opened, Player, readAll, succeeded, temporaryDirectory } from './support.ts'

const OPTIONS = { destinations: ['d'], sync: 'never' } as const

const [, bundle, part, dir] = process.argv
if (part === 'obey') obey(dir!)
else {
  test('each process has a part of its own; one after the other goes on in the same', async (context) => {
    const dir = temporaryDirectory(context)
    const [one, two] = [0, 1].map(() => new Player(context, bundle!, ['obey', dir]))
    assert.equal(await one!.ask('open'), '0001')
    assert.equal(await two!.ask('open'), '0002')
    assert.equal(await one!.ask('append first'), 'ok')
    await one!.kill()
    const journal = opened({ dir })
    assert.equal(basename(journal.part), '0001')
    append(journal, 'second', 1)
    const delivery = succeeded(openDelivery(journal.part, OPTIONS))
    assert.deepEqual(readAll(delivery, 'd').lines, ['first', 'second'])
    delivery.close()
    journal.close()
  })

  test('a dead part is adopted by exactly one of several, then by the next, is drained and removed', async (context) => {
    const dir = temporaryDirectory(context)
    const owner = new Player(context, bundle!, ['obey', dir])
    await owner.ask('open')
    await owner.ask('append left behind')
    const adopters = [0, 1, 2].map(() => new Player(context, bundle!, ['obey', dir]))
    for (const adopter of adopters) assert.equal(await adopter.ask('adopt'), '')
    await owner.kill()
    const answers = await Promise.all(adopters.map((adopter) => adopter.ask('adopt')))
    assert.deepEqual(answers.sort(), ['', '', '0001'])
    for (const adopter of adopters) if (adopter.lines.includes('0001')) await adopter.kill()
    const [next] = adopters.filter((adopter) => !adopter.lines.includes('0001'))
    assert.equal(await next!.ask('adopt'), '0001')
    assert.equal(await next!.ask('drain'), 'left behind')
    assert.ok(!existsSync(join(dir, '0001')))
  })

  test('adopting recovers the end; a part without records is drained once it was looked at', (context) => {
    const dir = temporaryDirectory(context)
    mkdirSync(join(dir, '0001'))
    mkdirSync(join(dir, '0002'))
    writeFileSync(join(dir, '0002', '00000000000000000000.log'), '\nNJ1torn')
    const { deliveries, notices } = adoptParts(dir, OPTIONS)
    assert.equal(deliveries.length, 2)
    assert.match(notices.join('\n'), /0002.*8 bytes of an unfinished record cut off/)
    for (const delivery of deliveries) {
      assert.ok(!delivery.isDrained())
      assert.deepEqual(readAll(delivery, 'd'), { lines: [], notices: [] })
      assert.ok(delivery.isDrained())
      assert.equal(delivery.remove(), 'ok')
    }
    assert.deepEqual(readdirSync(dir), [])
  })

  test('what is damaged at the end of an adopted part does not keep it from being removed', (context) => {
    const dir = temporaryDirectory(context)
    const journal = opened({ dir })
    append(journal, 'good', 1)
    journal.close()
    const [delivery] = adoptParts(dir, OPTIONS).deliveries
    writeFileSync(join(dir, '0001', '00000000000000000000.log'), 'spoilt after recovery', { flag: 'a' })
    const first = succeeded(delivery!.read('d', { maxRecords: 10, maxBytes: 1000 }))
    assert.deepEqual([first.records.length, first.notices.length], [1, 1])
    assert.ok(!delivery!.isDrained())
    delivery!.commit('d', first.next)
    assert.deepEqual(readAll(delivery!, 'd'), { lines: [], notices: [] })
    assert.ok(delivery!.isDrained())
    delivery!.close()
  })

  test('the lock: held once, free again after release, and gone with its directory', (context) => {
    const dir = temporaryDirectory(context)
    const lock = takeLock(dir)
    assert.ok(lock instanceof Lock)
    assert.equal(takeLock(dir), 'held')
    assert.equal(isHeld(dir), true)
    lock.release()
    assert.equal(isHeld(dir), false)
    assert.equal(takeLock(join(dir, 'none')), 'gone')
    const again = takeLock(dir)
    assert.ok(again instanceof Lock)
    again.release()
  })

  test('a directory that cannot be made is a value', (context) => {
    const dir = temporaryDirectory(context)
    writeFileSync(join(dir, 'file'), '')
    const refused = openJournal({ dir: join(dir, 'file', 'journal'), sync: 'never' })
    assert.match((refused as { failed: string }).failed, /^opening the journal in .*ENOTDIR/)
  })
}

/** Does what it is told on standard input, and answers with one line. */
function obey(dir: string): void {
  let journal: Journal | undefined
  let adopted: readonly Delivery[] = []
  createInterface({ input: process.stdin }).on('line', (line) => {
    const [command, ...words] = line.split(' ')
    if (command === 'open') {
      journal = opened({ dir })
      console.log(basename(journal.part))
    } else if (command === 'append') {
      console.log(append(journal!, words.join(' '), 1))
    } else if (command === 'adopt') {
      adopted = adoptParts(dir, OPTIONS).deliveries
      console.log(adopted.map((delivery) => basename(delivery.part)).join(' '))
    } else if (command === 'drain') {
      const lines = adopted.flatMap((delivery) => deliverAll(delivery, 'd'))
      for (const delivery of adopted) if (delivery.isDrained()) delivery.remove()
      console.log(lines.join(','))
    }
  })
}
