// npm run bench: naslog beside every alternative that this machine has, on the same lines, for the same fields.
//   --lines N   lines of each input (1000000; slow contenders get a twentieth)   --rounds N   measured rounds (5)
//   --only a,b  only what has one of these in its table or name (`qnap flat`, `ECS`, `rsyslog`)    --json   figures instead of tables
// One warm-up, which is checked field by field; then the rounds, each in another order. Medians; ratios are of medians.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { contenders, INPUTS } from './contenders.mjs'
import { measure, outputsOf } from './measure.mjs'
import { shareRight } from './reference.mjs'

const CHECKED_LINES = 100_000
const SLOW = 20

const { values: options } = parseArgs({
  options: { lines: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '5' }, only: { type: 'string', default: '' }, json: { type: 'boolean', default: false } },
})
const lines = Number(options.lines)
const rounds = Number(options.rounds)
const only = options.only.split(',').filter((word) => word !== '')

if (!existsSync('/usr/bin/time')) throw new Error('needs /usr/bin/time: apt-get install time')
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'naslog-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const naive = join(folder, 'naive.js')
await build({ entryPoints: ['bench/naive.ts'], outfile: naive, bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning' })

const isWanted = ({ table, name }) => only.length === 0 || only.some((word) => `${table} ${name}`.includes(word))
const chosen = contenders({ naslog: `node ${resolve('dist/naslog')} filter`, naive }).filter(isWanted)
const inputs = new Map()
const inputOf = (kind, count) => {
  const name = join(folder, `${kind}-${count}.log`)
  if (!inputs.has(name)) {
    const file = openSync(name, 'w')
    spawnSync(process.execPath, ['bench/generate.mjs', kind, String(count)], { stdio: ['ignore', file, 'inherit'] })
    closeSync(file)
    inputs.set(name, name)
  }
  return name
}
const output = join(folder, 'output')
const textOf = () => outputsOf(output).map((name) => readFileSync(name, 'utf8')).join('')

for (const contender of chosen) {
  contender.lines = Math.max(1000, contender.slow ? Math.floor(lines / SLOW) : lines)
  contender.samples = []
  const checked = inputOf(contender.input, Math.min(CHECKED_LINES, contender.lines))
  progress(`checks ${contender.table} ${contender.name}`)
  await measure(contender, checked, output)
  const text = readFileSync(checked, 'utf8').trimEnd().split('\n')
  contender.right = shareRight(contender.input, contender.form, text, textOf().trimEnd().split('\n'))
  await measure(contender, inputOf(contender.input, contender.lines), output)
  contender.bytes = outputsOf(output).reduce((sum, name) => sum + statSync(name).size, 0)
}
for (let round = 0; round < rounds; round++) {
  for (let i = 0; i < chosen.length; i++) {
    const contender = chosen[(i + round) % chosen.length]
    progress(`round ${round + 1} of ${rounds}: ${contender.table} ${contender.name}`)
    contender.samples.push(await measure(contender, inputOf(contender.input, contender.lines), output, contender.bytes))
  }
}
progress('')

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
const results = chosen.map(({ name, table, lines: count, bytes, right, samples, slow }) => ({
  table, name, slow, right, lines: count,
  linesPerSecond: count / median(samples.map(({ wall }) => wall)),
  linesPerCpuSecond: count / median(samples.map(({ cpu }) => cpu)),
  peakMemory: Math.max(...samples.map(({ memory }) => memory)),
  bytesPerLine: bytes / count,
}))
if (options.json) console.log(JSON.stringify({ node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, lines, rounds, results }, null, 2))
else for (const table of new Set(results.map((result) => result.table))) printTable(table, results.filter((result) => result.table === table))

function printTable(table, rows) {
  const [input, format] = table.split(' ')
  const naslog = rows.find(({ name }) => name === 'naslog')
  console.log(`\n${INPUTS[input]}, ${format} record (${cpus().length} cores, Node ${process.version}, ${rounds} rounds of ${lines} lines)\n`)
  console.log('| contender | lines/s | lines per CPU-second | peak memory | bytes a record | right | naslog is faster by | per CPU-second |')
  console.log('|---|---:|---:|---:|---:|---:|---:|---:|')
  for (const row of rows) {
    const times = (key) => (naslog === undefined || row === naslog ? '' : `${(naslog[key] / row[key]).toFixed(2)} ×`)
    const cells = [
      row.slow ? `${row.name} (${row.lines} lines)` : row.name,
      Math.round(row.linesPerSecond / 1000) + ',000', Math.round(row.linesPerCpuSecond / 1000) + ',000',
      `${Math.round(row.peakMemory / 1e6)} MB`, Math.round(row.bytesPerLine), `${(row.right * 100).toFixed(1)} %`, times('linesPerSecond'), times('linesPerCpuSecond'),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}
