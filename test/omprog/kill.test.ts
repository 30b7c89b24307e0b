// kill -9 at every point of the conversation: what was acknowledged is delivered, and what comes twice has the same id.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { arrivedIn, configure, faultsOf, lineOf, makeSite, Omprog, repeatsOf, Sender, type Arrived, type Site, type SiteSettings } from '../support/omprog.ts'

const BEGIN = 'BEGIN TRANSACTION'
const COMMIT = 'COMMIT TRANSACTION'

interface Point {
  readonly name: string
  readonly settings?: SiteSettings
  /** Brings a new program to the point at which it is killed; `round` counts the lives. */
  readonly reach: (program: Omprog, sender: Sender, round: number, site: Site) => Promise<void>
  /** After the kill, before the program starts again. */
  readonly mend?: (site: Site) => void
}

/** Some messages, so that there is a past. */
async function begin(program: Omprog, sender: Sender): Promise<void> {
  assert.ok(await program.ready(), program.stderr)
  await sender.send(program, 20)
}

const transactions: SiteSettings = { omprog: { transactions: { begin: BEGIN, commit: COMMIT } } }

const points: readonly Point[] = [
  { name: 'before the first OK', reach: async (_program, _sender, round) => void (await sleep(round * 25)) },
  { name: 'idle behind the first OK', reach: async (program) => void (await program.ready()) },
  {
    name: 'idle behind an answer',
    reach: async (program, sender, round) => {
      await begin(program, sender)
      await sleep(round * 15)
    },
  },
  { name: 'at once behind an answer', reach: begin },
  {
    name: 'behind a line, before its answer is read',
    reach: async (program, sender, round) => {
      await begin(program, sender)
      program.write(sender.line + '\n')
      if (round > 0) await sleep(round - 1)
    },
  },
  {
    name: 'in the middle of a line',
    reach: async (program, sender, round) => {
      await begin(program, sender)
      program.write(sender.line.slice(0, 1 + round * 30))
      await sleep(5)
    },
  },
  {
    name: 'in the middle of a line of 200 kB',
    reach: async (program, sender, round) => {
      await begin(program, sender)
      program.write(lineOf(sender.next, 'x'.repeat(200_000)).slice(0, 60_000 + round * 20_000))
      await program.flushed()
    },
  },
  {
    name: 'during the dots of a full journal',
    settings: { journal: { max_size: '1MiB', segment_size: '64KiB' }, omprog: { dot_every: '100ms', refuse_after: '1h' } },
    reach: async (program, sender, round, { events }) => {
      assert.ok(await program.ready(), program.stderr)
      // A directory in its place: the destination waits for a person.
      if (existsSync(events)) renameSync(events, `${events}.${round}`)
      mkdirSync(events)
      for (;;) {
        program.write(lineOf(sender.next, 'y'.repeat(20_000)) + '\n')
        if ((await program.beginning())!.startsWith('.')) return
        assert.ok(sender.take((await program.answer())!))
      }
    },
    mend: (site) => rmdirSync(site.events),
  },
  {
    name: 'inside a transaction',
    settings: transactions,
    reach: async (program, sender, round) => {
      await begin(program, sender)
      assert.equal(await program.ask(BEGIN), 'OK')
      for (let index = 0; index < round; index++) assert.equal(await program.ask(lineOf(sender.next + index)), 'DEFER_COMMIT')
    },
  },
  {
    name: 'at COMMIT',
    settings: transactions,
    reach: async (program, sender, round) => {
      await begin(program, sender)
      assert.equal(await program.ask(BEGIN), 'OK')
      for (let index = 0; index < 3; index++) assert.equal(await program.ask(lineOf(sender.next + index)), 'DEFER_COMMIT')
      program.write(COMMIT + '\n')
      if (round > 0) await sleep(round - 1)
    },
  },
  {
    name: 'while it delivers after the end of the input',
    settings: { destination: { linger: '1s' } },
    reach: async (program, sender, round) => {
      assert.ok(await program.ready(), program.stderr)
      await sender.send(program, 500)
      program.closeInput()
      await sleep(round * 8)
    },
  },
]

/** What stands in the destination's file and in those that a test moved away. */
function arrivedAt({ dir }: Site): Arrived {
  return arrivedIn(...readdirSync(dir).filter((name) => name.startsWith('events.jsonl')).map((name) => join(dir, name)))
}

/** A last life that nothing disturbs: the message that was not acknowledged, and the end. */
async function finish(t: TestContext, site: Site, sender: Sender): Promise<void> {
  const program = new Omprog(t, site)
  assert.ok(await program.ready(), program.stderr)
  await sender.send(program, 5)
  assert.deepEqual(await program.end(), { code: 0, signal: null }, program.stderr)
}

describe('kill -9', { concurrency: 2 }, () => {
  for (const { name, settings = {}, reach, mend } of points) {
    test(name, { timeout: 60_000 }, async (t) => {
      const site = makeSite(t, settings)
      const sender = new Sender()
      for (let round = 0; round < 5; round++) {
        const program = new Omprog(t, site)
        await reach(program, sender, round, site)
        program.kill()
        await program.ended()
        mend?.(site)
      }
      await finish(t, site, sender)
      const arrived = arrivedAt(site)
      assert.deepEqual(faultsOf(arrived, sender.acknowledged), [])
      t.diagnostic(`${sender.acknowledged.size} acknowledged, ${repeatsOf(arrived)} repeats`)
    })
  }

  for (const settings of [
    { journal: { segment_size: '64KiB' }, destination: { linger: '0s' } },
    { journal: { segment_size: '256KiB', sync: 'always' }, destination: { linger: '5ms' } },
  ]) {
    const kills = Number(process.env['KILLS'] ?? 100)
    test(`${kills} times at random moments under load, ${JSON.stringify(settings)}`, { timeout: 600_000 }, async (t) => {
      const site = makeSite(t, settings)
      const sender = new Sender((number) => 'z'.repeat(number % 97 === 0 ? 9000 : number % 300))
      let early = 0
      for (let round = 0; round < kills; round++) {
        const program = new Omprog(t, site)
        // A start takes about 120 ms.
        const atStart = round % 4 === 0
        let timer = setTimeout(() => program.kill(), atStart ? Math.random() * 150 : 20_000)
        if (await program.ready()) {
          clearTimeout(timer)
          timer = setTimeout(() => program.kill(), Math.random() ** 2 * 200)
          await sender.send(program)
        } else early++
        await program.ended()
        clearTimeout(timer)
      }
      await finish(t, site, sender)
      const arrived = arrivedAt(site)
      assert.deepEqual(faultsOf(arrived, sender.acknowledged), [])
      t.diagnostic(`${kills} kills, ${early} of them before the first OK: ${sender.acknowledged.size} acknowledged, 0 lost, ${repeatsOf(arrived)} repeats`)
    })
  }

  test('while it delivers a backlog in large batches: the file has whole lines only', { timeout: 120_000 }, async (t) => {
    const count = 16_000
    const site = makeSite(t, { omprog: { stop_after: '0s' } })
    const filler = new Omprog(t, site, { args: ['--no-ack'] })
    while (!existsSync(site.events)) await sleep(5)
    rmSync(site.events)
    mkdirSync(site.events)
    for (let number = 0; number < count; number++) filler.write(lineOf(number, 'b'.repeat(1000)) + '\n')
    await filler.flushed()
    assert.equal((await filler.end()).code, 0)
    rmdirSync(site.events)

    const rounds = 15
    let torn = 0
    for (let round = 0; round < rounds; round++) {
      const program = new Omprog(t, site)
      await program.ready()
      await sleep(Math.random() * 120)
      program.kill()
      await program.ended()
      if (!endsWhole(site.events)) torn++
    }
    configure(site, {})
    const last = new Omprog(t, site)
    assert.deepEqual(await last.end(), { code: 0, signal: null }, last.stderr)
    const arrived = arrivedAt(site)
    assert.deepEqual(faultsOf(arrived, Array.from({ length: count }, (_, number) => number)), [])
    t.diagnostic(`${rounds} kills, ${torn} of them in the middle of a write: 0 of ${count} lost, ${repeatsOf(arrived)} repeats`)
  })
})

function endsWhole(file: string): boolean {
  const content = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
  return content.length === 0 || content.at(-1) === 0x0a
}
