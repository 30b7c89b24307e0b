// node bench/destinations.mjs
//   --lines N   lines that wait in the journal (20000)   --only NAME   one destination (`elasticsearch`)
// Records a second that `naslog omprog` takes from its journal to a stub of a server on the loopback address, by latency of the answers (1, 10,
// 100 ms) and by requests in flight (1, 4). The stub only unpacks, counts and answers: real servers are slower. All lines wait in the
// journal when the first request comes, and the clock starts; it stops with the request that carries the last record.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { readOptions, refuse } from './options.mjs'
import { generate, makeFolder, watchChild } from './workplace.mjs'

const { lines, only } = readOptions(import.meta.url, { lines: 20_000, only: '' })
const root = makeFolder()
const naslog = resolve('dist/naslog')
const input = join(root, 'lines')
generate('qnap', lines, input)

/** What a stub counts as a record, and what it answers. */
const types = {
  elasticsearch: { settings: { data_stream: 'logs-bench-default' }, mark: '{"create":', answer: '{"errors":false}' },
  splunk: { settings: { token_env: 'BENCH_TOKEN' }, mark: '"sourcetype":', answer: '{"text":"Success","code":0}' },
  datadog: { settings: { token_env: 'BENCH_TOKEN' }, mark: '"ddsource":', answer: '{}' },
  otlp: { settings: {}, mark: '"severityNumber":', answer: '{}' },
  http: { settings: {}, mark: '\n', answer: '' },
}

if (only !== '' && !Object.hasOwn(types, only)) refuse(`--only ${only}: none of ${Object.keys(types).join(', ')}`)

function count(body, mark) {
  let found = 0
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + mark.length)) found++
  return found
}

async function run(type, latency, inFlight, gzip) {
  const { settings, mark, answer } = types[type]
  const dir = mkdtempSync(join(root, 'run-'))
  const seen = { records: 0, requests: 0, bytes: 0, from: 0, to: 0, let: false }
  const server = createServer((request, response) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
      if (!seen.let) return void response.writeHead(503, { 'retry-after': '0.3' }).end()
      seen.from ||= performance.now()
      const packed = Buffer.concat(chunks)
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed
      seen.bytes += packed.length
      seen.requests++
      seen.records += count(body, mark)
      setTimeout(() => {
        response.end(answer)
        if (seen.records >= lines) seen.to ||= performance.now()
      }, latency)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const destination = { name: 'bench', type, url: `http://127.0.0.1:${server.address().port}`, in_flight: inFlight, gzip, linger: '50ms', ...settings }
  const config = join(dir, 'naslog.yaml')
  writeFileSync(config, JSON.stringify({
    timezone: { default: 'UTC' }, journal: { directory: join(dir, 'journal'), sync: 'never' }, omprog: { stop_after: '10m' },
    destinations: [destination], dead_letters: join(dir, 'dead.jsonl'),
  }))
  const answers = openSync(join(dir, 'answers'), 'w')
  const child = watchChild(spawn('sh', ['-c', `cat ${input} | ${process.execPath} ${naslog} omprog --config ${config}; times >&2`], {
    stdio: ['ignore', answers, 'pipe'], env: { ...process.env, BENCH_TOKEN: 'none' },
  }))
  let told = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (told += text))
  const ended = once(child, 'close')
  while (readFileSync(join(dir, 'answers')).length < 3 * (lines + 1)) await new Promise((resolve) => setTimeout(resolve, 50))
  seen.let = true
  await ended
  server.close()
  server.closeAllConnections()
  rmSync(dir, { recursive: true })
  return { rate: (lines / (seen.to - seen.from)) * 1000, bytes: seen.bytes / lines, cpu: (cpuSeconds(told) / lines) * 1e6 }
}

/** CPU seconds of the children: the last line of `times`, `0m1.230000s 0m0.120000s`. */
function cpuSeconds(told) {
  const times = [...(told.trimEnd().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)]
  return times.reduce((sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds), 0)
}

console.log(`${lines} QNAP lines; records a second\n`)
console.log('| destination | in flight | 1 ms | 10 ms | 100 ms | bytes a record, compressed | CPU µs a record, start and acceptance included |')
console.log('| --- | --- | --- | --- | --- | --- | --- |')
for (const type of Object.keys(types).filter((name) => only === '' || name === only)) {
  for (const inFlight of [1, 4]) {
    const results = []
    for (const latency of [1, 10, 100]) results.push(await run(type, latency, inFlight, true))
    console.log(`| ${type} | ${inFlight} | ${results.map(({ rate }) => Math.round(rate)).join(' | ')} | ${Math.round(results[0].bytes)} | ${Math.round(results[0].cpu)} |`)
  }
}
const plain = await run('http', 1, 1, false)
console.log(`| http, gzip: false | 1 | ${Math.round(plain.rate)} | | | ${Math.round(plain.bytes)} (as it is) | ${Math.round(plain.cpu)} |`)
