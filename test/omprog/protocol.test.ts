// The oddities of omprog: what a program must bear, and what it must never say.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { linesOf } from '../support/lines.ts'
import { arrivedIn, configure, faultsOf, lineOf, makeSite, Omprog, Sender } from '../support/omprog.ts'

/** The numbers below `count`. */
function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number)
}

describe('omprog protocol', { concurrency: 2 }, () => {
  test('lines in pieces, and several in one piece: one answer each, in order', async (t) => {
    const site = makeSite(t)
    const program = new Omprog(t, site)
    assert.ok(await program.ready())
    for (const piece of lineOf(0).match(/.{1,40}/g)!) {
      program.write(piece)
      await sleep(2)
    }
    program.write('\n')
    assert.equal(await program.answer(), 'OK')
    program.write([1, 2, 3].map((number) => lineOf(number) + '\n').join('') + lineOf(4).slice(0, 50))
    for (let index = 0; index < 3; index++) assert.equal(await program.answer(), 'OK')
    program.write(lineOf(4).slice(50) + '\n')
    assert.equal(await program.answer(), 'OK')
    assert.deepEqual(await program.end(), { code: 0, signal: null })
    assert.equal(program.said, 'OK\n'.repeat(6))
    assert.equal(program.stderr, '')
    const arrived = arrivedIn(site.events)
    assert.deepEqual(faultsOf(arrived, upTo(5)), [])
    assert.equal(arrived.lines, 5)
  })

  test('empty lines, 200 kB, bytes that are not UTF-8, CR, text that is no JSON: a record and an OK each', async (t) => {
    const site = makeSite(t)
    const program = new Omprog(t, site)
    assert.ok(await program.ready())
    const lines = [
      '', '', ' ', '\r', 'text\rwith CR\r', '\xff\xfe\xe9', '\xc3\xa9 \xe2\x80\xa8', '{"rcv":', '{}', 'null', 'BEGIN TRANSACTION', 'COMMIT TRANSACTION', 'OK',
      lineOf(0, 'x'.repeat(200_000)), lineOf(1, '\xe9\xff'), 'y'.repeat(1_000_000),
    ]
    for (const line of lines) assert.equal(await program.ask(line), 'OK', line.slice(0, 40))
    assert.deepEqual(await program.end(), { code: 0, signal: null })
    assert.equal(program.said, 'OK\n'.repeat(lines.length + 1))
    const arrived = arrivedIn(site.events)
    assert.deepEqual(faultsOf({ ...arrived, ids: new Map([0, 1].map((number) => [number, arrived.ids.get(number)!])) }, [0, 1]), [])
    assert.equal(arrived.lines, lines.length)
  })

  test('the end in the middle of a line: it is not kept, and said', async (t) => {
    const site = makeSite(t)
    const program = new Omprog(t, site)
    assert.ok(await program.ready())
    assert.equal(await program.ask(lineOf(0)), 'OK')
    program.write(lineOf(1).slice(0, 70))
    await program.flushed()
    assert.deepEqual(await program.end(), { code: 0, signal: null })
    assert.equal(program.said, 'OK\nOK\n')
    assert.match(program.stderr, /^naslog: [^\n]*70 bytes[^\n]*\n$/)
    assert.deepEqual([...arrivedIn(site.events).ids.keys()], [0])
  })

  test('nobody reads the answer any more: a quiet end, and the line is kept', async (t) => {
    const site = makeSite(t)
    const program = new Omprog(t, site)
    assert.ok(await program.ready())
    program.stopReading()
    program.write(lineOf(0) + '\n')
    assert.deepEqual(await program.ended(), { code: 0, signal: null })
    assert.equal(program.stderr, '')
    assert.deepEqual([...arrivedIn(site.events).ids.keys()], [0])
  })

  for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGINT'] as const) {
    test(`${signal} does not end it`, async (t) => {
      const site = makeSite(t)
      const program = new Omprog(t, site)
      assert.ok(await program.ready())
      const sender = new Sender()
      for (let round = 0; round < 5; round++) {
        program.signal(signal)
        await sender.send(program, 20)
      }
      program.signal(signal)
      await sleep(50)
      await sender.send(program, 1)
      assert.deepEqual(await program.end(), { code: 0, signal: null })
      assert.equal(program.stderr, '')
      const arrived = arrivedIn(site.events)
      assert.deepEqual(faultsOf(arrived, sender.acknowledged), [])
      assert.equal(arrived.lines, 101)
    })
  }

  test('SIGTERM with the pipe open: it delivers and leaves; what is not answered is sent again', async (t) => {
    const site = makeSite(t)
    const sender = new Sender()
    const first = new Omprog(t, site)
    assert.ok(await first.ready())
    await sender.send(first, 50)
    setTimeout(() => first.signal('SIGTERM'), 20)
    await sender.send(first)
    assert.ok((await first.ended(10_000)).code === 0, 'a line that comes behind the signal ends it')
    const idle = new Omprog(t, site)
    assert.ok(await idle.ready())
    await sender.send(idle, 50)
    idle.signal('SIGTERM')
    assert.deepEqual(await idle.ended(10_000), { code: null, signal: 'SIGTERM' })
    const arrived = arrivedIn(site.events)
    assert.deepEqual(faultsOf(arrived, sender.acknowledged), [])
    assert.equal(arrived.lines, sender.acknowledged.size)
  })

  test('SIGTERM and the end of the input behind it, as rsyslogd stops it: exit code 0', async (t) => {
    const site = makeSite(t)
    const program = new Omprog(t, site)
    assert.ok(await program.ready())
    assert.equal(await program.ask(lineOf(0)), 'OK')
    program.signal('SIGTERM')
    assert.deepEqual(await program.end(), { code: 0, signal: null })
    assert.deepEqual([...arrivedIn(site.events).ids.keys()], [0])
  })

  test('SIGTERM while a large backlog is delivered: it leaves in the time of omprog.stop_after', async (t) => {
    const site = makeSite(t, { omprog: { stop_after: '0s' } })
    const program = new Omprog(t, site, { args: ['--no-ack'] })
    const count = 40_000
    program.write(upTo(count).map((number) => lineOf(number) + '\n').join(''))
    await program.flushed()
    const asked = Date.now()
    program.signal('SIGTERM')
    await program.ended(10_000)
    t.diagnostic(`left after ${Date.now() - asked} ms with ${linesOf(site.events).length} of ${count} lines delivered`)
    const last = new Omprog(t, site)
    assert.ok(await last.ready())
    configure(site, {})
    await last.end()
    assert.deepEqual(arrivedIn(site.events).broken, [])
  })

  test('--no-ack and `ack: false`: nothing on standard output, every line arrives', async (t) => {
    for (const [settings, args] of [[{}, ['--no-ack']], [{ omprog: { ack: false } }, []]] as const) {
      const site = makeSite(t, settings)
      const program = new Omprog(t, site, { args })
      program.write(upTo(500).map((number) => lineOf(number) + '\n').join(''))
      assert.deepEqual(await program.end(), { code: 0, signal: null })
      assert.equal(program.said, '')
      const arrived = arrivedIn(site.events)
      assert.deepEqual(faultsOf(arrived, upTo(500)), [])
      assert.equal(arrived.lines, 500)
    }
  })
})

describe('what is wrong before the first OK: no answer, one line on standard error, an exit code of its own', { concurrency: 2 }, () => {
  const faults: readonly { name: string; spoil: (site: ReturnType<typeof makeSite>) => void; args?: readonly string[]; code: number; says: RegExp }[] = [
    { name: 'a configuration that is no YAML', spoil: ({ config }) => writeFileSync(config, 'a: [\n'), code: 78, says: /naslog\.yaml:2:1/ },
    { name: 'an unknown key', spoil: (site) => configure(site, { more: { jurnal: {} } }), code: 78, says: /jurnal/ },
    { name: 'a wrong value', spoil: (site) => configure(site, { journal: { sync: 'often' } }), code: 78, says: /naslog\.yaml:\d+:\d+: .*often/ },
    { name: 'no configuration file', spoil: ({ config }) => rmSync(config), code: 78, says: /no such file/ },
    { name: 'an unknown option', spoil: () => {}, args: ['--invalid'], code: 2, says: /--invalid/ },
    { name: 'the journal is a file', spoil: ({ journal }) => writeFileSync(journal, ''), code: 69, says: /journal: .*does not start/ },
    { name: 'the journal cannot be made', spoil: (site) => configure(site, { journal: { directory: '/sys/naslog' } }), code: 69, says: /\/sys\/naslog.*does not start/ },
    { name: 'the destination is a directory', spoil: ({ events }) => mkdirSync(events), code: 69, says: /destination events: .*does not start/ },
    { name: 'the folder of the destination does not exist', spoil: (site) => configure(site, { destination: { path: join(site.dir, 'no/events') } }), code: 69, says: /destination events: .*no\/events.*does not start/ },
  ]
  for (const { name, spoil, args = [], code, says } of faults) {
    test(name, async (t) => {
      const site = makeSite(t)
      spoil(site)
      const program = new Omprog(t, site, { args })
      assert.equal(await program.answer(), undefined)
      assert.deepEqual(await program.ended(), { code, signal: null }, program.stderr)
      assert.equal(program.said, '')
      assert.match(program.stderr, says)
      assert.match(program.stderr, /^naslog: [^\n]*\n(Try 'naslog omprog --help'\.\n)?$/)
    })
  }

  test('a journal whose folder does not exist is made', async (t) => {
    const site = makeSite(t)
    configure(site, { journal: { directory: join(site.dir, 'a/b/journal') } })
    const program = new Omprog(t, site)
    assert.ok(await program.ready(), program.stderr)
    assert.ok(existsSync(join(site.dir, 'a/b/journal')))
    assert.equal((await program.end()).code, 0)
  })

  test('standard input is no pipe: an end with an error, not a program that hears nothing', async (t) => {
    const site = makeSite(t)
    const program = new Omprog(t, site, { wrapper: ['sh', '-c', 'exec "$@" < /', 'sh'] })
    assert.ok(await program.ready())
    assert.deepEqual(await program.ended(), { code: 1, signal: null })
    assert.match(program.stderr, /^naslog: [^\n]*EISDIR[^\n]*\n$/)
  })
})
