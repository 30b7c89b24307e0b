// npm run bench: naslog beside every alternative that this machine has, on the same lines, for the same fields.
//   --lines N   lines of each input (1000000; slow contenders get a twentieth)   --rounds N   measured rounds (5)
//   --only a,b  only what has one of these in its table or name (`qnap flat`, `ECS`, `rsyslog`)    --json   figures instead of tables
// One warm-up, which is checked field by field; then the rounds, each in an order of its own. Medians; ratios are of medians.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { contenders, INPUTS } from './contenders.mjs'
import { figure, median } from './figures.mjs'
import { measure } from './measure.mjs'
import { readOptions, refuse } from './options.mjs'
import { compare } from './reference.mjs'
import { generate, makeFolder } from './workplace.mjs'

const CHECKED_LINES = 100_000
const SLOW = 20

const options = readOptions(import.meta.url, { lines: 1_000_000, rounds: 5, only: [], json: false })
const { lines, rounds, only } = options

if (!existsSync('/usr/bin/time')) refuse('needs /usr/bin/time: apt-get install time')
const folder = makeFolder('memory')
const naive = join(folder, 'naive.js')
await build({ entryPoints: ['bench/naive.ts'], outfile: naive, bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning' })

const { list, missing } = contenders({ naslog: `node ${resolve('dist/naslog')} filter`, naive, folder })
const chosen = list.filter(({ table, name }) => only.length === 0 || only.some((word) => `${table} ${name}`.includes(word)))
if (chosen.length === 0) refuse(`--only ${only}: none of ${list.map(({ table, name }) => `'${table} ${name}'`).join(', ')}`)
const inputs = new Set()
const inputOf = (kind, count) => {
  const name = join(folder, `${kind}-${count}.log`)
  if (!inputs.has(name)) generate(kind, count, name)
  inputs.add(name)
  return name
}
const output = join(folder, 'output')

for (const contender of chosen) {
  contender.lines = Math.max(1000, contender.slow ? Math.floor(lines / SLOW) : lines)
  contender.samples = []
  const checked = inputOf(contender.input, Math.min(CHECKED_LINES, contender.lines))
  await attempt(contender, 'checks', async () => {
    await measure(contender, checked, output)
    const text = readFileSync(checked, 'utf8').trimEnd().split('\n')
    Object.assign(contender, compare(contender.input, contender.form, text, readFileSync(output, 'utf8').trimEnd().split('\n')))
    await measure(contender, inputOf(contender.input, contender.lines), output)
    contender.bytes = statSync(output).size
  })
}
for (let round = 0; round < rounds; round++) {
  for (const contender of shuffled(chosen)) {
    if (contender.failed) continue
    await attempt(contender, `round ${round + 1} of ${rounds}:`, async () => {
      contender.samples.push(await measure(contender, inputOf(contender.input, contender.lines), output, contender.bytes))
    })
  }
}
progress('')
const measured = chosen.filter(({ failed }) => !failed)
if (measured.length === 0) process.exit(1)

const results = measured.map(({ name, table, lines: count, bytes, right, inPlace, samples, slow }) => ({
  table, name, slow, right, inPlace, lines: count,
  linesPerSecond: count / median(samples.map(({ wall }) => wall)),
  linesPerCpuSecond: count / median(samples.map(({ cpu }) => cpu)),
  peakMemory: Math.max(...samples.map(({ memory }) => memory)),
  bytesPerLine: bytes / count,
  samples,
}))
for (const result of results) {
  const naslog = results.find(({ name, table }) => name === 'naslog' && table === result.table)
  // How many times the lines of this contender naslog's are.
  if (naslog !== undefined) result.naslogTimes = { wall: naslog.linesPerSecond / result.linesPerSecond, cpu: naslog.linesPerCpuSecond / result.linesPerCpuSecond }
}
if (options.json) console.log(JSON.stringify({ node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, lines, rounds, missing, results }, null, 2))
else {
  for (const table of new Set(results.map((result) => result.table))) printTable(table, results.filter((result) => result.table === table))
  if (missing.length > 0) console.log(`\nnot found on this machine: ${missing.join(', ')}`)
}

/** Does something with a contender. One that fails is told and left out: the others have taken their time. */
async function attempt(contender, what, action) {
  progress(`${what} ${contender.table} ${contender.name}`)
  try {
    await action()
  } catch (error) {
    contender.failed = true
    progress('')
    console.error(`benchmark: ${contender.table} ${contender.name}: left out: ${error.message.trim()}`)
  }
}

/** Another order in each round, so that nobody always follows the same one. */
function shuffled(all) {
  const rest = [...all]
  return all.map(() => rest.splice(Math.floor(Math.random() * rest.length), 1)[0])
}

function printTable(table, rows) {
  const [input, format] = table.split(' ')
  console.log(`\n${INPUTS[input]}, ${format} record (${cpus().length} cores, Node ${process.version}, ${rounds} ${rounds === 1 ? 'round' : 'rounds'} of ${lines} lines)\n`)
  console.log('| contender | lines/s | slowest to fastest | lines per CPU-second | peak memory | bytes a record | right | in place | naslog / this | per CPU-second |')
  console.log('|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|')
  for (const { name, slow, lines: count, linesPerSecond, linesPerCpuSecond, peakMemory, bytesPerLine, right, inPlace, samples, naslogTimes } of rows) {
    const speeds = samples.map(({ wall }) => count / wall)
    const times = (ratio) => (ratio === undefined || name === 'naslog' ? '' : ratio.toFixed(2))
    const cells = [
      slow ? `${name} (${count} lines)` : name, figure(linesPerSecond), `${figure(Math.min(...speeds))} to ${figure(Math.max(...speeds))}`, figure(linesPerCpuSecond),
      `${Math.round(peakMemory / 1e6)} MB`, Math.round(bytesPerLine), `${(right * 100).toFixed(1)} %`, `${(inPlace * 100).toFixed(1)} %`, times(naslogTimes?.wall), times(naslogTimes?.cpu),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}
