// npm run bench:omprog: lines a second that rsyslogd gives to naslog, beside the cheapest programs that are possible.
//   --lines N   lines of a run (100000, at least 20000; the slow one gets a twentieth)   --rounds N   measured rounds (3)
//   --only a,b  only contenders and settings with one of these in their names (`naslog`, `one core`)
//   --quick     20000 lines, one round, no warm-up: a look, no figures      --json   figures instead of tables
// The whole takes about a quarter of an hour, --quick a minute. The ceiling behind omprog is a C program that only answers, with and without
// transactions; behind mmexternal one that answers each line with the same object. How fast these conversations are is how fast one core
// wakes the other: each is measured with all on one core and with two, and what counts is the ratio in one setting. Contenders take turns;
// medians.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { countLines, createFeed, readBytes, readRecords } from './feed.mjs'
import { figure, median } from './figures.mjs'
import { readOptions, refuse } from './options.mjs'
import { makeFolder } from './workplace.mjs'

const FEWEST = 20_000
const quick = process.argv.includes('--quick')
const options = readOptions(import.meta.url, { lines: quick ? FEWEST : 100_000, rounds: quick ? 1 : 3, only: [], quick: false, json: false })
const { lines, rounds, only } = options
if (lines < FEWEST) refuse(`--lines ${lines}: with fewer than ${FEWEST} the start is measured, not the lines`)
const root = makeFolder()

const naslog = resolve('dist/naslog')
const acker = join(root, 'acker')
execFileSync('cc', ['-O2', '-o', acker, 'bench/acker.c'])
const echo = join(root, 'echo')
execFileSync('cc', ['-O2', '-o', echo, 'bench/echo.c'])

const CEILING = 'C: answers OK'
const TRANSACTIONS_CEILING = 'C: transactions of 128'
const MMEXTERNAL_CEILING = 'mmexternal: C answers one object'
const inTransactions = {
  change: (dropIn) => dropIn.replace('queue.dequeueBatchSize="1"', 'queue.dequeueBatchSize="128"').replace('confirmMessages="on"', '$& useTransactions="on"'),
  ceiling: TRANSACTIONS_CEILING,
}
const inFile = (name) => (dir) => countLines(join(dir, name))

/**
 * `command`: of a folder of its own. `taken`: how many lines it has taken there. `delivered`: how many records have left it.
 * `change`: of the shipped drop-in. `slow`: it gets that part of the lines only.
 */
const contenders = {
  [CEILING]: { command: () => acker, taken: readBytes },
  'C: appends to a file first': { command: (dir) => `${acker} ${dir}/taken`, taken: inFile('taken') },
  'Python: appends too': { command: (dir) => `/usr/bin/python3 ${resolve('bench/acker.py')} ${dir}/taken`, taken: inFile('taken') },
  'naslog: as shipped': { command: (dir) => `${naslog} omprog --config ${configure(dir)}`, taken: readRecords, delivered: inFile('events.jsonl') },
  'naslog: fdatasync a line': { command: (dir) => `${naslog} omprog --config ${configure(dir, { journal: { sync: 'always' } })}`, taken: readRecords, slow: 20 },
  [TRANSACTIONS_CEILING]: { ...inTransactions, command: () => `${acker} -t`, taken: readBytes },
  'C: transactions, appends, fdatasync at COMMIT': { ...inTransactions, command: (dir) => `${acker} -t ${dir}/taken`, taken: inFile('taken') },
  'naslog: transactions of 128': {
    ...inTransactions, command: (dir) => `${naslog} omprog --config ${configure(dir, { omprog: { transactions: {} } })}`, taken: readRecords,
  },
  'naslog: transactions, fdatasync at COMMIT': {
    ...inTransactions, command: (dir) => `${naslog} omprog --config ${configure(dir, { omprog: { transactions: {} }, journal: { sync: 'always' } })}`, taken: readRecords,
  },
  [MMEXTERNAL_CEILING]: { dropIn: 'mmexternal.conf', command: () => echo, taken: inFile('naslog.json'), ceiling: MMEXTERNAL_CEILING },
  'mmexternal: naslog': { dropIn: 'mmexternal.conf', command: (dir) => `${naslog} mmexternal --config ${configure(dir)}`, taken: inFile('naslog.json'), ceiling: MMEXTERNAL_CEILING },
}
const settings = [
  { name: 'one core with 1 worker', pin: true, workers: 1 },
  { name: 'two cores with 1 worker', pin: false, workers: 1 },
  { name: 'one core with 2 workers', pin: true, workers: 2 },
  { name: 'two cores with 2 workers', pin: false, workers: 2 },
]

function configure(dir, { journal, ...more } = {}) {
  const file = join(dir, 'naslog.yaml')
  const destinations = [{ name: 'events', type: 'file', path: join(dir, 'events.jsonl') }]
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ timezone: { default: 'UTC' }, journal: { directory: join(dir, 'journal'), ...journal }, destinations, dead_letters: join(dir, 'dead.jsonl'), ...more }))
  return file
}

/** The names with one of the words of --only in it; all if there is no such word for them. */
function chosen(names) {
  const found = names.filter((name) => only.some((word) => name.includes(word)))
  return found.length === 0 ? names : found
}

const feed = createFeed(root)

async function measure(setting) {
  // The shipped mmexternal has one program, whatever the workers.
  const names = chosen(Object.keys(contenders)).filter((name) => setting.workers === 1 || contenders[name].ceiling !== MMEXTERNAL_CEILING)
  const figures = new Map(names.map((name) => [name, { taken: [], delivered: [] }]))
  for (let round = options.quick ? 0 : -1; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + Math.max(0, round)) % names.length]
      const contender = contenders[name]
      const { taken, delivered } = await feed({ ...contender, ...setting, count: Math.max(1000, Math.round(lines / (contender.slow ?? 1))) })
      if (round < 0) continue // warms the caches
      figures.get(name).taken.push(taken)
      if (delivered !== undefined) figures.get(name).delivered.push(delivered)
    }
  }
  return Object.fromEntries([...figures].map(([name, { taken, delivered }]) => [name, { taken: median(taken), delivered: delivered.length === 0 ? undefined : median(delivered) }]))
}

const names = [...Object.keys(contenders), ...settings.map(({ name }) => name)]
const unknown = only.find((word) => !names.some((name) => name.includes(word)))
if (unknown !== undefined) refuse(`--only ${unknown}: in none of ${names.map((name) => `'${name}'`).join(', ')}`)

const results = {}
for (const name of chosen(settings.map((setting) => setting.name))) {
  const medians = await measure(settings.find((setting) => setting.name === name))
  results[name] = medians
  if (options.json) continue
  console.log(`\n| ${name} | lines/s | of the C program | until delivered |\n|---|---:|---:|---:|`)
  for (const [contender, { taken, delivered }] of Object.entries(medians)) {
    const ceiling = medians[contenders[contender].ceiling ?? CEILING]?.taken
    const ratio = ceiling === undefined ? '' : (taken / ceiling).toFixed(2)
    console.log(`| ${contender} | ${figure(taken)} | ${ratio} | ${delivered === undefined ? '' : figure(delivered)} |`)
  }
}
if (options.json) console.log(JSON.stringify(results, undefined, 2))
