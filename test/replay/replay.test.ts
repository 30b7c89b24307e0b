import assert from 'node:assert/strict'
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread, workerData } from 'node:worker_threads'
import { test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { runThread, type ThreadData } from '../../src/threads.ts'
import { line, read, replay, temporaryDirectory, write } from './support.ts'

const START = Date.UTC(2026, 9, 1)
const lines = (from: number, to: number): string => {
  let text = ''
  for (let number = from; number < to; number++) text += line(START + number * 1000, `m${number}`)
  return text
}
const names = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, index) => `m${from + index}`)

if (!isMainThread) void runThread(workerData as ThreadData)
else defineTests()

function defineTests(): void {
  test('a directory of rotated files, oldest first', async (context) => {
    const folder = temporaryDirectory(context)
    write(join(folder, 'nas.log'), lines(30, 40))
    write(join(folder, 'nas.log.1'), lines(20, 30))
    write(join(folder, 'nas.log.2.gz'), lines(10, 20))
    write(join(folder, 'nas.log.10.gz'), lines(0, 10))
    write(join(folder, '.hidden'), 'x\n')
    symlinkSync(folder, join(folder, 'itself'))
    const { code, messages, stderr } = await replay([folder])
    assert.equal(code, 0)
    assert.deepEqual(messages, names(0, 40))
    assert.match(stderr, /^naslog: replayed 40 lines of 4 files in /)
    assert.match(stderr, /first time +2026-10-01T00:00:00\.000Z\n +last time +2026-10-01T00:00:39\.000Z/)
  })

  test('globs that the shell left alone, each file once, whatever it is called', async (context) => {
    const folder = temporaryDirectory(context)
    write(join(folder, 'a', 'nas.log.1'), lines(0, 2))
    write(join(folder, 'a', 'nas.log'), lines(2, 3))
    write(join(folder, 'b', 'deep', 'nas.log'), lines(3, 4))
    write(join(folder, 'b', 'other.txt'), lines(4, 5))
    assert.deepEqual((await replay([join(folder, '?', 'nas.log*')])).messages, names(0, 3))
    assert.deepEqual((await replay([join(folder, '**', 'nas.lo[g]*'), join(folder, 'a', 'nas.log')])).messages, names(0, 4))
    const { code, stderr } = await replay([join(folder, '*.gz')])
    assert.equal(code, 1)
    assert.match(stderr, /\*\.gz: no file matches\n$/)
    assert.equal((await replay([folder, join(folder, 'nowhere')])).stdout, '')
  })

  test('standard input, plain and compressed', async (context) => {
    assert.deepEqual((await replay(['-'], { stdin: lines(0, 5) + 'torn' })).messages, [...names(0, 5), 'torn'])
    const path = write(join(temporaryDirectory(context), 'a.log'), lines(5, 7))
    assert.deepEqual((await replay([path, '-'], { stdin: lines(0, 2) })).messages, ['m5', 'm6', 'm0', 'm1'])
  })

  test('wrong options are told, all at once', async () => {
    const { code, stderr } = await replay(['--since', 'x', '--until', '2026-13-01', '--year', '26', '--rate', '0', '--speed', '-1', '--jobs', '0', '--summary', 'xml', '--where', 'event.action ==', '/'])
    assert.equal(code, 2)
    assert.deepEqual(stderr.match(/^naslog: --[a-z]+/gm), ['where', 'summary', 'since', 'until', 'year', 'rate', 'speed', 'jobs'].map((name) => `naslog: --${name}`))
    for (const argv of [['--loop', '--checkpoint', 'c', '/'], ['--speed', '2x', '--jobs', '2', '/'], ['--to', 'nobody', '/'], ['--checkpoint', 'c', '-'], ['--loop', '-'], ['--since', '1h', '--until', '2h', '/'], []]) {
      assert.equal((await replay(argv)).code, 2, argv.join(' '))
    }
  })

  test('years go backwards through a series that crosses New Year, with no help but the order', async (context) => {
    const folder = temporaryDirectory(context)
    const copied = Date.UTC(2026, 5, 1)
    const days = (...dates: string[]): string => dates.map((date) => line(Date.parse(`${date}T12:00:00Z`), date)).join('')
    write(join(folder, 'nas.log.2.gz'), days('2023-12-31', '2024-02-29', '2024-06-01', '2024-12-31', '2025-01-01'), copied)
    write(join(folder, 'nas.log.1'), days('2025-01-02', '2025-07-01', '2025-12-31'), copied)
    write(join(folder, 'nas.log'), days('2026-01-01', '2026-05-31'), copied)
    const { records } = await replay([folder])
    assert.equal(records.length, 10)
    for (const record of records) assert.equal(String(record['@timestamp']).slice(0, 10), record['message'])
    const forced = await replay(['--year', '2020', folder])
    // 29 February does not exist three years before 2020's series: the file goes back to a leap year.
    assert.deepEqual(forced.records.slice(5).map((record) => String(record['@timestamp']).slice(0, 4)), ['2019', '2019', '2019', '2020', '2020'])
  })

  test('--since, --until, --host, --where; the rest is counted', async (context) => {
    const path = write(join(temporaryDirectory(context), 'a.log'), lines(0, 100) + line(START + 50_000, 'other').replace('nas', 'san'))
    const some = await replay(['--since', '2026-10-01T00:00:10', '--until', '2026-10-01T00:00:20Z', path])
    assert.deepEqual(some.messages, names(10, 20))
    assert.match(some.stderr, /not selected +91\n/)
    assert.deepEqual((await replay(['--since', '2026-10-01T02:00:98+02:00', path])).code, 2)
    assert.deepEqual((await replay(['--since', '2026-10-01T02:01:38+02:00', path])).messages, ['m98', 'm99'])
    assert.deepEqual((await replay(['--host', 'S?N', path])).messages, ['other'])
    assert.deepEqual((await replay(['--where', 'message: "m7"', path])).messages, ['m7'])
    // The clock of the tests stands at 20 November, 10:00.
    assert.equal((await replay(['--since', '50d', path])).messages.length, 0)
    assert.equal((await replay(['--until', '50d', path])).messages.length, 101)
  })

  test('--dry-run counts; --summary json is one line for programs', async (context) => {
    const path = write(join(temporaryDirectory(context), 'a.log'), `${lines(0, 3)}\n\x1b[31m\xff\n`)
    const { code, stdout, stderr } = await replay(['--dry-run', '--summary', 'json', path])
    assert.equal(code, 0)
    assert.equal(stdout, '')
    const summary = JSON.parse(stderr)
    assert.deepEqual([summary.lines, summary.records, summary.complete, summary.first], [5, 5, true, '2026-10-01T00:00:00.000Z'])
    assert.equal(summary.problems[0].problem, 'empty_line')
    assert.equal(summary.problems[0].example.line, 4)
    const text = (await replay(['--dry-run', path])).stderr
    assert.match(text, /empty_line 1, first in .*a\.log:4\n/)
    assert.doesNotMatch(text, /\x1b/)
    assert.equal((await replay(['--dry-run', '--quiet', path])).stderr, '')
  })

  test('a damaged file is said, the others go through, and the exit code tells', async (context) => {
    const folder = temporaryDirectory(context)
    const gz = gzipSync(lines(0, 5000))
    write(join(folder, 'a.log.1'), gz.subarray(0, gz.length - 1000))
    write(join(folder, 'b.log'), lines(0, 10))
    const { code, stderr, messages } = await replay([folder])
    assert.equal(code, 3)
    assert.match(stderr, /not read to their end\n +.*a\.log\.1: gzip: /)
    assert.deepEqual(messages.slice(-10), names(0, 10))
    assert.ok(messages.length > 1000)
    assert.match((await replay(['--quiet', folder])).stderr, /^naslog: .*a\.log\.1: gzip: .*\n$/)
  })

  test('event.id: the same alone, in a series, compressed, from standard input, through the filter, and in threads', async (context) => {
    const folder = temporaryDirectory(context)
    const older = lines(0, 50) + 'again\nagain\n' + lines(50, 60)
    const newer = 'again\n' + lines(60, 70)
    write(join(folder, 'nas.log.1.gz'), older)
    write(join(folder, 'nas.log'), newer)
    const series = await replay([folder])
    const alone = [...(await replay([join(folder, 'nas.log.1.gz')])).ids, ...(await replay([join(folder, 'nas.log')])).ids]
    assert.deepEqual(series.ids, alone)
    assert.equal(new Set(series.ids).size, series.ids.length - 1)
    assert.deepEqual((await replay(['-'], { stdin: older })).ids, series.ids.slice(0, 62))
    const threads = await replayInThreads([folder])
    assert.deepEqual([...threads.ids].sort(), [...series.ids].sort())
  })

  test('a replay of what rsyslog wrote with the template has the ids of the live lines', async (context) => {
    const template = (rcv: string): string => `{"rcv":"${rcv}","ip":"192.0.2.1","host":"nas","pri":30,"raw":"<30>Oct  1 00:00:00 nas app[1]: same"}\n`
    const live = [template('2026-10-01T00:00:01.000001+00:00'), template('2026-10-01T00:00:01.000002+00:00')]
    const folder = temporaryDirectory(context)
    const first = (await replay([write(join(folder, 'a'), live.join(''))])).ids
    assert.notEqual(first[0], first[1])
    assert.deepEqual((await replay([write(join(folder, 'b'), live[1] as string)])).ids, [first[1]])
  })

  test('threads: each file in order, all of them, and their faults', async (context) => {
    const folder = temporaryDirectory(context)
    for (let file = 0; file < 5; file++) write(join(folder, `f${file}.log`), lines(file * 10_000, file * 10_000 + 2000))
    write(join(folder, 'bad.log'), Buffer.concat([gzipSync('x\n'), Buffer.from([0x1f, 0x8b, 8, 0, 0])]))
    const { messages, code, stderr } = await replayInThreads([folder])
    assert.equal(code, 3)
    assert.match(stderr, /bad\.log: /)
    for (let file = 0; file < 5; file++) {
      const own = messages.filter((message) => message !== 'x' && Math.floor(Number(message.slice(1)) / 10_000) === file)
      assert.deepEqual(own, names(file * 10_000, file * 10_000 + 2000))
    }
  })

  test('--to delivers to a destination, whose limits hold', async (context) => {
    const folder = temporaryDirectory(context)
    const path = write(join(folder, 'a.log'), lines(0, 5000))
    const target = join(folder, 'out', 'records.json')
    mkdirSync(join(folder, 'out'))
    const config = write(join(folder, 'naslog.yaml'), `destinations:\n  - name: archive\n    type: file\n    path: ${target}\n`)
    const { code, stdout, stderr } = await replay(['--config', config, '--to', 'archive', '--checkpoint', join(folder, 'c'), path])
    assert.equal(stdout, '')
    assert.equal(code, 0, stderr)
    assert.match(stderr, /destination archive +5,000 delivered\n/)
    assert.deepEqual(read(readFileSync(target, 'utf8')).messages, names(0, 5000))
    assert.match((await replay(['--config', config, '--to', 'archiv', path])).stderr, /--to: .*did you mean archive\?/)
  })

  defineCheckpointTests()
}

/** Replays in threads, which run this bundle. */
async function replayInThreads(argv: string[]): ReturnType<typeof replay> {
  return replay(['--jobs', '2', ...argv], { executable: process.argv[1] as string })
}

function defineCheckpointTests(): void {
  const setUp = (context: TestContext): { folder: string; again: (...argv: string[]) => ReturnType<typeof replay> } => {
    const folder = join(temporaryDirectory(context), 'logs')
    mkdirSync(folder)
    return { folder, again: (...argv) => replay(['--checkpoint', join(folder, '..', 'checkpoint'), ...argv, folder]) }
  }

  test('checkpoint: nothing twice; files that grow, rotate, are compressed or truncated are known again', async (context) => {
    const { folder, again } = setUp(context)
    const log = join(folder, 'nas.log')
    write(log, lines(0, 100))
    assert.deepEqual((await again()).messages, names(0, 100))
    assert.deepEqual((await again()).messages, [])
    appendFileSync(log, lines(100, 110))
    assert.deepEqual((await again()).messages, names(100, 110))
    // Rotated after some more lines.
    appendFileSync(log, lines(110, 115))
    renameSync(log, `${log}.1`)
    write(log, lines(115, 120))
    assert.deepEqual((await again()).messages, names(110, 120))
    // Rotated again, and the older one compressed.
    write(`${log}.2.gz`, readFileSync(`${log}.1`))
    rmSync(`${log}.1`)
    renameSync(log, `${log}.1`)
    write(log, lines(120, 121))
    assert.deepEqual((await again()).messages, names(120, 121))
    // copytruncate: the copy is the old file, the old inode a new one.
    appendFileSync(log, lines(121, 123))
    copyFileSync(log, `${log}.0`)
    truncateSync(log, 0)
    appendFileSync(log, lines(123, 125))
    assert.deepEqual((await again()).messages, names(121, 125))
  })

  test('checkpoint: a last line without newline counts; when it has become longer it is sent whole', async (context) => {
    const { folder, again } = setUp(context)
    const log = join(folder, 'nas.log')
    write(log, `${lines(0, 10)}unfin`)
    assert.deepEqual((await again()).messages, [...names(0, 10), 'unfin'])
    assert.deepEqual((await again()).messages, [])
    appendFileSync(log, 'ished\n')
    assert.deepEqual((await again()).messages, ['unfinished'])
    appendFileSync(log, 'x')
    assert.deepEqual((await again()).messages, ['x'])
    appendFileSync(log, '\ny\n')
    assert.deepEqual((await again()).messages, ['x', 'y'])
  })

  test('checkpoint: the years go on', async (context) => {
    const { folder, again } = setUp(context)
    const log = join(folder, 'nas.log')
    const day = (date: string): string => line(Date.parse(`${date}T00:00:00Z`), date)
    write(log, day('2024-12-31'), Date.UTC(2024, 11, 31))
    assert.equal((await again()).records[0]?.['@timestamp'], '2024-12-31T00:00:00Z')
    appendFileSync(log, day('2025-01-01'))
    assert.equal((await again()).records[0]?.['@timestamp'], '2025-01-01T00:00:00Z')
  })

  test('checkpoint: other options are refused, and so is another file', async (context) => {
    const { folder, again } = setUp(context)
    write(join(folder, 'nas.log'), lines(0, 10))
    assert.equal((await again()).code, 0)
    const other = await again('--host', 'x')
    assert.equal(other.code, 1)
    assert.match(other.stderr, /other options/)
    const path = join(folder, '..', 'checkpoint')
    appendFileSync(path, '{"torn')
    assert.deepEqual((await again()).messages, [])
    writeFileSync(path, 'something precious\n')
    assert.equal((await again()).code, 1)
    assert.equal(readFileSync(path, 'utf8'), 'something precious\n')
  })

  test('checkpoint: a dry run changes nothing', async (context) => {
    const { folder, again } = setUp(context)
    write(join(folder, 'nas.log'), lines(0, 10))
    assert.equal((await again('--dry-run')).code, 0)
    assert.deepEqual((await again()).messages, names(0, 10))
  })
}
