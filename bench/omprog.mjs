// npm run bench:omprog -- [--lines 100000] [--rounds 5] [--json]
//
// Lines a second that rsyslogd gives to a program that confirms each: naslog (journal, file destination) against a C program that
// only answers OK, a Python program like rsyslog's own example, and naslog with one fdatasync a line. All lines wait in rsyslog's queue
// when the program takes the first, and the clock starts; it stops when the program has taken the last. Contenders take turns; ratios of medians are what counts: the speed
// of this conversation is how fast one core wakes the other, so it is measured with all on one core and with two.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({
  options: { lines: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '5' }, only: { type: 'string' }, json: { type: 'boolean' } },
})
const lines = Number(options.lines)
const rounds = Number(options.rounds)
const rsyslogd = ['/usr/sbin/rsyslogd', '/sbin/rsyslogd'].find(existsSync)
if (rsyslogd === undefined) throw new Error('rsyslogd is not installed: apt install rsyslog')

const root = mkdtempSync(join(tmpdir(), 'naslog-bench-'))
const naslog = resolve('dist/naslog')
const acker = join(root, 'acker')
execFileSync('cc', ['-O2', '-o', acker, 'bench/acker.c'])

const message = (number) =>
  `<30>Jul 15 18:06:46 NAS8E49A8 qulogd[13241]: conn log: Users: admin, Source IP: 10.0.0.1, Computer name: pc-7, Connection type: SAMBA, Accessed resources: Multimedia/${String(number).padStart(8, '0')}.txt, Action: Read`

/** Bytes of every line that the template makes of these messages. */
let lineBytes

const contenders = {
  'C, answers OK': { command: () => acker, taken: takenPipe },
  'C, appends to a file first': { command: (dir) => `${acker} ${join(dir, 'taken')}`, taken: takenFile },
  'Python, appends, too': { command: (dir) => `/usr/bin/python3 ${resolve('bench/acker.py')} ${join(dir, 'taken')}`, taken: takenFile },
  naslog: { command: (dir) => `${process.execPath} ${naslog} omprog --config ${configure(dir, '1s')}`, taken: takenJournal, delivers: true },
  'naslog, fdatasync a line': { command: (dir) => `${process.execPath} ${naslog} omprog --config ${configure(dir, 'always')}`, taken: takenJournal, slow: 20 },
}
const settings = [
  { name: 'one core, 1 worker', pin: true, workers: 1 },
  { name: 'two cores, 1 worker', pin: false, workers: 1 },
  { name: 'one core, 2 workers', pin: true, workers: 2 },
  { name: 'two cores, 2 workers', pin: false, workers: 2 },
]

function configure(dir, sync) {
  const file = join(dir, 'naslog.yaml')
  writeFileSync(
    file,
    `timezone: {default: UTC}\njournal: {directory: ${dir}/journal, sync: ${sync}}\ndestinations: [{name: events, type: file, path: ${dir}/events.jsonl}]\ndead_letters: ${dir}/dead.jsonl\n`,
  )
  return file
}

/** What a program has read since it was started, but for the few kB that the loader read: less than 50 lines. */
function takenPipe(dir) {
  const pid = existsSync(join(dir, 'pid.program')) ? readFileSync(join(dir, 'pid.program'), 'utf8').trim() : undefined
  if (pid === undefined) return 0
  return Number(/rchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))[1]) / lineBytes
}

function takenFile(dir) {
  return existsSync(join(dir, 'taken')) ? statSync(join(dir, 'taken')).size / lineBytes : 0
}

const FRAME_HEADER = 26

/** naslog's journal names its segments by the first sequence in them. */
function takenJournal(dir) {
  let taken = 0
  const journal = join(dir, 'journal')
  for (const part of existsSync(journal) ? readdirSync(journal) : []) {
    const segments = readdirSync(join(journal, part)).filter((name) => name.endsWith('.log')).sort()
    const last = segments.at(-1)
    if (last !== undefined) taken += Number.parseInt(last, 10) + statSync(join(journal, part, last)).size / (FRAME_HEADER + lineBytes - 1)
  }
  return taken
}

async function freePort() {
  const server = createServer()
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address()
  await new Promise((done) => server.close(done))
  return port
}

async function until(condition, seconds, what) {
  const end = Date.now() + seconds * 1000
  while (!condition()) {
    if (Date.now() > end) throw new Error(`${what} took longer than ${seconds} s`)
    await sleep(2)
  }
}

async function run(contender, { pin, workers }) {
  const dir = mkdtempSync(join(root, 'run-'))
  mkdirSync(join(dir, 'spool'))
  const port = await freePort()
  const count = Math.max(1000, Math.round(lines / (contender.slow ?? 1)))
  const gate = join(dir, 'gate')
  // The program is started when the first line comes, and waits at the gate until all are in the queue.
  const start = join(dir, 'start.sh')
  writeFileSync(start, `#!/bin/sh\necho $$ > ${join(dir, 'pid.program')}\nwhile [ ! -e ${gate} ]; do sleep 0.01; done\nexec ${contender.command(dir)}\n`, { mode: 0o755 })
  const instance = workers === 1 ? 'forceSingleInstance="on"' : ''
  writeFileSync(
    join(dir, 'rsyslog.conf'),
    `global(workDirectory="${dir}/spool")
module(load="imtcp") module(load="omprog")
template(name="naslog" type="list" option.jsonf="on") {
  property(outname="rcv" name="timegenerated" dateFormat="rfc3339" format="jsonf")
  property(outname="ip" name="fromhost-ip" format="jsonf")
  property(outname="host" name="hostname" format="jsonf")
  property(outname="pri" name="pri" format="jsonf" datatype="auto")
  property(outname="raw" name="rawmsg" format="jsonf")
}
ruleset(name="bench" queue.type="LinkedList" queue.size="${count + 20000}" queue.dequeueBatchSize="1" queue.workerThreads="${workers}"
        queue.workerThreadMinimumMessages="10" queue.timeoutActionCompletion="10000") {
  action(type="omprog" template="naslog" binary="${start}" confirmMessages="on" confirmTimeout="600000" ${instance}
         signalOnClose="on" closeTimeout="60000" action.resumeRetryCount="-1" output="${dir}/stderr")
}
input(type="imtcp" address="127.0.0.1" port="${port}" ruleset="bench")
`,
  )
  const [program, ...before] = [...(pin ? ['taskset', '-c', '0'] : []), rsyslogd]
  const daemon = spawn(program, [...before, '-n', '-f', join(dir, 'rsyslog.conf'), '-i', join(dir, 'pid')], { stdio: 'ignore' })
  const exited = new Promise((done) => daemon.on('exit', done))
  try {
    await until(() => existsSync(join(dir, 'pid')), 10, 'starting rsyslogd')
    await send(port, count)
    await sleep(500) // the last lines are on their way through rsyslog
    writeFileSync(gate, '')
    await until(() => contender.taken(dir) >= 50, 30, 'starting the program')
    const begin = process.hrtime.bigint()
    await until(() => contender.taken(dir) >= count, 300, 'taking the lines')
    const seconds = Number(process.hrtime.bigint() - begin) / 1e9
    let delivered
    if (contender.delivers) {
      const events = join(dir, 'events.jsonl')
      await until(() => existsSync(events) && countLines(events) >= count, 300, 'delivering the lines')
      delivered = count / (Number(process.hrtime.bigint() - begin) / 1e9)
    }
    return { rate: count / seconds, delivered }
  } finally {
    daemon.kill('SIGTERM')
    await Promise.race([exited, sleep(30_000)])
    if (daemon.exitCode === null && daemon.signalCode === null) daemon.kill('SIGKILL')
    rmSync(dir, { recursive: true, force: true })
  }
}

async function send(port, count) {
  let socket
  for (let tries = 0; socket === undefined; tries++) {
    try {
      socket = await new Promise((done, fail) => {
        const each = connect(port, '127.0.0.1', () => done(each)).on('error', fail)
      })
    } catch (error) {
      if (tries === 100) throw error
      await sleep(50)
    }
  }
  for (let number = 0; number < count; number += 1000) {
    const block = Array.from({ length: Math.min(1000, count - number) }, (_, offset) => message(number + offset) + '\n').join('')
    if (!socket.write(block)) await new Promise((done) => socket.once('drain', done))
  }
  await new Promise((done) => socket.end(done))
}

function countLines(file) {
  return Number(execFileSync('wc', ['-l', file], { encoding: 'utf8' }).split(' ')[0])
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
const sample = JSON.stringify({ rcv: '2026-07-15T18:06:46.000000+00:00', ip: '127.0.0.1', host: 'NAS8E49A8', pri: 30, raw: message(0) })
// rsyslog puts a blank behind each comma, and a backslash before each slash.
lineBytes = sample.length + 4 + (message(0).match(/\//g)?.length ?? 0) + 1

const results = {}
try {
  for (const setting of settings.filter(({ name }) => options.only === undefined || name.includes(options.only))) {
    const rates = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]))
    const deliveries = []
    for (let round = -1; round < rounds; round++) {
      const names = Object.keys(contenders)
      for (let turn = 0; turn < names.length; turn++) {
        const name = names[(turn + Math.max(0, round)) % names.length]
        const { rate, delivered } = await run(contenders[name], setting)
        if (round < 0) continue // the first round warms the caches
        rates[name].push(rate)
        if (delivered !== undefined) deliveries.push(delivered)
      }
    }
    const medians = Object.fromEntries(Object.entries(rates).map(([name, each]) => [name, median(each)]))
    results[setting.name] = { ...medians, delivered: median(deliveries) }
    if (options.json) continue
    console.log(`\n${setting.name}: lines/s (of the C program)`)
    for (const [name, rate] of Object.entries(medians)) {
      console.log(`  ${name.padEnd(26)} ${Math.round(rate).toLocaleString('en').padStart(9)}   ${(rate / medians['C, answers OK']).toFixed(2)}`)
    }
    console.log(`  naslog, until delivered    ${Math.round(median(deliveries)).toLocaleString('en').padStart(9)}`)
  }
  if (options.json) console.log(JSON.stringify(results, undefined, 2))
} finally {
  rmSync(root, { recursive: true, force: true })
}
