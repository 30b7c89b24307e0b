// By hand: kills a replay at random and resumes it, then compares the ids with those of a replay that nobody killed.
// node test/replay/chaos.mjs NASLOG DIRECTORY [KILLS] [JOBS]; writes next to DIRECTORY, about 50 bytes a line.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const [, , naslog, directory, kills = '20', jobs = '1'] = process.argv
const work = `${directory.replace(/\/$/, '')}.chaos`
rmSync(work, { recursive: true, force: true })
execFileSync('mkdir', [work])
const whole = join(work, 'whole')
const resumed = join(work, 'resumed')
const options = ['replay', '--quiet', '--jobs', jobs, '--format', 'flat', '--fields', 'event.id', directory]

/** Replays into a file; the exit code, or null if it was killed after so many ms. */
async function replay(target, argv, killAfter) {
  const output = openSync(target, 'a')
  const child = spawn(process.execPath, [naslog, ...argv], { stdio: ['ignore', output, 'inherit'] })
  const exited = once(child, 'exit')
  if (killAfter !== undefined) {
    await Promise.race([exited, sleep(killAfter)])
    child.kill('SIGKILL')
  }
  const [code] = await exited
  closeSync(output)
  return code
}

const started = Date.now()
await replay(whole, options)
const took = Date.now() - started
console.log(`a replay without kills takes ${(took / 1000).toFixed(1)} s`)
let killed = 0
let code = null
while (code === null) {
  // A bit longer than the share of a kill, so that the kills are spread over the files.
  code = await replay(resumed, ['replay', '--checkpoint', join(work, 'checkpoint'), ...options.slice(1)], killed < Number(kills) ? 200 + Math.random() * (took / Number(kills)) * 1.8 : undefined)
  if (code === null) killed++
}
const shell = (script) => execFileSync('bash', ['-c', script], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).trim()
const lines = Number(shell(`wc -l < ${whole}`))
const written = Number(shell(`wc -l < ${resumed}`))
shell(`sort -S 1G -o ${whole} ${whole} && sort -u -S 1G -o ${resumed} ${resumed}`)
const missing = Number(shell(`comm -23 <(uniq ${whole}) ${resumed} | wc -l`))
const foreign = Number(shell(`comm -13 <(uniq ${whole}) ${resumed} | wc -l`))
console.log(`exit code ${code}, ${killed} kills, ${lines} records, ${written - lines} of them twice, ${missing} missing, ${foreign} foreign`)
rmSync(work, { recursive: true })
process.exitCode = code === 0 && missing === 0 && foreign === 0 ? 0 : 1
