// No room: for the journal, for the destination, in a journal that has its limit. And several programs over one journal.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { linesOf } from '../support/lines.ts'
import { arrivedIn, configure, faultsOf, lineOf, makeSite, Omprog, repeatsOf, Sender, type Site } from '../support/omprog.ts'

const mounts = spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /mnt && command -v nsenter']).status === 0
const skip = !mounts && 'needs the right to mount a tmpfs in a namespace of its own'

/** A file system of 1 MB that only programs with the wrapper see; the test reaches it by the path. */
interface SmallDisk {
  readonly wrapper: readonly string[]
  /** The folder as the program names it. */
  readonly inside: string
  /** The folder as the test names it. */
  readonly outside: string
  fill(): void
  clear(): void
}

async function makeSmallDisk(t: TestContext, { dir }: Site): Promise<SmallDisk> {
  const inside = join(dir, 'small')
  mkdirSync(inside)
  // The namespace, and with it the file system, lasts as long as the process that made it.
  const keeper = spawn('unshare', ['-m', 'sh', '-c', `mount -t tmpfs -o size=1m tmpfs ${inside} && touch ${inside}/mounted && exec sleep 600`], { stdio: 'ignore' })
  t.after(() => keeper.kill('SIGKILL'))
  const outside = `/proc/${keeper.pid}/root${inside}`
  for (const deadline = Date.now() + 5000; !existsSync(join(outside, 'mounted')); await sleep(10)) assert.ok(Date.now() < deadline, 'no tmpfs')
  return {
    wrapper: ['nsenter', `--mount=/proc/${keeper.pid}/ns/mnt`],
    inside,
    outside,
    fill() {
      const block = Buffer.alloc(4096, 'f')
      assert.throws(() => {
        for (;;) appendFileSync(join(outside, 'filler'), block)
      }, { code: 'ENOSPC' })
    },
    clear: () => rmSync(join(outside, 'filler')),
  }
}

async function waitFor(what: string, condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !condition(); await sleep(20)) assert.ok(Date.now() < deadline, `${what} did not happen within 20 s`)
}

describe('no room', { concurrency: 2 }, () => {
  test('on the disk of the journal: dots, a refusal, and acceptance once there is room', { skip }, async (t) => {
    const site = makeSite(t)
    const disk = await makeSmallDisk(t, site)
    configure(site, { journal: { directory: join(disk.inside, 'journal'), segment_size: '64KiB' }, omprog: { dot_every: '100ms', refuse_after: '500ms' } })
    const program = new Omprog(t, site, disk)
    assert.ok(await program.ready(), program.stderr)
    const sender = new Sender((number) => 'p'.repeat(number % 500))
    await sender.send(program, 100)
    disk.fill()
    const answers: string[] = []
    // The last page of the segment has room still.
    while (answers.length < 3) {
      const answer = (await program.ask(sender.line))!
      if (!sender.take(answer)) answers.push(answer)
    }
    for (const answer of answers) assert.match(answer, /^\.{5}append to .*(ENOSPC|found room)/)
    program.write(sender.line + '\n')
    assert.match((await program.beginning())!, /^\./)
    disk.clear()
    assert.match((await program.answer())!, /^\.+OK$/)
    sender.take('OK')
    await sender.send(program, 100)
    assert.deepEqual(await program.end(), { code: 0, signal: null })
    const arrived = arrivedIn(site.events)
    assert.deepEqual(faultsOf(arrived, sender.acknowledged), [])
    assert.equal(repeatsOf(arrived), 0)
    assert.match(program.stderr, /accepts nothing until/)
    assert.match(program.stderr, /takes lines again/)
  })

  test('on the disk of the destination: everything is accepted, and delivered once there is room', { skip }, async (t) => {
    const site = makeSite(t)
    const disk = await makeSmallDisk(t, site)
    configure(site, { destination: { path: join(disk.inside, 'events') } })
    const events = join(disk.outside, 'events')
    const program = new Omprog(t, site, disk)
    assert.ok(await program.ready(), program.stderr)
    const sender = new Sender((number) => 'p'.repeat(number % 500))
    await sender.send(program, 50)
    await waitFor('the first delivery', () => linesOf(events).length === 50)
    disk.fill()
    await sender.send(program, 200)
    await waitFor('the report', () => /destination events: .*the disk is full/.test(program.stderr))
    assert.deepEqual(arrivedIn(events).broken, [], 'whole lines only')
    // Killed meanwhile, too.
    program.kill()
    await program.ended()
    const next = new Omprog(t, site, disk)
    assert.ok(await next.ready(), next.stderr)
    await sender.send(next, 50)
    disk.clear()
    next.signal('SIGHUP')
    assert.deepEqual(await next.end(), { code: 0, signal: null }, next.stderr)
    const arrived = arrivedIn(events)
    assert.deepEqual(faultsOf(arrived, sender.acknowledged), [])
    t.diagnostic(`${sender.acknowledged.size} acknowledged, ${repeatsOf(arrived)} repeats`)
  })

  test('in the journal, while the destination waits for a person: dots, refusals, and acceptance once it works', async (t) => {
    const site = makeSite(t, { journal: { max_size: '1MiB', segment_size: '64KiB' }, omprog: { dot_every: '100ms', refuse_after: '300ms' } })
    const program = new Omprog(t, site)
    assert.ok(await program.ready(), program.stderr)
    rmSync(site.events)
    mkdirSync(site.events)
    const sender = new Sender(() => 'q'.repeat(5000))
    for (;;) {
      const answer = (await program.ask(sender.line))!
      if (sender.take(answer)) continue
      assert.match(answer, /^\.{3}the journal in .* has reached its limit$/)
      break
    }
    assert.ok(sender.acknowledged.size > 150, `${sender.acknowledged.size} of about 200 found room`)
    assert.match((await program.ask(sender.line))!, /^\.{3}the journal/)
    assert.match(program.stderr, /destination events: .*this needs a person/)
    rmdirSync(site.events)
    program.signal('SIGHUP')
    for (let tries = 0; !sender.take((await program.ask(sender.line))!); tries++) assert.ok(tries < 50, program.stderr)
    await sender.send(program, 300)
    assert.deepEqual(await program.end(), { code: 0, signal: null })
    const arrived = arrivedIn(site.events)
    assert.deepEqual(faultsOf(arrived, sender.acknowledged), [])
    assert.equal(arrived.lines, sender.acknowledged.size)
  })

  test('in the journal, because many programs hold a delivered segment each: it is left, and there is room', async (t) => {
    const site = makeSite(t, { journal: { max_size: '1MiB', segment_size: '1MiB' }, omprog: { dot_every: '100ms', refuse_after: '5s' } })
    const programs = Array.from({ length: 9 }, () => new Omprog(t, site))
    const sender = new Sender(() => 'r'.repeat(60_000))
    for (const program of programs) {
      assert.ok(await program.ready(), program.stderr)
      // Two lines fit in a segment, an eighth of the limit.
      await sender.send(program, 2)
    }
    for (const program of programs) assert.deepEqual(await program.end(), { code: 0, signal: null })
    const arrived = arrivedIn(site.events)
    assert.deepEqual(faultsOf(arrived, sender.acknowledged), [])
    assert.equal(sender.acknowledged.size, 18)
  })
})

describe('several programs over one journal', { concurrency: 2 }, () => {
  test('every line once', async (t) => {
    const site = makeSite(t, { journal: { segment_size: '64KiB' } })
    const programs = Array.from({ length: 4 }, () => new Omprog(t, site))
    let next = 0
    await Promise.all(programs.map(async (program) => {
      assert.ok(await program.ready(), program.stderr)
      while (next < 2000) assert.equal(await program.ask(lineOf(next++)), 'OK')
    }))
    for (const exit of await Promise.all(programs.map((program) => program.end()))) assert.deepEqual(exit, { code: 0, signal: null })
    const arrived = arrivedIn(site.events)
    assert.deepEqual(faultsOf(arrived, Array.from({ length: 2000 }, (_, number) => number)), [])
    assert.equal(arrived.lines, 2000)
    assert.equal(readdirSync(site.journal).length, 4)
  })

  test('all killed: the next one delivers what they left, and their parts go', async (t) => {
    const site = makeSite(t, { destination: { linger: '2s' } })
    const programs = Array.from({ length: 4 }, () => new Omprog(t, site))
    const acknowledged: number[] = []
    let next = 0
    await Promise.all(programs.map(async (program, index) => {
      assert.ok(await program.ready(), program.stderr)
      for (let count = 0; count < 100 * (index + 1); count++) {
        const number = next++
        assert.equal(await program.ask(lineOf(number)), 'OK')
        acknowledged.push(number)
      }
      program.kill()
      await program.ended()
    }))
    const last = new Omprog(t, site)
    assert.ok(await last.ready(), last.stderr)
    assert.deepEqual(await last.end(), { code: 0, signal: null })
    const arrived = arrivedIn(site.events)
    assert.deepEqual(faultsOf(arrived, acknowledged), [])
    assert.deepEqual(readdirSync(site.journal), ['0001'])
    assert.match(last.stderr, /its owner is dead; delivering what it left/)
  })

  test('a piece of a record that a dead one left: cut off by a sole writer, ended by one of several', async (t) => {
    const site = makeSite(t)
    const whole = '{"event":{"id":"whole"},"user":{"name":"m9999"}}'
    writeFileSync(site.events, `${whole}\n{"pie`)
    const first = new Omprog(t, site)
    assert.ok(await first.ready(), first.stderr)
    assert.equal(await first.ask(lineOf(0)), 'OK')
    await waitFor('the delivery', () => arrivedIn(site.events).ids.has(0))
    assert.equal(linesOf(site.events)[0], whole)
    assert.deepEqual([...arrivedIn(site.events).broken], [])
    const second = new Omprog(t, site)
    assert.ok(await second.ready(), second.stderr)
    appendFileSync(site.events, '{"pie')
    assert.equal(await first.ask(lineOf(1)), 'OK')
    await waitFor('the delivery', () => arrivedIn(site.events).ids.has(1))
    const { ids, broken } = arrivedIn(site.events)
    assert.deepEqual(broken, ['{"pie'])
    assert.ok(ids.has(0) && ids.has(1))
    await Promise.all([first.end(), second.end()])
  })
})

describe('logrotate under load', { concurrency: 2 }, () => {
  for (const hangUp of [false, true]) {
    test(`moves the file ${hangUp ? 'and sends SIGHUP' : 'without a signal'}: no line lost, none twice, two writers`, async (t) => {
      const site = makeSite(t, { destination: { linger: '1ms' } })
      const programs = [new Omprog(t, site), new Omprog(t, site)]
      for (const program of programs) assert.ok(await program.ready(), program.stderr)
      const count = 3000
      let next = 0
      const files = [site.events]
      const sending = programs.map(async (program) => {
        while (next < count) assert.equal(await program.ask(lineOf(next++)), 'OK')
      })
      while (next < count) {
        await sleep(40)
        const moved = `${site.events}.${files.length}`
        // As logrotate with nocreate, and `missingok`.
        if (!existsSync(site.events)) continue
        renameSync(site.events, moved)
        files.push(moved)
        if (hangUp) for (const program of programs) program.signal('SIGHUP')
      }
      await Promise.all(sending)
      for (const program of programs) assert.deepEqual(await program.end(), { code: 0, signal: null })
      const arrived = arrivedIn(...files)
      assert.deepEqual(faultsOf(arrived, Array.from({ length: next }, (_, number) => number)), [])
      assert.equal(repeatsOf(arrived), 0)
      t.diagnostic(`${count} lines in ${files.length} files`)
    })
  }

  test('copies and truncates: what is written later begins at the start of the file, whole lines only', async (t) => {
    const site = makeSite(t)
    const program = new Omprog(t, site)
    assert.ok(await program.ready(), program.stderr)
    const sender = new Sender()
    const copies: string[] = []
    for (let round = 1; round <= 3; round++) {
      await sender.send(program, 200)
      // copytruncate itself loses what is written between the copy and the cut: it is only safe in a quiet moment.
      await waitFor('the delivery', () => arrivedIn(site.events, ...copies).lines === sender.acknowledged.size)
      const copy = `${site.events}.${round}`
      spawnSync('cp', [site.events, copy])
      spawnSync('truncate', ['-s', '0', site.events])
      copies.push(copy)
    }
    await sender.send(program, 10)
    assert.deepEqual(await program.end(), { code: 0, signal: null })
    assert.ok(statSync(site.events).size < 20_000, 'no hole at the start')
    const arrived = arrivedIn(site.events, ...copies)
    assert.deepEqual(faultsOf(arrived, sender.acknowledged), [])
    assert.equal(repeatsOf(arrived), 0)
  })
})
