#!/usr/bin/env node
// The smallest program for omprog: appends each line to the file named on its command line, then answers OK.
// While a file of that name with `.refuse` behind it exists, it answers `not now` and stores nothing.
import { appendFileSync, existsSync, readSync, writeSync } from 'node:fs'

const [file] = process.argv.slice(2)
const block = Buffer.alloc(65536)
let rest = Buffer.alloc(0)
// Inside a blocking read no handler runs; installed, it keeps the signal from ending the program.
process.on('SIGHUP', () => undefined)
process.on('SIGTERM', () => undefined)
writeSync(1, 'OK\n')
for (;;) {
  const length = readSync(0, block)
  if (length === 0) break
  rest = Buffer.concat([rest, block.subarray(0, length)])
  for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
    const refuse = existsSync(`${file}.refuse`)
    if (!refuse) appendFileSync(file, rest.subarray(0, end + 1))
    writeSync(1, refuse ? 'not now\n' : 'OK\n')
    rest = rest.subarray(end + 1)
  }
}
