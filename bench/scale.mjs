// npm run bench:scale: does the cost of a line grow with the input or with the line, does memory, and how long is the start?
//   --max N   longest input in lines (1000000; 10000000 takes some minutes)
import { spawn, spawnSync } from 'node:child_process'
import { openSync, closeSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { median } from './figures.mjs'
import { measure } from './measure.mjs'
import { readOptions } from './options.mjs'
import { generate, makeFolder, watchChild } from './workplace.mjs'

const options = readOptions(import.meta.url, { max: 1_000_000 })
const folder = makeFolder('memory')
const naslog = resolve('dist/naslog')
const LINE = 'Jun  9 10:20:15 NAS qulogd[1]: hello\n'
const filter = { command: `node ${naslog} filter` }

console.log('| input | µs of CPU a line | ns of CPU a byte | peak memory |\n|---|---:|---:|---:|')
for (let lines = 100_000; lines <= options.max; lines *= 10) await row(`${lines} lines of 226 bytes`, lines, (file) => generate('qnap', lines, file))
for (const length of [100, 1000, 10_000, 100_000]) {
  const lines = Math.min(200_000, Math.floor(200_000_000 / length))
  await row(`${lines} lines of ${length} bytes`, lines, (file) => writeLines(file, lines, length))
}
console.log(`\nmemory while the reader takes nothing for 5 s: ${Math.round((await stalledMemory()) / 1e6)} MB\n`)

console.log('| start and end, with one line | ms |\n|---|---:|')
startOf('node -e 0', ['-e', '0'])
const config = join(folder, 'naslog.yaml')
writeFileSync(config, JSON.stringify({ journal: { directory: join(folder, 'journal') }, destinations: [{ name: 'events', type: 'file', path: join(folder, 'events'), linger: '1ms' }], dead_letters: join(folder, 'dead') }))
const configured = ['--config', config]
const line = join(folder, 'line')
writeFileSync(line, LINE)
const modes = [
  ['filter'], ['filter', '--format', 'flat'], ['omprog', ...configured], ['mmexternal', ...configured], ['replay', line], ['explain'], ['check'], ['status', ...configured],
  ['journal', ...configured], ['schema'], ['version'], ['--help'],
]
for (const words of modes) startOf(`naslog ${words.filter((word) => !configured.includes(word) && word !== line).join(' ')}`, [naslog, ...words])

async function row(name, lines, write) {
  const input = join(folder, 'input')
  write(input)
  const { cpu, memory } = await measure(filter, input, join(folder, 'output'))
  const bytes = statSync(input).size
  console.log(`| ${name} | ${((cpu * 1e6) / lines).toFixed(2)} | ${((cpu * 1e9) / bytes).toFixed(1)} | ${Math.round(memory / 1e6)} MB |`)
  rmSync(input)
  rmSync(join(folder, 'output'))
}

/** Lines of about this length: what is long is the path. An access has 160 bytes at least, so the shortest lines are others. */
function writeLines(file, lines, length) {
  const head = '<30>Nov 18 08:00:00 NAS8E49A8 qulogd[19113]: '
  const access = `${head}conn log: Users: ops, Source IP: 10.0.0.1, Computer name: ---, Connection type: SAMBA, Accessed resources: `
  const path = 'folder/'.repeat(Math.max(0, Math.floor((length - access.length - 30) / 7)))
  const lineOf = (i) => (length < access.length ? `${head}started the service ${i} `.padEnd(length - 1, 'x') : `${access}share/${path}${i}.txt, Action: Read`)
  const output = openSync(file, 'w')
  for (let i = 0; i < lines; i++) writeSync(output, lineOf(i) + '\n')
  closeSync(output)
}

async function stalledMemory() {
  const input = join(folder, 'input')
  generate('qnap', 500_000, input)
  const child = watchChild(spawn(process.execPath, [naslog, 'filter'], { stdio: [openSync(input, 'r'), 'pipe', 'inherit'] }))
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
    spawnSync(process.execPath, args, { input: LINE })
    return Number(process.hrtime.bigint() - start) / 1e6
  })
  console.log(`| \`${name}\` | ${Math.round(median(times))} |`)
}
