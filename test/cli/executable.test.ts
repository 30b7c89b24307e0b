import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, existsSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'

// The built program as a process: what only a real one can show. `npm test` builds it before.
const NASLOG = 'dist/naslog'

function shell(script: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('bash', ['-c', script], { encoding: 'utf8' })
}

test('--version is that of the package', () => {
  assert.equal(shell(`${NASLOG} --version`).stdout, `${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`)
})

test('a reader that goes ends it quietly', () => {
  const { stdout, stderr } = shell(`yes x | head -n 100000 | ${NASLOG} | head -n 1 >/dev/null; echo "\${PIPESTATUS[2]}"`)
  assert.equal(stderr, '')
  assert.equal(stdout, '0\n')
})

test('everything that is written arrives, also through a slow pipe', () => {
  const { stdout } = shell(`seq 20000 | ${NASLOG} | (sleep 0.2; wc -l)`)
  assert.equal(stdout.trim(), '20000')
  assert.doesNotThrow(() => JSON.parse(shell(`${NASLOG} schema | (sleep 0.2; cat)`).stdout))
})

test('a disk that is full is a failure, told once', { skip: !existsSync('/dev/full') }, () => {
  const { status, stderr } = shell(`seq 10 | ${NASLOG} > /dev/full`)
  assert.equal(status, 1)
  assert.match(stderr, /^naslog: .*ENOSPC.*\n$/)
})

test('a directory on standard input is a failure, not an empty input', () => {
  const { status, stdout, stderr } = shell(`${NASLOG} < .`)
  assert.deepEqual([status, stdout, stderr], [1, '', 'naslog: standard input is a directory; for its files: naslog replay DIRECTORY\n'])
})

for (const [signal, code, died] of [['SIGTERM', 0, null], ['SIGINT', null, 'SIGINT']] as const) {
  test(`${signal} ends it though the input stays open; what was read is written`, async () => {
    const child = spawn(NASLOG, ['--fields', 'message'], { stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin.write('a\n')
    const [first] = await once(child.stdout, 'data')
    assert.equal(String(first), '{"message":"a"}\n')
    child.kill(signal)
    assert.deepEqual(await once(child, 'exit'), [code, died])
    child.stdin.destroy()
  })
}

test('a stop in the middle of a full pipe: each line that was taken out of it is written', { timeout: 30_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'naslog-stop-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'pipe')
  assert.equal(spawnSync('mkfifo', [path]).status, 0)
  // Open at both ends: the pipe never ends, and what naslog leaves in it can be read.
  const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  t.after(() => closeSync(pipe))
  const reading = openSync(path, constants.O_RDONLY)
  const output = openSync(join(folder, 'records'), 'w')
  const child = spawn(NASLOG, ['--fields', 'message'], { stdio: [reading, output, 'inherit'] })
  closeSync(reading)
  t.after(() => child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  const records = (): string => readFileSync(join(folder, 'records'), 'latin1')
  const block = Buffer.from('a line of some length, to fill the pipe with\n'.repeat(1000))
  let written = 0
  // Until much has gone through, however slow the machine is.
  while (records().length < 1 << 20) {
    try {
      written += writeSync(pipe, block, written % block.length)
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'EAGAIN')
      await setImmediate()
    }
  }
  child.kill('SIGTERM')
  assert.deepEqual(await exited, [0, null])
  let left = 0
  try {
    for (const rest = Buffer.alloc(1 << 20); ; ) left += readSync(pipe, rest)
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'EAGAIN')
  }
  const length = block.indexOf('\n') + 1
  assert.ok(left < written)
  assert.equal(records().split('\n').length - 1, Math.floor((written - left) / length))
})

test('without standard input and output it ends, too', () => {
  assert.equal(shell(`${NASLOG} <&-`).status, 0)
  assert.equal(shell(`${NASLOG} --help >&-`).status, 0)
})
