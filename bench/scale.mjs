// npm run bench:scale: does the cost of a line grow with the input or with the line, does memory, and how long is the start?
//   --max N   longest input in lines (1000000; 10000000 takes some minutes)
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { measure } from './measure.mjs'

const { values: options } = parseArgs({ options: { max: { type: 'string', default: '1000000' } } })
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'naslog-scale-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
const naslog = resolve('dist/naslog')
const filter = { command: `node ${naslog} filter` }

console.log('| input | µs of CPU a line | ns of CPU a byte | peak memory |\n|---|---:|---:|---:|')
for (let lines = 100_000; lines <= Number(options.max); lines *= 10) await row(`${lines} lines of 226 bytes`, lines, (file) => generate(file, lines))
for (const length of [100, 1000, 10_000, 100_000]) {
  const lines = Math.min(200_000, Math.floor(200_000_000 / length))
  await row(`${lines} lines of ${length} bytes`, lines, (file) => writeLines(file, lines, length))
}
console.log(`\nmemory while the reader takes nothing for 5 s: ${Math.round((await stalledMemory()) / 1e6)} MB\n`)

console.log('| start, one line or none | ms |\n|---|---:|')
startOf('node -e 0', ['-e', '0'])
for (const words of [['filter'], ['explain'], ['version'], ['--help'], ['check']]) startOf(`naslog ${words.join(' ')}`, [naslog, ...words])

async function row(name, lines, write) {
  const input = join(folder, 'input')
  write(input)
  const { cpu, memory } = await measure(filter, input, join(folder, 'output'))
  const bytes = Number(spawnSync('stat', ['-c', '%s', input], { encoding: 'utf8' }).stdout)
  console.log(`| ${name} | ${((cpu * 1e6) / lines).toFixed(2)} | ${((cpu * 1e9) / bytes).toFixed(1)} | ${Math.round(memory / 1e6)} MB |`)
  rmSync(input)
  rmSync(join(folder, 'output'))
}

function generate(file, lines) {
  const output = openSync(file, 'w')
  spawnSync(process.execPath, ['bench/generate.mjs', 'qnap', String(lines)], { stdio: ['ignore', output, 'inherit'] })
  closeSync(output)
}

/** Lines of about this length: what is long is the path. */
function writeLines(file, lines, length) {
  const head = '<30>Nov 18 08:00:00 NAS8E49A8 qulogd[19113]: conn log: Users: ops, Source IP: 10.0.0.1, Computer name: ---, Connection type: SAMBA, Accessed resources: '
  const short = '<30>Nov 18 08:00:00 NAS8E49A8 qulogd[19113]: started the service number '
  const output = openSync(file, 'w')
  for (let i = 0; i < lines; i++) {
    const path = 'folder/'.repeat(Math.max(0, Math.floor((length - head.length - 20) / 7)))
    writeSync(output, length < head.length ? `${short}${i}\n` : `${head}share/${path}${i}.txt, Action: Read\n`)
  }
  closeSync(output)
}

async function stalledMemory() {
  const input = join(folder, 'input')
  generate(input, 500_000)
  const child = spawn(process.execPath, [naslog, 'filter'], { stdio: [openSync(input, 'r'), 'pipe', 'inherit'] })
  await sleep(5000)
  const [, peak] = /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))
  // At a SIGTERM it would wait until its reader has taken what was read.
  child.kill('SIGKILL')
  return Number(peak) * 1024
}

/** Median of seven starts. */
function startOf(name, args) {
  const times = Array.from({ length: 7 }, () => {
    const start = process.hrtime.bigint()
    spawnSync(process.execPath, args, { input: args.includes('filter') ? 'Jun  9 10:20:15 NAS qulogd[1]: hello\n' : '' })
    return Number(process.hrtime.bigint() - start) / 1e6
  })
  console.log(`| \`${name}\` | ${Math.round(times.sort((a, b) => a - b)[3])} |`)
}
