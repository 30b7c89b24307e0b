#!/usr/bin/env node
// The smallest program for mmexternal: answers each line with a record that holds it, and dies over a line that ends with `die`.
import { createInterface } from 'node:readline'
import { writeSync } from 'node:fs'

for await (const line of createInterface({ input: process.stdin })) {
  if (line.endsWith(' die')) process.exit(1)
  writeSync(1, `${JSON.stringify({ '$!': { ecs: { version: '9.4.0' }, message: line } })}\n`)
}
