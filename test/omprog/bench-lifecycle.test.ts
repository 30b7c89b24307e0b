// The cases of rsyslog's own test bench (tests/omprog-*.sh) for the life of a program, with naslog for the program. Each bears the name of its original.
import assert from 'node:assert/strict'
import { readdirSync, readlinkSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { linesOf } from '../support/lines.ts'
import { configure, makeSite } from '../support/omprog.ts'
import { skipWithoutRsyslogd } from '../support/rsyslogd.ts'
import {
  arrivalOfNumbers, capture, commandFor, freeze, holdDestination, isRunning, numbersIn, rsyslogFolder, sendNumbers, startAction, until, upTo, witnessed,
} from './support.ts'

/** An action that confirms and never gives up, with a queue. */
const QUEUED = `confirmMessages="on" action.resumeRetryCount="-1" action.resumeInterval="1"
  queue.type="LinkedList" queue.filename="q" queue.saveOnShutdown="on" queue.dequeueBatchSize="1"`
const MANY_WORKERS = 'queue.size="10000" queue.workerThreads="10" queue.workerThreadMinimumMessages="50"'
const LEFT_BY_ITSELF = /exited with status 0/
const NEEDS_A_PERSON = /needs a person/

describe("rsyslog's test bench: the life of a program", { skip: skipWithoutRsyslogd, concurrency: 3, timeout: 120_000 }, () => {
  test('omprog-defaults: no confirmation; it ends with its input', async (t) => {
    const site = makeSite(t)
    const { rsyslogd, port, reports } = await startAction(t, site, { action: '', command: commandFor(site, ' --no-ack') })
    await sendNumbers(port, 10)
    await arrivalOfNumbers(site, 10)
    assert.equal(await rsyslogd.stop(), 0)
    assert.match(reports(), LEFT_BY_ITSELF)
    assert.deepEqual(numbersIn(site.events), upTo(10))
  })

  test('omprog-feedback: a destination that fails is no concern of rsyslog, which hears OK', async (t) => {
    const site = makeSite(t)
    const { command, said } = witnessed(site)
    const { rsyslogd, port, captured } = await startAction(t, site, { action: `confirmMessages="on" hup.signal="HUP" ${capture(site)}`, command })
    await sendNumbers(port, 4)
    await arrivalOfNumbers(site, 4)
    const held = holdDestination(site)
    await sendNumbers(port, 6, 4)
    await until('the report', () => captured().some((line) => NEEDS_A_PERSON.test(line)))
    const conversation = ['< OK', ...upTo(10).flatMap((number) => [`> ${number}`, '< OK'])].join('\n') + '\n'
    await until('the answers', () => said() === conversation)
    held.release()
    rsyslogd.reload()
    await arrivalOfNumbers(site, 6, 4)
    assert.equal(await rsyslogd.stop(), 0)
    assert.equal(said(), conversation)
    assert.deepEqual(numbersIn(held.before, site.events), upTo(10))
  })

  test('omprog-feedback-mt: many workers, a naslog and a part of the journal each; every message once', async (t) => {
    const site = makeSite(t)
    const { rsyslogd, port } = await startAction(t, site, { action: `${QUEUED} ${MANY_WORKERS}` })
    await sendNumbers(port, 10_000)
    await arrivalOfNumbers(site, 10_000)
    const parts = readdirSync(site.journal).length
    assert.ok(parts > 1, `${parts} parts of the journal`)
    assert.equal(await rsyslogd.stop(), 0)
    assert.deepEqual(numbersIn(site.events).sort((a, b) => a - b), upTo(10_000))
  })

  test('omprog-feedback-timeout: dots keep the program, silence has it restarted', async (t) => {
    const site = makeSite(t, { journal: { max_size: '1MiB', segment_size: '64KiB' }, omprog: { dot_every: '200ms' } })
    const { rsyslogd, port, captured } = await startAction(t, site, {
      action: `${QUEUED} confirmTimeout="1000" signalOnClose="on" closeTimeout="500" killUnresponsive="on" hup.signal="HUP" ${capture(site)}`,
    })
    await sendNumbers(port, 5)
    await arrivalOfNumbers(site, 5)
    const [first] = rsyslogd.programs()
    const held = holdDestination(site)
    await sendNumbers(port, 80, 5, ' ' + 'f'.repeat(20_000))
    await until('the report of a full journal', () => captured().some((line) => line.includes('accepts nothing until')))
    // Three times the timeout, and nothing may happen.
    await sleep(3000)
    assert.deepEqual(rsyslogd.programs(), [first])
    held.release()
    rsyslogd.reload()
    await arrivalOfNumbers(site, 80, 5)
    await freeze(first!)
    await sendNumbers(port, 5, 85)
    await until('its end', () => !isRunning(first!))
    await arrivalOfNumbers(site, 5, 85)
    assert.equal(await rsyslogd.stop(), 0)
    // What the first one had delivered when it was stopped, but not yet noted, the second one delivers again.
    assert.deepEqual([...new Set(numbersIn(held.before, site.events))], upTo(90))
  })

  for (const [name, output] of [['omprog-restart-terminated', false], ['omprog-restart-terminated-outfile', true]] as const) {
    test(`${name}: USR1, TERM and KILL between messages, KILL with one unanswered; no descriptor is left behind`, async (t) => {
      const site = makeSite(t)
      const { rsyslogd, port } = await startAction(t, site, { action: `${QUEUED} ${output ? capture(site) : ''}` })
      const program = (): number => rsyslogd.programs()[0]!
      const descriptors = (): number => readdirSync(`/proc/${rsyslogd.pid}/fd`).length
      await sendNumbers(port, 1)
      await arrivalOfNumbers(site, 1)
      const links = [0, 1, 2].map((descriptor) => readlinkSync(`/proc/${program()}/fd/${descriptor}`).replace(/\d+/, 'N'))
      assert.deepEqual(links, ['pipe:[N]', 'pipe:[N]', output ? 'pipe:[N]' : '/dev/null'])
      const before = descriptors()
      let sent = 1
      for (const signal of ['SIGUSR1', 'SIGTERM', 'SIGKILL', 'SIGSTOP', 'SIGTERM', 'SIGKILL'] as const) {
        const target = program()
        if (signal === 'SIGSTOP') await freeze(target)
        else process.kill(target, signal)
        if (signal === 'SIGTERM' || signal === 'SIGKILL') await until(`the end by ${signal}`, () => !isRunning(target))
        await sendNumbers(port, 1, sent++)
        if (signal === 'SIGSTOP') {
          // It reaches the pipe and stays there.
          await sleep(200)
          process.kill(target, 'SIGKILL')
        }
        await arrivalOfNumbers(site, sent)
        if (signal === 'SIGUSR1') assert.equal(program(), target)
      }
      await until('as few descriptors as before', () => descriptors() <= before)
      assert.equal(await rsyslogd.stop(), 0)
      // One that is killed before it has noted what it delivered leaves that to the next, which delivers it again.
      assert.deepEqual([...new Set(numbersIn(site.events))], upTo(sent))
    })
  }

  for (const [name, signalOnClose] of [['omprog-close-unresponsive', 'on'], ['omprog-close-unresponsive-noterm', 'off']] as const) {
    test(`${name}: it leaves by itself, well before it is killed`, async (t) => {
      const site = makeSite(t)
      const action = `${QUEUED} signalOnClose="${signalOnClose}" closeTimeout="2000" killUnresponsive="on" ${capture(site)}`
      const { rsyslogd, port, reports, captured } = await startAction(t, site, { action })
      await sendNumbers(port, 100)
      await arrivalOfNumbers(site, 100)
      assert.equal(await rsyslogd.stop(), 0)
      assert.match(reports(), LEFT_BY_ITSELF)
      assert.doesNotMatch(reports(), /will be killed|terminated by signal/)
      assert.deepEqual(numbersIn(site.events), upTo(100))
      assert.deepEqual(captured(), [])
    })
  }

  for (const [name, workers] of [['omprog-output-capture', ''], ['omprog-output-capture-mt', MANY_WORKERS]] as const) {
    test(`${name}: what is reported stands in the file, whole lines, over rotations`, async (t) => {
      const site = makeSite(t)
      const output = join(rsyslogFolder(site), 'output')
      const { rsyslogd, port, captured } = await startAction(t, site, { action: `${QUEUED} ${workers} hup.signal="HUP" ${capture(site)}` })
      const count = workers === '' ? 1 : 3000
      await sendNumbers(port, count)
      await arrivalOfNumbers(site, count)
      for (let round = 1; round <= 4; round++) {
        const held = holdDestination(site)
        await sendNumbers(port, count, round * count)
        await until('the report', () => captured().some((line) => NEEDS_A_PERSON.test(line)))
        held.release()
        renameSync(output, `${output}.${round}`)
        rsyslogd.reload()
        await arrivalOfNumbers(site, count, round * count)
      }
      assert.equal(await rsyslogd.stop(), 0)
      const lines = ['', '.1', '.2', '.3', '.4'].flatMap((suffix) => captured(suffix))
      for (const line of lines) assert.match(line, /^naslog: destination events: .*(this needs a person, the journal keeps the lines|delivering again)$/)
      const stops = lines.filter((line) => NEEDS_A_PERSON.test(line)).length
      assert.equal(lines.length, 2 * stops, 'each stop has its end')
      assert.ok(workers === '' ? stops === 4 : stops >= 4, `${stops} reports`)
      t.diagnostic(`${stops} reports of a stop and as many of its end, ${lines.length} whole lines in 5 files`)
    })
  }

  for (const [name, output] of [['omprog-single-instance', false], ['omprog-single-instance-outfile', true]] as const) {
    test(`${name}: many workers, one naslog; every message once`, async (t) => {
      const site = makeSite(t)
      const action = `${QUEUED} ${MANY_WORKERS} forceSingleInstance="on" signalOnClose="on" ${output ? capture(site) : ''}`
      const { rsyslogd, port, reports, captured } = await startAction(t, site, { action })
      await sendNumbers(port, 10_000)
      await arrivalOfNumbers(site, 10_000)
      assert.equal(rsyslogd.programs().length, 1)
      assert.deepEqual(readdirSync(site.journal), ['0001'])
      assert.equal(await rsyslogd.stop(), 0)
      assert.equal(reports().match(/exited with status/g)?.length, 1)
      assert.deepEqual(captured(), [])
      assert.deepEqual(numbersIn(site.events).sort((a, b) => a - b), upTo(10_000))
    })
  }

  test('omprog-if-error: a template without a line feed, which rsyslog adds and complains about', async (t) => {
    const site = makeSite(t)
    const { rsyslogd, port, reports } = await startAction(t, site, { action: QUEUED, template: '%msg:2:$%' })
    await sendNumbers(port, 10)
    await arrivalOfNumbers(site, 10)
    assert.equal(await rsyslogd.stop(), 0)
    assert.match(reports(), /must be terminated with \\n/)
    assert.deepEqual(numbersIn(site.events), upTo(10))
  })

  test('omprog-empty-template: each message is an empty line, and a record', async (t) => {
    const site = makeSite(t)
    const { command, said } = witnessed(site)
    const { rsyslogd, port } = await startAction(t, site, { action: QUEUED, command, template: '' })
    await sendNumbers(port, 10)
    const conversation = '< OK\n' + '> \n< OK\n'.repeat(10)
    await until('the answers', () => said() === conversation)
    assert.equal(await rsyslogd.stop(), 0)
    assert.equal(said(), conversation)
    assert.equal(linesOf(site.events).length, 10)
  })

  test('omprog-invalid-args: it does not start; rsyslogd lives, and keeps the messages for the day when it does', async (t) => {
    const site = makeSite(t)
    const first = await startAction(t, site, { action: `${QUEUED} ${capture(site)}`, command: commandFor(site, ' --invalid') })
    await sendNumbers(first.port, 10)
    await until('its end', () => /exited with status 2/.test(first.reports()))
    assert.match(first.reports(), /terminated; will be restarted/)
    assert.ok(first.captured().includes("Try 'naslog omprog --help'."))
    assert.equal(await first.rsyslogd.stop(), 0)
    const second = await startAction(t, site, { action: QUEUED })
    // rsyslogd loses the message for which it starts a program in vain at the moment of its stop.
    await arrivalOfNumbers(site, 9, 1)
    assert.equal(await second.rsyslogd.stop(), 0)
  })

  test('omprog-invalid-args: a wrong configuration; the messages arrive once it is mended', async (t) => {
    const site = makeSite(t)
    configure(site, { journal: { sync: 'often' } })
    const { rsyslogd, port, reports, captured } = await startAction(t, site, { action: `${QUEUED} ${capture(site)}` })
    await sendNumbers(port, 10)
    await until('its end', () => /exited with status 78/.test(reports()))
    assert.match(captured().join('\n'), /^naslog: .*often/)
    configure(site, {})
    await arrivalOfNumbers(site, 10)
    assert.equal(await rsyslogd.stop(), 0)
    assert.deepEqual(numbersIn(site.events), upTo(10))
  })
})
